/**
 * A scenario on this kernel: hosts are built, the plan is carried out, everything is recorded, and nothing is left.
 * One event loop serves the whole run, and several runs side by side.
 *
 * @module
 */
import { setMaxListeners } from "node:events";
import {
  clientEndpoint,
  clientNameOf,
  listenerEndpoint,
  listenerNameAt,
  listenerNamed,
  type Scenario,
} from "../../core/scenario/index.ts";
import type { CounterValues, HostName, Recording } from "../../core/trace/index.ts";
import { type DraftPacket, Recorder } from "../../core/trace/index.ts";
import { OpenResources } from "../linux/ffi/descriptor.ts";
import { readCounters } from "../linux/proc/counters.ts";
import { realTimeNs } from "../linux/process/clock.ts";
import { Agenda } from "./host/agenda.ts";
import { Client } from "./host/lab-client.ts";
import { Server } from "./host/lab-server.ts";
import { Wire } from "./host/lab-wire.ts";
import { buildNetwork, type Network, untilCarrying } from "./host/network.ts";
import { punctualEventLoop } from "./host/punctual.ts";
import { CallRecord } from "./host/recorded-calls.ts";
import { planChanges } from "./host/sysctl-changes.ts";
import { transportOf } from "./host/transport.ts";
import { Sampler } from "./record/queue-sampler.ts";
import { SocketOwners } from "./record/socket-owners.ts";
import { openTables, type Tables } from "./record/tables.ts";
import { Tap } from "./record/tap.ts";

/** How a run is watched and ended. */
export interface RunOptions {
  /** Ends the run early; what was recorded until then is returned. */
  readonly signal?: AbortSignal;
  /**
   * The longest time between two looks at the queues; 2 if left out. Null: only after each call and each packet that reaches
   * the server over a wire, which is cheap enough for hundreds of runs side by side.
   */
  readonly sampleEveryMs?: number | null;
}

const SAMPLE_EVERY_MS = 2;
/** How long the last packets of a run are waited for, beyond two round trips. */
const SETTLING_MS = 60;

/**
 * Runs a scenario and returns what was recorded.
 *
 * @throws {NotSupportedError} when this user or kernel cannot
 * @throws {SyscallError} when the kernel refuses a call that the scenario needs
 */
export async function runScenario(scenario: Scenario, options: RunOptions = {}): Promise<Recording> {
  const network = buildNetwork(scenario);
  try {
    await untilCarrying(network);
    const run = new Run(scenario, network, options);
    try {
      return await run.toTheEnd();
    } finally {
      run.dispose();
    }
  } finally {
    network.close();
  }
}

/** One run: its parts, from the first look at the counters to the last. */
class Run {
  readonly #scenario: Scenario;
  readonly #network: Network;
  readonly #recorder = new Recorder();
  readonly #owners = new SocketOwners();
  readonly #agenda: Agenda;
  readonly #tables: Tables;
  readonly #sampler: Sampler;
  /** Null with AF_UNIX, which has no packets. */
  readonly #carrier: Wire | Tap | null;
  readonly #opened = new OpenResources();
  readonly #programs: { dispose(): void }[] = [];
  readonly #before: CounterValues;
  #startedAtNs = 0n;
  readonly #ended: Promise<"done" | "interrupted">;
  #end: (how: "done" | "interrupted") => void = () => {};
  #fail: (error: unknown) => void = () => {};
  #clientsLeft: number;
  readonly #signal: AbortSignal | null;
  readonly #interrupt = () => this.#end("interrupted");

  constructor(scenario: Scenario, network: Network, options: RunOptions) {
    this.#scenario = scenario;
    this.#network = network;
    this.#clientsLeft = scenario.clients.length;
    this.#ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    this.#before = network.server.inside(() => readCounters());
    try {
      this.#agenda = this.#opened.keep(new Agenda(this.#fail));
      this.#tables = this.#opened.keep(openTables(scenario, network));
      const carrier = this.#startCarrier();
      this.#carrier = carrier === null ? null : this.#opened.keep(carrier);
    } catch (error) {
      this.#opened.close();
      throw error;
    }
    this.#sampler = new Sampler({
      agenda: this.#agenda,
      recorder: this.#recorder,
      queues: this.#tables.queues,
      everyMs: options.sampleEveryMs === undefined ? SAMPLE_EVERY_MS : options.sampleEveryMs,
    });
    this.#signal = options.signal ?? null;
    // Many runs share one signal, which is no leak: each takes its listener away again.
    if (options.signal !== undefined) setMaxListeners(0, options.signal);
    this.#signal?.addEventListener("abort", this.#interrupt, { once: true });
    if (options.signal?.aborted === true) this.#end("interrupted");
  }

  async toTheEnd(): Promise<Recording> {
    this.#network.client.inside(() => this.#startClients());
    await punctualEventLoop();
    this.#agenda.start();
    this.#startedAtNs = realTimeNs();
    this.#network.server.inside(() => this.#startServers());
    this.#sampler.start();
    this.#planChanges();
    for (const atMs of this.#scenario.lookAtMs) this.#agenda.at(atMs, () => this.#look());
    this.#agenda.at(this.#scenario.durationMs, () => this.#end("done"));
    const how = await this.#ended;
    return this.#finish(how === "interrupted");
  }

  dispose(): void {
    // One signal may outlive thousands of runs: it must not keep them.
    this.#signal?.removeEventListener("abort", this.#interrupt);
    for (const program of this.#programs) program.dispose();
    this.#opened.close();
  }

  #finish(interrupted: boolean): Recording {
    this.#carrier?.drain(Number.POSITIVE_INFINITY);
    this.#sampler.sample({});
    const readAt = this.#agenda.now();
    const after = this.#network.server.inside(() => readCounters());
    // What was sent before the counters were read is part of the run.
    this.#carrier?.drain(readAt);
    return this.#recorder.finish({
      counters: { before: this.#before, after },
      sysctls: this.#network.sysctls,
      framesLost: this.#carrier?.framesLost() ?? 0,
      interrupted,
      startedAtNs: this.#startedAtNs,
    });
  }

  #startCarrier(): Wire | Tap | null {
    if (this.#scenario.topology === "unix") return null;
    const common = {
      agenda: this.#agenda,
      recorder: this.#recorder,
      clientNameOf: (endpoint: string) => clientNameOf(this.#scenario, endpoint),
      onError: this.#fail,
    };
    const { wire, server } = this.#network;
    if (wire === null) return new Tap(server, common);
    return new Wire(wire, {
      ...common,
      plan: this.#scenario.wire,
      onArrivalAtServer: (packet) => this.#sampleAfter(packet),
    });
  }

  #startServers(): void {
    for (const plan of this.#scenario.listeners) {
      const server = new Server(plan, {
        agenda: this.#agenda,
        calls: this.#callsOf("server", plan.name, plan.name),
        owners: this.#owners,
        transport: transportOf(this.#scenario.topology),
        endpoint: listenerEndpoint(this.#scenario, plan),
        onBound: (inode) => this.#sampler.add({ name: plan.name, port: plan.port, inode }),
        onError: this.#fail,
      });
      this.#programs.push(server);
    }
  }

  #startClients(): void {
    for (const [place, plan] of this.#scenario.clients.entries()) {
      const client = new Client(plan, {
        agenda: this.#agenda,
        calls: this.#callsOf("client", plan.name, this.#listenerMetBy(plan.listener)),
        owners: this.#owners,
        transport: transportOf(this.#scenario.topology),
        local: clientEndpoint(this.#scenario, place),
        remote: listenerEndpoint(this.#scenario, listenerNamed(this.#scenario, plan.listener)),
        onEnd: () => this.#onClientEnd(),
        onError: this.#fail,
      });
      this.#programs.push(client);
    }
  }

  /** The listener that a client meets; null where the kernel chooses one of a SO_REUSEPORT group. */
  #listenerMetBy(name: string): string | null {
    return listenerNamed(this.#scenario, name).reusePort ? null : name;
  }

  #planChanges(): void {
    planChanges(this.#scenario.changes, {
      agenda: this.#agenda,
      hosts: this.#network,
      callsOf: (host) => this.#callsOf(host, host, null),
    });
  }

  #sampleAfter(packet: DraftPacket): void {
    const listener = listenerNameAt(this.#scenario, packet.tcp.to);
    this.#sampler.sample(listener === null ? { afterPacket: packet } : { afterPacket: packet, listener });
  }

  /** Calls of one program, each followed by a look at the listener that it concerns; null for all of them. */
  #callsOf(host: HostName, actor: string, listener: string | null): CallRecord {
    const concerned = listener === null ? {} : { listener };
    const afterCall = (call: number) => {
      this.#sampler.sample({ afterCall: call, ...concerned });
      // Over loopback a burst of calls sends packets while the event loop is away: they must not overrun the tap.
      if (this.#carrier instanceof Tap) this.#carrier.drain();
    };
    return new CallRecord({ agenda: this.#agenda, recorder: this.#recorder, afterCall }, host, actor);
  }

  #look(): void {
    this.#recorder.addSockets(this.#tables.look(this.#agenda.now(), this.#owners));
  }

  #onClientEnd(): void {
    this.#clientsLeft -= 1;
    if (this.#clientsLeft === 0) this.#settle();
  }

  /** Two round trips after the last client has ended, and as long as a packet is under way. */
  #settle(): void {
    const settledAt = this.#agenda.now() + 4 * this.#scenario.wire.delayMs + SETTLING_MS;
    this.#agenda.at(settledAt, () => {
      const isQuiet = !(this.#carrier instanceof Wire) || this.#carrier.underWay === 0;
      if (isQuiet) this.#end("done");
      else this.#settle();
    });
  }
}
