/**
 * A scenario of AF_UNIX listeners on the model: the same programs, without a network.
 *
 * @module
 */
import {
  clientEndpoint,
  type ListenerPlan,
  listenerEndpoint,
  listenerNamed,
  type Scenario,
  type SysctlChange,
} from "../../../scenario/index.ts";
import { type HostName, Recorder, type Recording, type TraceSocket } from "../../../trace/index.ts";
import { zeroCounters } from "../../host/host-counters.ts";
import { UnixListener } from "../../host/unix-listener-model.ts";
import { defaultSysctls, type ModelSysctls, setSysctlOf } from "../../rules/model-sysctls.ts";
import type { KernelRules } from "../../rules/rules.ts";
import { ClientProgram } from "../end/client-program.ts";
import { FIRST_FD, LISTENER_FD } from "../look.ts";
import { ServerProgram } from "../server-program.ts";
import { Calls } from "../simulated-calls.ts";
import { toldSysctls } from "../told-sysctls.ts";
import { World } from "../world.ts";
import { UnixSocket } from "./simulated-unix-socket.ts";

/** How long the last events of a run are waited for. */
const SETTLING_MS = 60;
const PROCESS = { server: { pid: 1, name: "server" }, client: { pid: 2, name: "client" } } as const;

/** One listener with its program and the ends that it has accepted. */
interface Side {
  readonly plan: ListenerPlan;
  readonly endpoint: string;
  readonly listener: UnixListener<UnixSocket>;
  readonly accepted: Map<UnixSocket, number>;
  program: ServerProgram | null;
}

/** Runs a scenario whose topology is unix. */
export function simulateUnix(scenario: Scenario, rules: KernelRules, hz: number): Recording {
  return new UnixRun(scenario, rules, hz).toTheEnd();
}

class UnixRun {
  readonly #scenario: Scenario;
  readonly #rules: KernelRules;
  readonly #recorder = new Recorder();
  readonly #world: World;
  readonly #sysctls: ModelSysctls;
  readonly #sides: Side[];
  readonly #clients: { readonly socket: UnixSocket; readonly program: ClientProgram }[] = [];
  #nextFd = FIRST_FD;
  #left: number;

  constructor(scenario: Scenario, rules: KernelRules, hz: number) {
    this.#scenario = scenario;
    this.#rules = rules;
    this.#world = new World({ rules, hz }, () => {});
    this.#left = scenario.clients.length;
    this.#sysctls = defaultSysctls(rules);
    for (const [name, value] of Object.entries(scenario.sysctls)) setSysctlOf(this.#sysctls, name, value);
    this.#sides = scenario.listeners.map((plan) => ({
      plan,
      endpoint: listenerEndpoint(scenario, plan),
      listener: new UnixListener<UnixSocket>(rules),
      accepted: new Map(),
      program: null,
    }));
  }

  toTheEnd(): Recording {
    const { changes, lookAtMs, durationMs, clients } = this.#scenario;
    this.#world.at(0, () => {
      for (const side of this.#sides) this.#startServer(side);
    });
    for (const place of clients.keys()) this.#addClient(place);
    for (const change of changes) this.#world.at(change.atMs, () => this.#change(change));
    for (const atMs of lookAtMs) this.#world.at(atMs, () => this.#look());
    this.#world.run(durationMs);
    this.#sample(null, null);
    return this.#recorder.finish({
      counters: { before: { ...zeroCounters() }, after: { ...zeroCounters() } },
      sysctls: toldSysctls(this.#scenario, this.#rules, this.#sysctls),
      framesLost: 0,
      interrupted: false,
      startedAtNs: 0n,
    });
  }

  #startServer(side: Side): void {
    const { plan, listener } = side;
    side.program = new ServerProgram(plan, {
      world: this.#world,
      calls: this.#callsOf("server", plan.name, plan.name),
      listen: (backlog) => listener.listen(backlog, this.#sysctls.somaxconn),
      closeListener: () => {
        for (const end of listener.close()) end.cutOff();
      },
      waiting: () => listener.length,
      accept: () => this.#accept(side),
    });
  }

  #accept({ listener, accepted }: Side): { fd: number; socket: UnixSocket } | null {
    const socket = listener.accept();
    if (socket === null) return null;
    const fd = this.#nextFd++;
    accepted.set(socket, fd);
    return { fd, socket };
  }

  #addClient(place: number): void {
    const plan = this.#scenario.clients[place];
    if (plan === undefined) return;
    const listener = listenerNamed(this.#scenario, plan.listener);
    const side = this.#sides.find((one) => one.plan === listener);
    const socket = new UnixSocket({
      local: clientEndpoint(this.#scenario, place),
      remote: listenerEndpoint(this.#scenario, listener),
      dial: (end) => (side === undefined ? "ECONNREFUSED" : this.#dial(side, end)),
      onReady: () => this.#clients[place]?.program.notice(),
    });
    const program = new ClientProgram(plan, {
      world: this.#world,
      calls: this.#callsOf("client", plan.name, plan.listener),
      socket,
      fastOpens: () => "not",
      onEnd: () => this.#onClientEnd(),
    });
    this.#clients.push({ socket, program });
  }

  /** The server's end exists from connect() on; it waits in the queue. */
  #dial(side: Side, client: UnixSocket): number | string {
    const end = new UnixSocket({
      local: side.endpoint,
      remote: client.local,
      dial: () => "EISCONN",
      onReady: () => side.program?.noticeConnection(end),
    });
    const result = side.listener.connect(end);
    if (result !== 0) return result;
    end.join(client);
    side.program?.notice();
    return 0;
  }

  #callsOf(host: HostName, actor: string, listener: string | null): Calls {
    const dependencies = {
      world: this.#world,
      recorder: this.#recorder,
      drain: () => {},
      afterCall: (afterCall: number) => this.#sample(listener, afterCall),
    };
    return new Calls(dependencies, host, actor);
  }

  #sample(only: string | null, afterCall: number | null): void {
    const at = this.#world.moment();
    for (const { plan, listener } of this.#sides) {
      if (!listener.isListening || (only !== null && plan.name !== only)) continue;
      const { length: acceptQueue, limit } = listener;
      const queues = { acceptQueue, synQueue: 0, limit, drops: null };
      const occasion = { afterPacket: null, afterCall };
      this.#recorder.addSample({ at, endedAt: at, listener: plan.name, ...queues, ...occasion });
    }
  }

  #change({ host, name, value }: SysctlChange): void {
    this.#callsOf(host, host, null).make(
      name,
      () => {
        if (host === "server") setSysctlOf(this.#sysctls, name, value);
        return 0;
      },
      () => ({ argument: value }),
    );
  }

  #look(): void {
    const at = this.#world.moment();
    this.#recorder.addSockets([
      ...this.#sides.flatMap((side) => [...listenerRows(at, side), ...acceptedRows(at, side)]),
      ...this.#clients.flatMap(({ socket, program }, place) =>
        clientRows(at, socket, program.plan.name, FIRST_FD + place),
      ),
    ]);
  }

  #onClientEnd(): void {
    this.#left -= 1;
    if (this.#left === 0) this.#world.at(this.#world.nowMs + SETTLING_MS, () => this.#world.end());
  }
}

/** A connection that waits has no row of its own, as on a kernel that lists it without an inode. */
function listenerRows(at: number, { plan, endpoint, listener }: Side): TraceSocket[] {
  if (!listener.isListening) return [];
  const queues = { recvQueue: listener.length, sendQueue: listener.limit };
  const process = { ...PROCESS.server, fd: LISTENER_FD };
  const ends = { local: endpoint, remote: "" };
  return [{ at, host: "server", state: "LISTEN", ...ends, ...queues, process, actor: plan.name }];
}

function acceptedRows(at: number, { plan, accepted }: Side): TraceSocket[] {
  return [...accepted].flatMap(([end, fd]) =>
    end.isConnected
      ? [connectedRow(at, "server", { local: end.local, remote: "", unread: end.unread }, plan.name, fd)]
      : [],
  );
}

function clientRows(at: number, socket: UnixSocket, actor: string, fd: number): TraceSocket[] {
  return socket.isConnected ? [connectedRow(at, "client", socket, actor, fd)] : [];
}

function connectedRow(
  at: number,
  host: HostName,
  { local, remote, unread }: Pick<UnixSocket, "local" | "remote" | "unread">,
  actor: string,
  fd: number,
): TraceSocket {
  const queues = { recvQueue: unread, sendQueue: 0 };
  return {
    at,
    host,
    state: "ESTABLISHED",
    local,
    remote,
    ...queues,
    process: { ...PROCESS[host], fd },
    actor,
  };
}
