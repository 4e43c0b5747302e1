/**
 * The server host of a simulation: the listening host of the specification, the connections that it has made, and the
 * programs that accept them.
 *
 * @module
 */
import { type ListenerPlan, listenerEndpoint, type Scenario } from "../../scenario/index.ts";
import { TCP_FLAG } from "../../wire/packet/tcp-flags.ts";
import { clearEffects, type Effects, noEffects } from "../host/effects.ts";
import type { TimerRef } from "../host/host-state.ts";
import { has, type ModelSegment } from "../host/model-segment.ts";
import { ServerHost } from "../host/server-host.ts";
import type { KernelRules } from "../rules/rules.ts";
import type { ConnectionDependencies } from "./end/connection-dependencies.ts";
import { Connection } from "./end/end-connection.ts";
import { FIRST_FD, type HeldConnection } from "./look.ts";
import { ServerProgram } from "./server-program.ts";
import type { Calls } from "./simulated-calls.ts";
import type { World } from "./world.ts";

/** What the server's side works with. */
export interface ServerSideDependencies {
  readonly scenario: Scenario;
  readonly rules: KernelRules;
  readonly world: World;
  /** From 0 to 1, as everything that a real kernel leaves to chance. */
  readonly chance: () => number;
  /** Which member of a SO_REUSEPORT group a client's endpoint meets; null leaves it to chance. */
  readonly memberOf: (client: string) => string | null;
  readonly send: (segment: ModelSegment) => void;
  readonly callsOf: (actor: string, listener: string | null) => Calls;
  readonly endDependencies: (onReady: () => void) => ConnectionDependencies;
}

/** One end of a connection that a handshake has made. */
interface ServerEnd {
  readonly connection: Connection;
  readonly listener: string;
  fd: number | null;
}

/** The server host at work. */
export class ServerSide {
  readonly host: ServerHost;
  readonly #dependencies: ServerSideDependencies;
  readonly #ends = new Map<string, ServerEnd>();
  readonly #programs = new Map<string, ServerProgram>();
  readonly #effects = noEffects();
  #nextFd = FIRST_FD;

  constructor(dependencies: ServerSideDependencies) {
    this.#dependencies = dependencies;
    const { rules, chance, memberOf } = dependencies;
    const salt = Math.floor(chance() * 2 ** 16);
    this.host = ServerHost.create(rules, {
      initialSequence: () => Math.floor(chance() * 2 ** 32),
      // A group's member is chosen by a hash of the addresses: a SYN that comes again meets the same one.
      chooseMember: ({ from }, members) =>
        memberOf(String(from)) ?? members[placeOf(String(from), members.length, salt)] ?? "",
      bucketOf: (peer, size) => placeOf(String(peer), size, salt),
      onTimer: (timer) => this.#onTimerSet(timer),
    });
  }

  /** Starts the programs: each listens at once. */
  start(): void {
    for (const plan of this.#dependencies.scenario.listeners) this.#addProgram(plan);
  }

  receive(segment: ModelSegment): void {
    this.#tellOfClose(String(segment.from), String(segment.to));
    this.#apply(this.host.onSegment(segment, this.#dependencies.world.jiffiesMs, this.#cleared()), segment);
  }

  /** Every connection that is there, with whoever has accepted it. */
  held(): HeldConnection[] {
    return [...this.#ends.values()].map(({ connection, listener, fd }) => {
      const isHeld = fd !== null && !connection.isOrphan;
      return { connection, holder: isHeld ? { actor: listener, fd } : null };
    });
  }

  #onTimerSet(timer: TimerRef): void {
    const { world } = this.#dependencies;
    world.timer(timer.dueMs - world.nowMs, () => {
      world.moment();
      this.#apply(this.host.fire(timer, world.jiffiesMs, this.#cleared()));
    });
  }

  #cleared(): Effects {
    clearEffects(this.#effects);
    return this.#effects;
  }

  #addProgram(plan: ListenerPlan): void {
    const { scenario, world, callsOf } = this.#dependencies;
    const { name, deferAcceptS, fastOpenQueue } = plan;
    const endpoint = listenerEndpoint(scenario, plan);
    const program = new ServerProgram(plan, {
      world,
      calls: callsOf(name, name),
      listen: (backlog) => {
        this.host.listen({ name, endpoint, backlog, deferAcceptS, fastOpenQueue });
      },
      closeListener: () => this.#closeListener(name),
      waiting: () => this.host.listener(name)?.acceptQueue.length ?? 0,
      accept: () => this.#accept(name),
    });
    this.#programs.set(name, program);
  }

  #closeListener(name: string): void {
    for (const { peer } of this.host.waiting(name)) {
      this.#ends.get(String(peer))?.connection.drop();
      this.#ends.delete(String(peer));
    }
    this.#apply(this.host.close(name, this.#cleared()));
  }

  #accept(name: string): { fd: number; socket: Connection } | null {
    const child = this.host.accept(name);
    const end = child === null ? undefined : this.#ends.get(String(child.peer));
    if (end === undefined) return null;
    end.fd = this.#nextFd++;
    return { fd: end.fd, socket: end.connection };
  }

  /** The host is told late what a program has closed: nothing but a segment of its peer depends on it. */
  #tellOfClose(peer: string, endpoint: string): void {
    const end = this.#ends.get(peer);
    if (end === undefined || end.fd === null) return;
    if (end.connection.isOrphan) this.host.closeConnection(endpoint, peer);
    if (end.connection.state !== "CLOSE") return;
    this.host.release(endpoint, peer);
    this.#ends.delete(peer);
  }

  /** Lets happen what the host decided. What it sends goes first: a program's answer follows the SYN+ACK of Fast Open. */
  #apply(effects: Effects, segment: ModelSegment | null = null): void {
    const sent = [...effects.sent];
    const grantsCookie = effects.rules.includes("fast-open-cookie");
    for (const queued of effects.queued) this.#addEnd(String(queued.peer), queued.listener, segment);
    const isFast = effects.queued.some((one) => one.by === "fast-open");
    if (effects.deliveredTo !== null && segment !== null && !isFast)
      this.#ends.get(String(effects.deliveredTo))?.connection.receive(segment);
    for (const { segment: answer, kind } of sent)
      this.#dependencies.send(
        grantsCookie && kind === "syn-ack" ? { ...answer, fastOpen: "cookie" } : answer,
      );
    for (const name of new Set(effects.queued.map((one) => one.listener))) this.#programs.get(name)?.notice();
  }

  #addEnd(peer: string, listener: string, segment: ModelSegment | null): void {
    if (segment === null) return;
    const child = this.host.connection(segment.to, segment.from);
    if (child === null) return;
    const notice = () => {
      const end = this.#ends.get(peer);
      if (end !== undefined) this.#programs.get(listener)?.noticeConnection(end.connection);
    };
    const ends = { local: String(segment.to), remote: peer, isn: (child.sndNxt - 1) >>> 0 };
    const isFast = has(segment, TCP_FLAG.SYN);
    // The packet that makes the connection may not be the first after the SYN: the request knows where the data begins.
    const clientIsn = (child.rcvIsn + (isFast ? segment.length : 0)) >>> 0;
    const { topology, wire } = this.#dependencies.scenario;
    const rttMs = topology === "wire" ? 2 * wire.delayMs : 0;
    const connection = Connection.established(
      ends,
      clientIsn,
      rttMs,
      this.#dependencies.endDependencies(notice),
    );
    if (isFast) connection.unread = segment.length;
    this.#ends.set(peer, { connection, listener, fd: null });
  }
}

/** A place from 0 to size - 1 that only the peer and the salt decide. */
function placeOf(peer: string, size: number, salt: number): number {
  let hash = salt;
  for (let at = 0; at < peer.length; at += 1) hash = Math.imul(hash ^ peer.charCodeAt(at), 0x01000193) >>> 0;
  return ((hash ^ (hash >>> 13)) >>> 0) % size;
}
