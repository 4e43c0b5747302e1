/**
 * One request over one new connection, timed as ab times it: it is complete when the server closes, and waiting is from the
 * end of sending to the first byte. Everything goes by explicit calls, so that the moment of each is known; what goes wrong is
 * a value with a cause, never an exception.
 *
 * @module
 */
import { causeAfterConnected, causeBeforeConnected, type LoadFailure } from "../../core/load/index.ts";
import { errnoName } from "../linux/ffi/check.ts";
import { EPOLL } from "../linux/socket/epoll.ts";
import { readConnectionRetries } from "../linux/socket/tcp-info.ts";
import {
  closeSocket,
  isNotYet,
  localSockaddr,
  pendingError,
  receiveFrom,
  sendOn,
} from "../linux/socket/tcp-socket.ts";
import { type AnswerReader, emptyResponse, type HttpResponse, responseFailure } from "./http-response.ts";
import { INSTANT, type RequestLedger } from "./request-ledger.ts";

/** What the connections of one generator share. */
export interface ConnectionContext {
  readonly ledger: RequestLedger;
  readonly request: Uint8Array;
  /** Milliseconds since the run began. */
  readonly now: () => number;
  readonly answers: AnswerReader;
  /** Whether the server speaks something else than HTTP. */
  readonly isRaw: boolean;
  readonly withLocals: boolean;
  /** Told when connect() has ended, well or not, with the SYNs that were sent again until then. */
  readonly onConnectOver: (isConnected: boolean, resends: number) => void;
  /** Told at the end, when the descriptor is closed. */
  readonly onEnd: (connection: LoadConnection, failure: LoadFailure | null, error: string) => void;
}

/**
 * The kernel waits for longer than that before it sends the first SYN again (`TCP_TIMEOUT_INIT`, 1 s).
 *
 * @kernel include/net/tcp.h TCP_TIMEOUT_INIT v6.18
 */
const BEFORE_ANY_RESEND_MS = 100;
const AFTER_CONNECTED = ["ECONNRESET", "EPIPE"];
const buffer = Buffer.allocUnsafeSlow(65_536);

/** Between which addresses a connection is. */
export interface ConnectionWay {
  /** Which of the target's addresses it goes to. */
  readonly addressIndex: number;
  /** Which of the source addresses it comes from. */
  readonly sourcePlace: number;
}

/** Owns one socket on which connect() was called. */
export class LoadConnection {
  readonly fd: number;
  /** Its place in the ledger. */
  readonly row: number;
  readonly way: ConnectionWay;
  readonly #context: ConnectionContext;
  readonly #answer: HttpResponse = emptyResponse();
  #isConnected: boolean = false;
  #isOver: boolean = false;
  #isClosedByServer: boolean = false;

  constructor(fd: number, row: number, way: ConnectionWay, context: ConnectionContext) {
    this.fd = fd;
    this.row = row;
    this.way = way;
    this.#context = context;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether the server's FIN came before our own, so that our port does not rest. */
  get isClosedByServer(): boolean {
    return this.#isClosedByServer;
  }

  /** To loopback the handshake is over when connect() returns, so that nobody need be told of it. */
  tryAtOnce(): void {
    this.#send();
  }

  /** Deals with what epoll told. */
  handle(events: number): void {
    if (!this.#isConnected) {
      if ((events & (EPOLL.ERR | EPOLL.HUP)) !== 0) {
        this.#failUnsent(pendingError(this.fd));
        return;
      }
      if ((events & EPOLL.OUT) !== 0) this.#send();
    }
    if (this.#isConnected && !this.#isOver && (events & ~EPOLL.OUT) !== 0) this.#receive(events);
  }

  /** Ends it for an error, a positive errno. */
  fail(errno: number): void {
    const error = errnoName(errno);
    if (!this.#isConnected) {
      this.#end(causeBeforeConnected(error), errno);
      return;
    }
    const hasAnswer = this.#answer.bytes > 0;
    const isAcknowledged = hasAnswer || readConnectionRetries(this.fd)?.isAcknowledged === true;
    this.#end(causeAfterConnected(error, isAcknowledged, hasAnswer), errno);
  }

  /** Ends it because its time is over. */
  timeOut(): void {
    if (!this.#isConnected) {
      this.#end("connect-timeout", 0);
      return;
    }
    this.#end(this.#answer.bytes > 0 ? "timeout" : "no-response", 0);
  }

  /** Closes it and leaves it out of the account. */
  callOff(): void {
    this.#isOver = true;
    closeSocket(this.fd);
  }

  #send(): void {
    const { request, now, ledger } = this.#context;
    const returned = now();
    const result = sendOn(this.fd, request);
    if (isNotYet(result)) return;
    if (result < 0) {
      this.#failUnsent(-result);
      return;
    }
    this.#noteConnected(returned);
    ledger.setInstant(this.row, INSTANT.sent, now());
  }

  /** A reset in answer to the SYN is ECONNREFUSED; with another word for it the socket was connected for a moment. */
  #failUnsent(errno: number): void {
    if (AFTER_CONNECTED.includes(errnoName(errno))) this.#noteConnected(this.#context.now());
    this.fail(errno);
  }

  #noteConnected(atMs: number): void {
    this.#isConnected = true;
    const { ledger } = this.#context;
    ledger.setInstant(this.row, INSTANT.connected, atMs);
    if (this.#context.withLocals) this.#noteLocal();
    this.#context.onConnectOver(true, this.#noteResends(atMs));
  }

  #noteLocal(): void {
    const local = localSockaddr(this.fd);
    if (local !== null) this.#context.ledger.setLocal(this.row, local);
  }

  /** Asks the kernel, which is not free, wherever its timer may have rung. */
  #noteResends(atMs: number): number {
    const { ledger } = this.#context;
    const tookMs = atMs - ledger.instant(this.row, INSTANT.started);
    const resends =
      tookMs < BEFORE_ANY_RESEND_MS ? 0 : (readConnectionRetries(this.fd)?.totalRetrans ?? null);
    if (resends !== null) ledger.setResends(this.row, resends);
    return resends ?? 0;
  }

  #receive(events: number): void {
    for (;;) {
      const result = receiveFrom(this.fd, buffer);
      if (isNotYet(result)) return;
      if (result < 0) {
        this.fail(-result);
        return;
      }
      if (result === 0) {
        this.#complete();
        return;
      }
      this.#take(result);
      // The FIN was there before the read, so a short read was the last one.
      const isLast = result < buffer.length && (events & EPOLL.RDHUP) !== 0 && (events & EPOLL.ERR) === 0;
      if (isLast) {
        this.#complete();
        return;
      }
    }
  }

  #take(length: number): void {
    const { ledger, now, answers, isRaw } = this.#context;
    if (this.#answer.bytes === 0) ledger.setInstant(this.row, INSTANT.firstByte, now());
    if (isRaw) {
      this.#answer.bytes += length;
      this.#answer.bodyBytes += length;
    } else answers.take(this.#answer, buffer.subarray(0, length));
  }

  #complete(): void {
    const { isRaw } = this.#context;
    this.#isClosedByServer = true;
    this.#end(isRaw ? rawFailure(this.#answer) : responseFailure(this.#answer), 0);
  }

  #end(failure: LoadFailure | null, errno: number): void {
    const { ledger, now, onEnd } = this.#context;
    if (!this.#isConnected) this.#context.onConnectOver(false, this.#noteResends(now()));
    const { status, bytes, bodyBytes } = this.#answer;
    ledger.end(this.row, now(), { failure, errno, status, bytes, bodyBytes });
    this.#isOver = true;
    closeSocket(this.fd);
    onEnd(this, failure, errno === 0 ? "" : errnoName(errno));
  }
}

function rawFailure({ bytes }: HttpResponse): LoadFailure | null {
  return bytes === 0 ? "closed-early" : null;
}
