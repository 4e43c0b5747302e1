/**
 * The server of a scenario, as `lab/host/lab-server.ts` runs it: one listener and the connections taken from it, by explicit calls at
 * the moments that the plan says.
 *
 * @module
 */
import type { ListenerPlan } from "../../scenario/index.ts";
import type { StreamSocket } from "./end/stream-socket.ts";
import type { Calls } from "./simulated-calls.ts";
import { Watch } from "./watch.ts";
import type { World } from "./world.ts";

const RECEIVE_BYTES = 4096;

/** What a server works with: its calls in terms of the host. */
export interface ServerDependencies {
  readonly world: World;
  readonly calls: Calls;
  readonly listen: (backlog: number) => void;
  readonly closeListener: () => void;
  /** How many connections wait. */
  readonly waiting: () => number;
  /** Takes the one that has waited longest, with a descriptor's number; null when none waits. */
  readonly accept: () => { readonly fd: number; readonly socket: StreamSocket } | null;
}

interface Served {
  readonly socket: StreamSocket;
  readonly watch: Watch;
}

/** One listener at work. */
export class ServerProgram {
  readonly #plan: ListenerPlan;
  readonly #dependencies: ServerDependencies;
  readonly #watch: Watch;
  readonly #served = new Map<StreamSocket, Served>();
  #isListening = true;

  constructor(plan: ListenerPlan, dependencies: ServerDependencies) {
    this.#plan = plan;
    this.#dependencies = dependencies;
    const { world, waiting } = dependencies;
    this.#watch = new Watch(
      world,
      () => waiting() > 0,
      () => this.#onClientWaiting(),
    );
    this.#setOptions();
    this.#listen(plan.backlog);
    for (const { atMs, call, argument } of plan.calls)
      world.at(atMs, () => this.#makePlanned(call, argument));
    if (plan.accept.how !== "never") this.#watch.start();
  }

  /** A connection may have come into the accept queue. */
  notice(): void {
    this.#watch.notice();
  }

  /** A connection may have something for the program. */
  noticeConnection(socket: StreamSocket): void {
    this.#served.get(socket)?.watch.notice();
  }

  #setOptions(): void {
    const { deferAcceptS, fastOpenQueue } = this.#plan;
    if (deferAcceptS > 0) this.#call("TCP_DEFER_ACCEPT", () => {}, { argument: deferAcceptS });
    if (fastOpenQueue > 0) this.#call("TCP_FASTOPEN", () => {}, { argument: fastOpenQueue });
  }

  #makePlanned(call: "listen" | "accept" | "close", argument: number): void {
    if (!this.#isListening) return;
    if (call === "listen") this.#listen(argument);
    else if (call === "close") this.#closeListener();
    else for (let left = argument; left > 0; left -= 1) this.#accept();
  }

  #listen(backlog: number): void {
    this.#call("listen", () => this.#dependencies.listen(backlog), { argument: backlog });
  }

  #closeListener(): void {
    this.#watch.stop();
    this.#isListening = false;
    this.#call("close", () => this.#dependencies.closeListener(), {});
  }

  #onClientWaiting(): void {
    if (this.#plan.accept.how === "one-at-a-time") this.#watch.stop();
    if (!this.#accept()) this.#watch.start();
  }

  /** Takes one connection and serves it; false when none was waiting. */
  #accept(): boolean {
    let taken: ReturnType<ServerDependencies["accept"]> = null;
    this.#dependencies.calls.make(
      "accept4",
      () => {
        taken = this.#dependencies.accept();
        return taken?.fd ?? "EAGAIN";
      },
      () => (taken === null ? {} : { remote: taken.socket.remote }),
    );
    if (taken === null) return false;
    this.#serve((taken as { socket: StreamSocket }).socket);
    return true;
  }

  #serve(socket: StreamSocket): void {
    const watch = new Watch(
      this.#dependencies.world,
      () => socket.isReadable,
      () => this.#readRequest(socket),
    );
    this.#served.set(socket, { socket, watch });
    if (this.#plan.accept.speaksFirst === "server") this.#answer(socket);
    else if (!this.#readRequest(socket)) watch.start();
  }

  /** Reads once; false when there was nothing to read yet. */
  #readRequest(socket: StreamSocket): boolean {
    const { remote } = socket;
    const result = this.#dependencies.calls.make(
      "recv",
      () => socket.read(RECEIVE_BYTES) ?? "EAGAIN",
      () => ({ argument: RECEIVE_BYTES, remote }),
    );
    if (result === "EAGAIN") return false;
    this.#served.get(socket)?.watch.stop();
    if (typeof result === "number" && result > 0) this.#answer(socket);
    else this.#finish(socket);
    return true;
  }

  #answer(socket: StreamSocket): void {
    const { answerBytes, holdMs } = this.#plan.accept;
    const { remote } = socket;
    this.#dependencies.calls.make(
      "send",
      () => socket.send(answerBytes),
      () => ({ argument: answerBytes, remote }),
    );
    this.#dependencies.world.at(this.#dependencies.world.nowMs + holdMs, () => this.#finish(socket));
  }

  #finish(socket: StreamSocket): void {
    if (!this.#served.delete(socket)) return;
    this.#call("close", () => socket.close(), { remote: socket.remote });
    if (this.#plan.accept.how === "one-at-a-time" && this.#isListening && !this.#accept())
      this.#watch.start();
  }

  #call(call: string, invoke: () => void, details: { argument?: number; remote?: string }): void {
    this.#dependencies.calls.make(
      call,
      () => {
        invoke();
        return 0;
      },
      () => details,
    );
  }
}
