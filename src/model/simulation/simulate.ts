/**
 * A scenario on the model: the same programs, wire and recording as in the lab, on a kernel that is a set of rules and a
 * clock that is a number. The same seed gives the same recording, byte for byte.
 *
 * @module
 */
import { UsageError } from "../../errors.ts";
import {
  clientEndpoint,
  LAB_ADDRESSES,
  type ListenerPlan,
  listenerEndpoint,
  listenerNameAt,
  listenerNamed,
  type Scenario,
  seededChance,
} from "../../scenario/index.ts";
import { type DraftPacket, type HostName, Recorder, type Recording, withNotes } from "../../trace/index.ts";
import { TCP_FLAG } from "../../wire/index.ts";
import { clearEffects, type Effects, noEffects } from "../effects.ts";
import type { TimerRef } from "../host-state.ts";
import type { KernelRules } from "../rules.ts";
import type { ModelSegment } from "../segment.ts";
import { has, resetTo } from "../segment.ts";
import { ServerHost } from "../server-host.ts";
import { defaultSysctls, type ModelSysctls, SYSCTL_FIELDS, setSysctlOf } from "../sysctls.ts";
import { Calls } from "./calls.ts";
import { ClientProgram } from "./client-program.ts";
import { Connection, type ConnectionSurroundings } from "./connection.ts";
import { frameOf } from "./frames.ts";
import { type HeldConnection, socketTables } from "./look.ts";
import { Network } from "./network.ts";
import { ServerProgram } from "./server-program.ts";
import { World } from "./world.ts";

/** How a scenario is simulated. */
export interface SimulationOptions {
  readonly rules: KernelRules;
  /** Of everything that is random on a real kernel. */
  readonly seed?: number;
  /** Ticks per second of the simulated kernel: 250 as Debian builds it, 1000 as CentOS 7. */
  readonly hz?: number;
  /** Whether frames are made for a capture file. */
  readonly frames?: boolean;
}

const HZ = 250;
const MSS = { wire: 1448, loopback: 65_483, unix: 65_483 } as const;
const FIRST_FD = 4;
const SETTLING_MS = 60;
const NO_FRAME = new Uint8Array(0);

/** Runs a scenario and returns what was recorded. */
export function simulate(scenario: Scenario, options: SimulationOptions): Recording {
  if (scenario.topology === "unix")
    throw new UsageError("the model has no AF_UNIX listeners yet; run it in the lab");
  return new Run(scenario, options).toTheEnd();
}

interface ServerEnd {
  readonly connection: Connection;
  readonly listener: string;
  fd: number | null;
}

class Run {
  readonly #scenario: Scenario;
  readonly #options: SimulationOptions;
  readonly #recorder = new Recorder();
  readonly #chance: () => number;
  readonly #world: World;
  readonly #host: ServerHost;
  readonly #network: Network;
  readonly #clientSysctls: ModelSysctls;
  readonly #clientConnections = new Map<string, Connection>();
  readonly #clientPrograms = new Map<string, ClientProgram>();
  readonly #serverEnds = new Map<string, ServerEnd>();
  readonly #serverPrograms = new Map<string, ServerProgram>();
  readonly #effects = noEffects();
  readonly #clientCounters: Record<string, number> = {};
  #nextFd = FIRST_FD;
  #clientsLeft: number;
  #hasFastOpenCookie = false;

  constructor(scenario: Scenario, options: SimulationOptions) {
    const { rules } = options;
    this.#scenario = scenario;
    this.#options = options;
    this.#clientsLeft = scenario.clients.length;
    this.#chance = seededChance(options.seed ?? 1);
    const bucketSalt = Math.floor(this.#chance() * 2 ** 16);
    this.#world = new World({ rules, hz: options.hz ?? HZ }, () => this.#network.drain());
    this.#host = ServerHost.create(rules, {
      initialSequence: () => this.#sequence(),
      chooseMember: (_, members) => members[Math.floor(this.#chance() * members.length)] ?? "",
      bucketOf: (peer, size) => bucketOf(String(peer), size, bucketSalt),
      onTimer: (timer) => this.#onTimerSet(timer),
    });
    this.#clientSysctls = defaultSysctls(rules);
    for (const [name, value] of Object.entries(scenario.sysctls)) this.#setSysctl("both", name, value);
    this.#network = new Network({
      scenario,
      world: this.#world,
      recorder: this.#recorder,
      deliver: (to, segment, packet) => this.#deliver(to, segment, packet),
      frameOf: (segment, atMs) => this.#frame(segment, atMs),
    });
  }

  toTheEnd(): Recording {
    const { scenario, before } = { scenario: this.#scenario, before: { ...this.#host.counters } };
    this.#planServers();
    for (const place of scenario.clients.keys()) this.#addClient(place);
    for (const change of scenario.changes)
      this.#world.at(change.atMs, () => this.#setSysctl(change.host, change.name, change.value));
    for (const atMs of scenario.lookAtMs) this.#world.at(atMs, () => this.#look());
    this.#world.run(scenario.durationMs);
    this.#sample(null, {});
    const recording = this.#recorder.finish({
      counters: { before, after: this.#counters() },
      sysctls: this.#tellSysctls(),
      framesLost: 0,
      interrupted: false,
      startedAtNs: 0n,
    });
    const trace = withNotes(recording.trace, (endpoint) => listenerNameAt(scenario, endpoint));
    return { ...recording, trace };
  }

  #sequence(): number {
    return Math.floor(this.#chance() * 2 ** 32);
  }

  #frame(segment: ModelSegment, atMs: number): Uint8Array {
    if (this.#options.frames !== true) return NO_FRAME;
    const isFromClient = this.#clientConnections.has(String(segment.from));
    return frameOf(segment, atMs, MSS[this.#scenario.topology] + 12, isFromClient);
  }

  #setSysctl(host: HostName | "both", name: string, value: number): void {
    const isShared = host === "both" || this.#scenario.topology === "loopback";
    if (isShared || host === "server") this.#host.setSysctl(name, value);
    if (isShared || host === "client") setSysctlOf(this.#clientSysctls, name, value);
  }

  #tellSysctls(): Record<string, number | null> {
    const { rules, sysctls } = this.#host;
    const known = Object.entries(SYSCTL_FIELDS).map(([name, field]) => [name, sysctls[field]] as const);
    const told: Record<string, number | null> = { ...this.#scenario.sysctls, ...Object.fromEntries(known) };
    if (rules.linearTimeoutsDefault === 0) told["net.ipv4.tcp_syn_linear_timeouts"] = null;
    return told;
  }

  /** On loopback both ends count in one namespace. */
  #counters(): Record<string, number> {
    const counters: Record<string, number> = { ...this.#host.counters };
    if (this.#scenario.topology === "wire") return counters;
    for (const [name, count] of Object.entries(this.#clientCounters))
      counters[name] = (counters[name] ?? 0) + count;
    return counters;
  }

  #onTimerSet(timer: TimerRef): void {
    this.#world.timer(timer.dueMs - this.#world.nowMs, () => {
      this.#apply(this.#host.fire(timer, this.#world.moment(), this.#cleared()));
    });
  }

  #cleared(): Effects {
    clearEffects(this.#effects);
    return this.#effects;
  }

  #planServers(): void {
    this.#world.at(0, () => {
      for (const plan of this.#scenario.listeners) this.#addServer(plan);
    });
  }

  #addServer(plan: ListenerPlan): void {
    const { name, deferAcceptS, fastOpenQueue } = plan;
    const endpoint = listenerEndpoint(this.#scenario, plan);
    const program = new ServerProgram(plan, {
      world: this.#world,
      calls: this.#callsOf("server", name, name),
      listen: (backlog) => {
        this.#host.listen({ name, endpoint, backlog, deferAcceptS, fastOpenQueue });
      },
      closeListener: () => this.#closeListener(name),
      waiting: () => this.#host.listener(name)?.acceptQueue.length ?? 0,
      accept: () => this.#accept(name),
    });
    this.#serverPrograms.set(name, program);
  }

  #closeListener(name: string): void {
    for (const { peer } of this.#host.waiting(name)) {
      this.#serverEnds.get(String(peer))?.connection.drop();
      this.#serverEnds.delete(String(peer));
    }
    this.#apply(this.#host.close(name, this.#cleared()));
  }

  #accept(name: string): { fd: number; connection: Connection } | null {
    const child = this.#host.accept(name);
    const end = child === null ? undefined : this.#serverEnds.get(String(child.peer));
    if (end === undefined) return null;
    end.fd = this.#nextFd++;
    return { fd: end.fd, connection: end.connection };
  }

  #addClient(place: number): void {
    const plan = this.#scenario.clients[place];
    if (plan === undefined) return;
    const local = clientEndpoint(this.#scenario, place);
    const remote = listenerEndpoint(this.#scenario, listenerNamed(this.#scenario, plan.listener));
    const notice = () => this.#clientPrograms.get(local)?.notice();
    const ends = { local, remote, isn: this.#sequence() };
    const connection = new Connection(ends, this.#connectionSurroundings("client", notice));
    const program = new ClientProgram(plan, {
      world: this.#world,
      calls: this.#callsOf("client", plan.name, plan.listener),
      connection,
      hasFastOpenCookie: () => this.#hasFastOpenCookie,
      onEnd: () => this.#onClientEnd(),
    });
    this.#clientConnections.set(local, connection);
    this.#clientPrograms.set(local, program);
  }

  #connectionSurroundings(host: HostName, onReady: () => void): ConnectionSurroundings {
    const sysctls = host === "client" ? this.#clientSysctls : this.#host.sysctls;
    return {
      rules: this.#options.rules,
      now: () => this.#world.nowMs,
      send: (segment) => this.#network.send(host, segment),
      timer: (delayMs, work) => this.#world.timer(delayMs, work),
      onReady,
      count: (counter) => {
        const counts =
          host === "client" ? this.#clientCounters : (this.#host.counters as Record<string, number>);
        counts[counter] = (counts[counter] ?? 0) + 1;
      },
      mss: MSS[this.#scenario.topology],
      synRetries: sysctls.synRetries,
      synLinearTimeouts: sysctls.synLinearTimeouts,
      challengeEveryMs: sysctls.invalidRatelimitMs,
    };
  }

  #callsOf(host: HostName, actor: string, listener: string): Calls {
    return new Calls(
      {
        world: this.#world,
        recorder: this.#recorder,
        drain: () => this.#network.drain(),
        afterCall: (afterCall, name) => this.#sample(name, { afterCall }),
      },
      host,
      actor,
      listener,
    );
  }

  #deliver(to: HostName, segment: ModelSegment, packet: DraftPacket): void {
    if (to === "client") {
      this.#deliverToClient(segment);
      return;
    }
    this.#releaseClosed(String(segment.from), String(segment.to));
    this.#apply(this.#host.onSegment(segment, this.#world.nowMs, this.#cleared()), segment);
    this.#sample(listenerNameAt(this.#scenario, String(segment.to)), { afterPacket: packet });
  }

  #releaseClosed(peer: string, endpoint: string): void {
    const end = this.#serverEnds.get(peer);
    if (end?.connection.state !== "CLOSE" || end.fd === null) return;
    this.#host.release(endpoint, peer);
    this.#serverEnds.delete(peer);
  }

  #deliverToClient(segment: ModelSegment): void {
    const connection = this.#clientConnections.get(String(segment.to));
    if (connection !== undefined) {
      if (has(segment, TCP_FLAG.SYN) && segment.fastOpen !== undefined) this.#hasFastOpenCookie = true;
      connection.receive(segment);
    } else if (!has(segment, TCP_FLAG.RST)) this.#network.send("client", resetTo(segment));
  }

  /** Lets happen what the host decided. */
  #apply(effects: Effects, segment: ModelSegment | null = null): void {
    const sent = [...effects.sent];
    const grantsCookie = effects.rules.includes("fast-open-cookie");
    for (const queued of effects.queued) this.#addServerEnd(String(queued.peer), queued.listener, segment);
    const isFast = effects.queued.some((one) => one.by === "fast-open");
    if (effects.deliveredTo !== null && segment !== null && !isFast)
      this.#serverEnds.get(String(effects.deliveredTo))?.connection.receive(segment);
    for (const { segment: answer, kind } of sent)
      this.#network.send(
        "server",
        grantsCookie && kind === "syn-ack" ? { ...answer, fastOpen: "cookie" } : answer,
      );
    for (const name of new Set(effects.queued.map((one) => one.listener)))
      this.#serverPrograms.get(name)?.notice();
  }

  #addServerEnd(peer: string, listener: string, segment: ModelSegment | null): void {
    if (segment === null) return;
    const child = this.#host.connection(segment.to, segment.from);
    if (child === null) return;
    const notice = () => {
      const end = this.#serverEnds.get(peer);
      if (end !== undefined) this.#serverPrograms.get(listener)?.noticeConnection(end.connection);
    };
    const ends = { local: String(segment.to), remote: peer, isn: (child.sndNxt - 1) >>> 0 };
    const isFast = has(segment, TCP_FLAG.SYN);
    const clientIsn = (segment.seq + (isFast ? segment.length : -1)) >>> 0;
    const rttMs = this.#scenario.topology === "wire" ? 2 * this.#scenario.wire.delayMs : 0;
    const surroundings = this.#connectionSurroundings("server", notice);
    const connection = Connection.established(ends, clientIsn, rttMs, surroundings);
    if (isFast) connection.unread = segment.length;
    this.#serverEnds.set(peer, { connection, listener, fd: null });
  }

  #sample(only: string | null, occasion: { afterPacket?: DraftPacket; afterCall?: number }): void {
    const at = this.#world.moment();
    for (const { name, limit, acceptQueue, synQueue, drops } of this.#host.listeners()) {
      if (only !== null && name !== only) continue;
      this.#recorder.addSample({
        at,
        endedAt: at,
        listener: name,
        acceptQueue: acceptQueue.length,
        synQueue: synQueue.length,
        limit,
        drops,
        afterPacket: occasion.afterPacket ?? null,
        afterCall: occasion.afterCall ?? null,
      });
    }
  }

  #look(): void {
    const server = [...this.#serverEnds.values()].map(({ connection, listener, fd }): HeldConnection => {
      const isHeld = fd !== null && !connection.isOrphan;
      return { connection, holder: isHeld ? { actor: listener, fd } : null };
    });
    const clients = [...this.#clientPrograms].flatMap(
      ([local, { plan, isOpen }], place): HeldConnection[] => {
        const connection = this.#clientConnections.get(local);
        if (connection === undefined) return [];
        return [{ connection, holder: isOpen ? { actor: plan.name, fd: FIRST_FD + place } : null }];
      },
    );
    const { family, topology } = this.#scenario;
    const anyAddress = LAB_ADDRESSES[topology][family].server.includes(":") ? "[::]:0" : "0.0.0.0:0";
    const looked = { host: this.#host, server, clients, anyAddress };
    this.#recorder.addSockets(socketTables(this.#world.moment(), looked));
  }

  #onClientEnd(): void {
    this.#clientsLeft -= 1;
    if (this.#clientsLeft > 0) return;
    const settledAt = this.#world.nowMs + 4 * this.#scenario.wire.delayMs + SETTLING_MS;
    this.#world.at(settledAt, () => this.#world.end());
  }
}

/** A bucket that only the peer and the salt decide. */
function bucketOf(peer: string, size: number, salt: number): number {
  let hash = salt;
  for (let at = 0; at < peer.length; at += 1) hash = Math.imul(hash ^ peer.charCodeAt(at), 0x01000193) >>> 0;
  return ((hash ^ (hash >>> 13)) >>> 0) % size;
}
