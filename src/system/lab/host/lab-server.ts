/**
 * The server of a scenario: one listener and the connections taken from it, by explicit system calls at the moments that
 * the scenario says. Nothing is accepted unless the plan says so.
 *
 * @module
 */

import { type ListenerPlan, payloadOf } from "../../../core/scenario/index.ts";
import { type StopWatching, watch } from "../../linux/ffi/libc.ts";
import { allowFastOpen, deferAccept } from "../../linux/socket/listener-options.ts";
import {
  acceptFrom,
  closeSocket,
  isNotYet,
  listenOn,
  receiveFrom,
  sendOn,
  shareAddress,
  throwIfFailed,
} from "../../linux/socket/tcp-socket.ts";
import type { SocketOwners } from "../record/socket-owners.ts";
import type { Agenda } from "./agenda.ts";
import type { CallRecord } from "./recorded-calls.ts";
import type { Transport } from "./transport.ts";

const RECEIVE_BYTES = 4096;

/** What a server works with. */
export interface ServerDependencies {
  readonly transport: Transport;
  /** Where the listener is bound. */
  readonly endpoint: string;
  readonly agenda: Agenda;
  readonly calls: CallRecord;
  readonly owners: SocketOwners;
  /** Called before listen(), so that the queues can be looked at right after it. */
  readonly onBound: (inode: number) => void;
  readonly onError: (error: unknown) => void;
}

interface Connection {
  readonly fd: number;
  readonly remote: string;
  stop: StopWatching | null;
}

/** One listener at work. Make it inside the server host's namespace. */
export class Server {
  readonly #plan: ListenerPlan;
  readonly #dependencies: ServerDependencies;
  readonly #fd: number;
  readonly #connections = new Set<Connection>();
  readonly #buffer = new Uint8Array(RECEIVE_BYTES);
  #stopListening: StopWatching | null = null;
  #isListening = true;

  constructor(plan: ListenerPlan, dependencies: ServerDependencies) {
    const { transport, endpoint, owners } = dependencies;
    this.#plan = plan;
    this.#dependencies = dependencies;
    this.#fd = transport.open(endpoint);
    try {
      shareAddress(this.#fd, plan.reusePort);
      transport.bind(this.#fd, endpoint);
      owners.add(this.#fd, plan.name);
      dependencies.onBound(owners.inodeOf(this.#fd));
      this.#setOptions();
      throwIfFailed("listen", this.#listen(plan.backlog));
    } catch (error) {
      closeSocket(this.#fd);
      throw error;
    }
    for (const { atMs, call, argument } of plan.calls) {
      dependencies.agenda.at(atMs, () => this.#makePlanned(call, argument));
    }
    if (plan.accept.how !== "never") this.#waitForClient();
  }

  /** Lets go of everything, unrecorded. */
  dispose(): void {
    for (const connection of this.#connections) {
      connection.stop?.();
      closeSocket(connection.fd);
    }
    this.#connections.clear();
    this.#stopWaiting();
    if (this.#isListening) closeSocket(this.#fd);
    this.#isListening = false;
  }

  #setOptions(): void {
    const { deferAcceptS, fastOpenQueue } = this.#plan;
    if (deferAcceptS > 0) {
      const invoke = () => deferAccept(this.#fd, deferAcceptS);
      const result = this.#dependencies.calls.plain("TCP_DEFER_ACCEPT", { argument: deferAcceptS }, invoke);
      throwIfFailed("setsockopt TCP_DEFER_ACCEPT", result);
    }
    if (fastOpenQueue > 0) {
      const invoke = () => allowFastOpen(this.#fd, fastOpenQueue);
      const result = this.#dependencies.calls.plain("TCP_FASTOPEN", { argument: fastOpenQueue }, invoke);
      throwIfFailed("setsockopt TCP_FASTOPEN", result);
    }
  }

  #makePlanned(call: "listen" | "accept" | "close", argument: number): void {
    if (!this.#isListening) return;
    if (call === "listen") this.#listen(argument);
    else if (call === "close") this.#closeListener();
    else for (let left = argument; left > 0; left -= 1) this.#accept();
  }

  #listen(backlog: number): number {
    return this.#dependencies.calls.plain("listen", { argument: backlog }, () => listenOn(this.#fd, backlog));
  }

  #closeListener(): void {
    this.#stopWaiting();
    this.#isListening = false;
    this.#dependencies.owners.remove(this.#fd);
    this.#dependencies.calls.plain("close", {}, () => closeSocket(this.#fd));
  }

  #waitForClient(): void {
    if (!this.#isListening || this.#stopListening !== null) return;
    this.#stopListening = watch(this.#fd, "readable", () => this.#guard(() => this.#onClientWaiting()));
  }

  #stopWaiting(): void {
    this.#stopListening?.();
    this.#stopListening = null;
  }

  #onClientWaiting(): void {
    if (this.#plan.accept.how === "one-at-a-time") this.#stopWaiting();
    if (!this.#accept()) this.#waitForClient();
  }

  /** Takes one connection and serves it; false when none was waiting. */
  #accept(): boolean {
    const accepted = this.#dependencies.calls.make(
      "accept4",
      () => acceptFrom(this.#fd),
      (value) => (typeof value === "number" ? value : value.fd),
      (value) => (typeof value === "number" ? {} : { remote: value.remote }),
    );
    if (typeof accepted === "number") return false;
    const connection: Connection = { ...accepted, stop: null };
    this.#connections.add(connection);
    this.#dependencies.owners.add(connection.fd, this.#plan.name);
    this.#serve(connection);
    return true;
  }

  #serve(connection: Connection): void {
    if (this.#plan.accept.speaksFirst === "server") this.#answer(connection);
    else if (!this.#readRequest(connection)) {
      connection.stop = watch(connection.fd, "readable", () =>
        this.#guard(() => this.#readRequest(connection)),
      );
    }
  }

  /** Reads once; false when there was nothing to read yet. */
  #readRequest(connection: Connection): boolean {
    const { fd, remote } = connection;
    const count = this.#dependencies.calls.plain("recv", { argument: RECEIVE_BYTES, remote }, () =>
      receiveFrom(fd, this.#buffer),
    );
    if (isNotYet(count)) return false;
    connection.stop?.();
    connection.stop = null;
    if (count > 0) this.#answer(connection);
    else this.#finish(connection);
    return true;
  }

  #answer(connection: Connection): void {
    const { answerBytes, holdMs } = this.#plan.accept;
    const { fd, remote } = connection;
    this.#dependencies.calls.plain("send", { argument: answerBytes, remote }, () =>
      sendOn(fd, payloadOf("answer", answerBytes)),
    );
    this.#dependencies.agenda.at(this.#dependencies.agenda.now() + holdMs, () => this.#finish(connection));
  }

  #finish(connection: Connection): void {
    if (!this.#connections.delete(connection)) return;
    const { fd, remote } = connection;
    this.#dependencies.owners.remove(fd);
    this.#dependencies.calls.plain("close", { remote }, () => closeSocket(fd));
    // The next accept() follows at once, as in the published server; what it finds is part of the trace.
    if (this.#plan.accept.how === "one-at-a-time" && this.#isListening && !this.#accept())
      this.#waitForClient();
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#dependencies.onError(error);
    }
  }
}
