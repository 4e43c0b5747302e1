/**
 * One thread's connections: opens them by the schedule or as others end, watches them, ends those whose time is over. A closed
 * loop waits for the server; an open one does not, and so shows what a server that stands still does to its clients.
 *
 * @module
 */
import { performance } from "node:perf_hooks";
import type { LoadFailure } from "../../core/load/index.ts";
import { causeBeforeConnected } from "../../core/load/index.ts";
import { errnoName } from "../linux/ffi/check.ts";
import { Timer } from "../linux/process/timer.ts";
import { EPOLL, SocketWatch } from "../linux/socket/epoll.ts";
import { encodeSockaddr } from "../linux/socket/sockaddr.ts";
import {
  bindAddressOnly,
  closeSocket,
  connectToSockaddr,
  isInProgress,
  tryOpenTcpSocket,
} from "../linux/socket/tcp-socket.ts";
import type { GeneratorCounts, GeneratorJob, GeneratorResult } from "./generator-job.ts";
import { AnswerReader } from "./http-response.ts";
import { type ConnectionContext, LoadConnection } from "./load-connection.ts";
import { INSTANT, RequestLedger } from "./request-ledger.ts";
import { SourceAddresses } from "./source-addresses.ts";

/** Around the job: when it begins, and how a socket is made. */
export interface GeneratorSurroundings {
  /** Of `performance.now()`. */
  readonly startMs: number;
  /** Runs the opening of a socket, so that it can be made in another network namespace. */
  readonly around?: <T>(open: () => T) => T;
}

/** Errors that say "not at this address", after which another one is tried. */
const TRY_NEXT_ADDRESS = ["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL", "EAFNOSUPPORT"];
/** After so many openings in a row what has come meanwhile is looked at. */
const OPENINGS_A_TURN = 32;
const NS_A_MS = 1_000_000;

/** Runs one job, once. */
export class LoadGenerator {
  readonly #job: GeneratorJob;
  readonly #around: <T>(open: () => T) => T;
  readonly #context: ConnectionContext;
  readonly #sockaddrs: readonly Uint8Array[];
  readonly #sources: readonly (SourceAddresses | null)[];
  readonly #total: number;
  readonly #watch: SocketWatch;
  readonly #timer: Timer;
  /** Connections by their descriptor. */
  readonly #open = new Map<number, LoadConnection>();
  /** In the order of starting, which is that of their ends by time; those that are over are still among them. */
  readonly #waiting: LoadConnection[] = [];
  #firstWaiting = 0;
  readonly #monotonicOffsetNs: bigint;
  readonly #counts = { opened: 0, connected: 0, ended: 0, synResends: 0, refused: 0, resets: 0, failed: 0 };
  #addressIndex = 0;
  #alarmMs: number = Number.POSITIVE_INFINITY;
  #isOpening: boolean = false;
  #isStopped: boolean = false;
  #resolve: () => void = () => undefined;

  /** @throws {SyscallError} */
  constructor(job: GeneratorJob, { startMs, around = (open) => open() }: GeneratorSurroundings) {
    this.#job = job;
    this.#around = around;
    this.#total = job.pace.loop === "open" ? job.pace.intendedMs.length : job.pace.requests;
    this.#sockaddrs = job.addresses.map((address) => encodeSockaddr(address, job.port));
    this.#sources = job.addresses.map((address) =>
      SourceAddresses.fit(address) ? new SourceAddresses(job.thread) : null,
    );
    this.#monotonicOffsetNs =
      process.hrtime.bigint() - BigInt(Math.round((performance.now() - startMs) * NS_A_MS));
    this.#context = {
      ledger: new RequestLedger(this.#total),
      request: job.request,
      now: () => performance.now() - startMs,
      answers: new AnswerReader(),
      isRaw: job.answers === "raw",
      withLocals: job.withLocals,
      onConnectOver: (isConnected, resends) => this.#countConnect(isConnected, resends),
      onEnd: (connection, failure, error) => this.#onEnd(connection, failure, error),
    };
    this.#watch = new SocketWatch((fd, tag, events) => this.#onEvent(fd, tag, events));
    this.#timer = new Timer(() => this.#onAlarm());
  }

  /** How far it is. */
  get counts(): GeneratorCounts {
    return this.#counts;
  }

  /** Opens all connections and waits for their ends. */
  async run(): Promise<GeneratorResult> {
    const over = new Promise<void>((resolve) => {
      this.#resolve = resolve;
    });
    this.#openDue();
    this.#endIfOver();
    await over;
    const endedMs = this.#context.now();
    this.#watch.close();
    this.#timer.close();
    const address = this.#job.addresses[this.#addressIndex] ?? "";
    const { ledger, answers } = this.#context;
    return { columns: ledger.columns, address, serverSoftware: answers.serverSoftware, endedMs };
  }

  /** Ends the run at once; connections that are under way are left out. */
  stop(): void {
    this.#isStopped = true;
    for (const connection of this.#open.values()) connection.callOff();
    this.#open.clear();
    this.#resolve();
  }

  #onEvent(fd: number, tag: number, events: number): void {
    const connection = this.#open.get(fd);
    // Closed, and perhaps opened again, by what came earlier in the same batch.
    if (connection !== undefined && connection.row === tag) connection.handle(events);
    this.#openDue();
  }

  #onAlarm(): void {
    this.#alarmMs = Number.POSITIVE_INFINITY;
    this.#openDue();
    this.#endLate();
    this.#setAlarm();
  }

  /** Opens what the schedule wants by now, or what a closed loop has room for. */
  #openDue(): void {
    if (this.#isOpening) return;
    this.#isOpening = true;
    for (let opened = 1; !this.#isStopped && this.#isNextDue(); opened += 1) {
      this.#openNext();
      if (opened % OPENINGS_A_TURN !== 0) continue;
      if (this.#job.pace.loop === "open") this.#watch.poll();
      else break;
    }
    this.#isOpening = false;
    if (!this.#isStopped) this.#setAlarm();
  }

  #isNextDue(): boolean {
    const { pace } = this.#job;
    const { opened } = this.#counts;
    if (opened >= this.#total) return false;
    if (pace.loop === "closed") return this.#open.size < pace.concurrency;
    return (pace.intendedMs[opened] ?? 0) <= this.#context.now();
  }

  #openNext(): void {
    const row = this.#counts.opened;
    this.#counts.opened += 1;
    const { ledger, now } = this.#context;
    const { pace } = this.#job;
    const startedMs = now();
    ledger.setInstant(row, INSTANT.intended, pace.loop === "open" ? (pace.intendedMs[row] ?? 0) : startedMs);
    ledger.setInstant(row, INSTANT.started, startedMs);
    this.#connect(row);
  }

  #connect(row: number): void {
    const fd = this.#around(() => tryOpenTcpSocket(this.#job.addresses[this.#addressIndex] ?? ""));
    if (fd < 0) {
      this.#noteUnopened(row, -fd);
      return;
    }
    const result = this.#call(fd);
    if (result < 0 && !isInProgress(result)) {
      closeSocket(fd);
      this.#noteUnopened(row, -result);
      return;
    }
    const way = {
      addressIndex: this.#addressIndex,
      sourcePlace: this.#sources[this.#addressIndex]?.place ?? 0,
    };
    const connection = new LoadConnection(fd, row, way, this.#context);
    this.#open.set(fd, connection);
    this.#waiting.push(connection);
    connection.tryAtOnce();
    if (connection.isOver) return;
    const events = EPOLL.IN | EPOLL.RDHUP;
    this.#watch.add(fd, row, connection.isConnected ? events : events | EPOLL.OUT);
  }

  /** connect(), from another local address where the first one has no port left. */
  #call(fd: number): number {
    const sources = this.#sources[this.#addressIndex];
    const sockaddr = this.#sockaddrs[this.#addressIndex] ?? new Uint8Array();
    const source = sources?.next() ?? null;
    if (source !== null) bindAddressOnly(fd, source);
    const result = connectToSockaddr(fd, sockaddr);
    if (sources === null || sources === undefined || errnoName(-result) !== "EADDRNOTAVAIL") return result;
    sources.skip();
    const next = sources.next();
    if (next !== null) bindAddressOnly(fd, next);
    return connectToSockaddr(fd, sockaddr);
  }

  /** There was no connection, only an error of socket(), bind() or connect() itself. */
  #noteUnopened(row: number, errno: number): void {
    const error = errnoName(errno);
    if (this.#shouldTryAnother(false, this.#addressIndex, error)) {
      this.#connect(row);
      return;
    }
    const failure = causeBeforeConnected(error);
    const nothing = { status: null, bytes: 0, bodyBytes: 0 };
    this.#context.ledger.end(row, this.#context.now(), { failure, errno, ...nothing });
    this.#countEnd(failure);
  }

  #onEnd(connection: LoadConnection, failure: LoadFailure | null, error: string): void {
    this.#open.delete(connection.fd);
    const { isConnected, row } = connection;
    const { addressIndex, sourcePlace } = connection.way;
    if (connection.isClosedByServer) this.#sources[addressIndex]?.release(sourcePlace);
    if (this.#shouldTryAnother(isConnected, addressIndex, error)) {
      this.#connect(row);
      return;
    }
    this.#countEnd(failure);
    this.#openDue();
  }

  /** Moves on to the next address, unless another connection has done so since. */
  #shouldTryAnother(isConnected: boolean, tried: number, error: string): boolean {
    if (isConnected || !TRY_NEXT_ADDRESS.includes(error)) return false;
    if (this.#addressIndex > tried) return true;
    if (this.#counts.connected > 0 || tried + 1 >= this.#job.addresses.length) return false;
    this.#addressIndex += 1;
    return true;
  }

  #countConnect(isConnected: boolean, resends: number): void {
    if (isConnected) this.#counts.connected += 1;
    this.#counts.synResends += resends;
  }

  #countEnd(failure: LoadFailure | null): void {
    const counts = this.#counts;
    counts.ended += 1;
    if (failure !== null) counts.failed += 1;
    if (failure === "refused") counts.refused += 1;
    if (failure === "reset" || failure === "reset-at-handshake") counts.resets += 1;
    this.#endIfOver();
  }

  #endIfOver(): void {
    if (this.#counts.ended === this.#total) this.#resolve();
  }

  #endLate(): void {
    const deadlineMs = this.#context.now() - this.#job.timeoutMs;
    for (let next = this.#nextWaiting(); next !== undefined; next = this.#nextWaiting()) {
      if (this.#context.ledger.instant(next.row, INSTANT.started) > deadlineMs) return;
      next.timeOut();
    }
  }

  /** The oldest connection that is not over. */
  #nextWaiting(): LoadConnection | undefined {
    while (this.#waiting[this.#firstWaiting]?.isOver === true) this.#firstWaiting += 1;
    if (this.#firstWaiting > 1024) {
      this.#waiting.splice(0, this.#firstWaiting);
      this.#firstWaiting = 0;
    }
    return this.#waiting[this.#firstWaiting];
  }

  /** One alarm for whatever comes next; one that is set earlier than needed is harmless. */
  #setAlarm(): void {
    const { pace, timeoutMs } = this.#job;
    const { opened } = this.#counts;
    const oldest = this.#nextWaiting();
    const timeOutMs =
      oldest === undefined
        ? Number.POSITIVE_INFINITY
        : this.#context.ledger.instant(oldest.row, INSTANT.started) + timeoutMs;
    const opensMs = this.#opensNextMs(pace, opened);
    const nextMs = Math.min(timeOutMs, opensMs);
    if (nextMs >= this.#alarmMs) return;
    this.#alarmMs = nextMs;
    this.#timer.set(this.#monotonicOffsetNs + BigInt(Math.ceil(nextMs * NS_A_MS)));
  }

  #opensNextMs(pace: GeneratorJob["pace"], opened: number): number {
    if (opened >= this.#total) return Number.POSITIVE_INFINITY;
    if (pace.loop === "open") return pace.intendedMs[opened] ?? Number.POSITIVE_INFINITY;
    // A closed loop opens as others end; what is left of a turn is opened in the next one.
    return this.#open.size < pace.concurrency ? this.#context.now() : Number.POSITIVE_INFINITY;
  }
}
