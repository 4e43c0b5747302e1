/**
 * A scenario on the model: the same programs, wire and recording as in the lab, on a kernel that is a set of rules and a
 * clock that is a number. The same seed gives the same recording, byte for byte.
 *
 * @module
 */
import {
  listenerNameAt,
  type Scenario,
  type SysctlChange,
  seededChance,
  wantedSysctls,
} from "../../scenario/index.ts";
import { type DraftPacket, type HostName, Recorder, type Recording, withNotes } from "../../trace/index.ts";
import type { ModelSegment } from "../host/model-segment.ts";
import { defaultSysctls, type ModelSysctls, setSysctlOf } from "../rules/model-sysctls.ts";
import type { KernelRules } from "../rules/rules.ts";
import { CounterHistory } from "./counter-history.ts";
import { ClientSide } from "./end/client-side.ts";
import type { EndCounter } from "./end/connection-dependencies.ts";
import { endDependencies } from "./end/end-dependencies.ts";
import { frameOf } from "./frames.ts";
import { Observer } from "./observer.ts";
import { ServerSide } from "./server-side.ts";
import { Calls } from "./simulated-calls.ts";
import { Network } from "./simulated-network.ts";
import { toldSysctls } from "./told-sysctls.ts";

import { simulateUnix } from "./unix/simulate-unix.ts";
import { World } from "./world.ts";

/** How a scenario is simulated. */
export interface SimulationOptions {
  readonly rules: KernelRules;
  /** Of everything that is random on a real kernel. */
  readonly seed?: number;
  /** Which member of a SO_REUSEPORT group a client's endpoint meets; what it is null for is left to chance, as all is without it. */
  readonly memberOf?: (client: string) => string | null;
  /** Ticks per second of the simulated kernel: 250 as Debian builds it, 1000 as CentOS 7. */
  readonly hz?: number;
  /** Whether frames are made for a capture file. */
  readonly frames?: boolean;
  /** Whether the counters are written down whenever one of them rises. */
  readonly readings?: boolean;
  /** How much later than planned wire, programs and timers are at a moment, as on a busy machine; never without it. */
  readonly lagMs?: (atMs: number) => number;
}

const HZ = 250;
/** Payload bytes of a segment with timestamps. */
const MSS = { wire: { ipv4: 1448, ipv6: 1428 }, loopback: { ipv4: 65_483, ipv6: 65_463 } } as const;
const TIMESTAMPS_BYTES = 12;
const SETTLING_MS = 60;
const NO_FRAME = new Uint8Array(0);

/** Runs a scenario and returns what was recorded. */
export function simulate(scenario: Scenario, options: SimulationOptions): Recording {
  if (scenario.topology === "unix") return simulateUnix(scenario, options.rules, options.hz ?? HZ);
  return new Run(scenario, scenario.topology, options).toTheEnd();
}

/** One run: its parts, and how they hang together. */
class Run {
  readonly #scenario: Scenario;
  readonly #options: SimulationOptions;
  readonly #mss: number;
  readonly #recorder = new Recorder();
  readonly #world: World;
  readonly #network: Network;
  readonly #server: ServerSide;
  readonly #clients: ClientSide;
  readonly #observer: Observer;
  readonly #clientSysctls: ModelSysctls;
  readonly #clientCounters: Record<string, number> = {};
  readonly #history = new CounterHistory();

  constructor(scenario: Scenario, topology: "wire" | "loopback", options: SimulationOptions) {
    const chance = seededChance(options.seed ?? 1);
    this.#scenario = scenario;
    this.#options = options;
    this.#mss = MSS[topology][scenario.family];
    this.#clientSysctls = defaultSysctls(options.rules);
    this.#world = new World({ rules: options.rules, hz: options.hz ?? HZ, lagMs: options.lagMs }, () => {
      this.#network.drain();
      this.#readCounters(this.#world.nowMs);
    });
    this.#network = this.#newNetwork();
    this.#server = this.#newServer(chance);
    this.#clients = this.#newClients(chance);
    this.#observer = this.#newObserver();
    for (const [name, value] of Object.entries(wantedSysctls(scenario)))
      for (const host of ["server", "client"] as const) this.#setSysctl(host, name, value);
  }

  toTheEnd(): Recording {
    const { scenario, before } = { scenario: this.#scenario, before: { ...this.#server.host.counters } };
    this.#world.at(0, () => this.#server.start());
    this.#clients.start();
    for (const change of scenario.changes) this.#world.at(change.atMs, () => this.#change(change));
    for (const atMs of scenario.lookAtMs) this.#world.at(atMs, () => this.#observer.look());
    this.#world.run(scenario.durationMs);
    this.#observer.sample(null, {});
    const recording = this.#recorder.finish({
      counters: { before, after: this.#counters() },
      sysctls: toldSysctls(scenario, this.#options.rules, this.#server.host.sysctls),
      framesLost: 0,
      interrupted: false,
      startedAtNs: 0n,
    });
    const trace = withNotes(recording.trace, (endpoint) => listenerNameAt(scenario, endpoint));
    return {
      ...recording,
      trace,
      ...(this.#options.readings === true ? { readings: this.#history.readings } : {}),
    };
  }

  #newNetwork(): Network {
    return new Network({
      scenario: this.#scenario,
      world: this.#world,
      recorder: this.#recorder,
      deliver: (to, segment, packet) => this.#deliver(to, segment, packet),
      frameOf: (segment, atMs) => this.#frame(segment, atMs),
    });
  }

  #newServer(chance: () => number): ServerSide {
    return new ServerSide({
      scenario: this.#scenario,
      rules: this.#options.rules,
      world: this.#world,
      chance,
      memberOf: this.#options.memberOf ?? (() => null),
      send: (segment) => this.#network.send("server", segment),
      callsOf: (actor, listener) => this.#callsOf("server", actor, listener),
      endDependencies: (onReady) => {
        const { sysctls, counters } = this.#server.host;
        return this.#endDependencies("server", sysctls, counters, onReady);
      },
    });
  }

  #newClients(chance: () => number): ClientSide {
    return new ClientSide({
      scenario: this.#scenario,
      world: this.#world,
      chance,
      send: (segment) => this.#network.send("client", segment),
      callsOf: (actor, listener) => this.#callsOf("client", actor, listener),
      endDependencies: (onReady) =>
        this.#endDependencies("client", this.#clientSysctls, this.#clientCounters, onReady),
      fastopen: () => this.#clientSysctls.fastopen,
      onAllEnded: () => this.#settle(),
    });
  }

  #newObserver(): Observer {
    return new Observer({
      scenario: this.#scenario,
      world: this.#world,
      recorder: this.#recorder,
      host: this.#server.host,
      serverEnds: () => this.#server.held(),
      clientEnds: () => this.#clients.held(),
    });
  }

  #endDependencies(
    host: HostName,
    sysctls: Readonly<ModelSysctls>,
    counters: Partial<Record<EndCounter, number>>,
    onReady: () => void,
  ) {
    const count = (counter: EndCounter) => {
      counters[counter] = (counters[counter] ?? 0) + 1;
    };
    const send = (segment: ModelSegment) => this.#network.send(host, segment);
    const { rules } = this.#options;
    return endDependencies({ rules, world: this.#world, sysctls, mss: this.#mss, send, count }, onReady);
  }

  #callsOf(host: HostName, actor: string, listener: string | null): Calls {
    return new Calls(
      {
        world: this.#world,
        recorder: this.#recorder,
        drain: () => this.#network.drain(),
        afterCall: (afterCall) => this.#observer.sample(listener, { afterCall }),
      },
      host,
      actor,
    );
  }

  #deliver(to: HostName, segment: ModelSegment, packet: DraftPacket): void {
    if (to === "client") {
      this.#clients.receive(segment);
      return;
    }
    this.#server.receive(segment);
    this.#readCounters(packet.arrivedAt ?? this.#world.nowMs);
    this.#observer.sample(listenerNameAt(this.#scenario, String(segment.to)), { afterPacket: packet });
  }

  #frame(segment: ModelSegment, atMs: number): Uint8Array {
    if (this.#options.frames !== true) return NO_FRAME;
    const isFromClient = this.#clients.owns(String(segment.from));
    return frameOf(segment, atMs, this.#mss + TIMESTAMPS_BYTES, isFromClient);
  }

  /** A sysctl that the scenario changes on the way is recorded as a call of its host, named like the sysctl. */
  #change({ host, name, value }: SysctlChange): void {
    this.#callsOf(host, host, null).make(
      name,
      () => {
        this.#setSysctl(host, name, value);
        return 0;
      },
      () => ({ argument: value }),
    );
  }

  /** On loopback both hosts are one namespace. */
  #setSysctl(host: HostName, name: string, value: number): void {
    const isShared = this.#scenario.topology === "loopback";
    if (isShared || host === "server") this.#server.host.setSysctl(name, value);
    if (isShared || host === "client") setSysctlOf(this.#clientSysctls, name, value);
  }

  #readCounters(at: number): void {
    if (this.#options.readings === true) this.#history.read(at, this.#counters());
  }

  /** On loopback both ends count in one namespace. */
  #counters(): Record<string, number> {
    const counters: Record<string, number> = { ...this.#server.host.counters };
    if (this.#scenario.topology === "wire") return counters;
    for (const [name, count] of Object.entries(this.#clientCounters))
      counters[name] = (counters[name] ?? 0) + count;
    return counters;
  }

  /** The last packets are waited for, as in the lab. */
  #settle(): void {
    const settledAt = this.#world.nowMs + 4 * this.#scenario.wire.delayMs + SETTLING_MS;
    this.#world.at(settledAt, () => {
      if (this.#network.underWay === 0) this.#world.end();
      else this.#settle();
    });
  }
}
