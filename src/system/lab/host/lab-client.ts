/**
 * A client of a scenario: one connection on the kernel's own TCP, made, used and ended by explicit system calls.
 *
 * @module
 */

import { type ClientPlan, payloadOf } from "../../../core/scenario/index.ts";
import { type StopWatching, watch } from "../../linux/ffi/libc.ts";
import { connectByFastOpen } from "../../linux/socket/listener-options.ts";
import {
  closeSocket,
  isInProgress,
  isNotYet,
  pendingError,
  receiveFrom,
  resetOnClose,
  sendOn,
} from "../../linux/socket/tcp-socket.ts";
import type { SocketOwners } from "../record/socket-owners.ts";
import type { Agenda } from "./agenda.ts";
import type { CallRecord } from "./recorded-calls.ts";
import type { Transport } from "./transport.ts";

const RECEIVE_BYTES = 4096;

/** What a client works with. */
export interface ClientDependencies {
  readonly transport: Transport;
  readonly agenda: Agenda;
  readonly calls: CallRecord;
  readonly owners: SocketOwners;
  /** Its own endpoint and the listener's. */
  readonly local: string;
  readonly remote: string;
  readonly onEnd: () => void;
  readonly onError: (error: unknown) => void;
}

/** One client at work. Make it inside the client host's namespace; it connects when its time has come. */
export class Client {
  readonly #plan: ClientPlan;
  readonly #dependencies: ClientDependencies;
  readonly #fd: number;
  readonly #buffer = new Uint8Array(RECEIVE_BYTES);
  #stop: StopWatching | null = null;
  #isOpen = true;
  #hasSent = false;

  constructor(plan: ClientPlan, dependencies: ClientDependencies) {
    this.#plan = plan;
    this.#dependencies = dependencies;
    this.#fd = dependencies.transport.open(dependencies.local);
    try {
      dependencies.transport.bind(this.#fd, dependencies.local);
    } catch (error) {
      closeSocket(this.#fd);
      throw error;
    }
    dependencies.owners.add(this.#fd, plan.name);
    dependencies.agenda.at(plan.atMs, () => this.#connect());
  }

  /** Lets go of everything, unrecorded. */
  dispose(): void {
    this.#stop?.();
    this.#stop = null;
    if (this.#isOpen) closeSocket(this.#fd);
    this.#isOpen = false;
  }

  #connect(): void {
    const { closeAfterMs, atMs, fastOpen } = this.#plan;
    if (fastOpen) this.#record("TCP_FASTOPEN_CONNECT", () => connectByFastOpen(this.#fd), 1);
    const { transport, remote } = this.#dependencies;
    const result = this.#record("connect", () => transport.connect(this.#fd, remote));
    if (result < 0 && !isInProgress(result)) {
      this.#end();
      return;
    }
    // After TCP_FASTOPEN_CONNECT no packet has left yet: this send() makes the SYN and puts the data into it.
    if (fastOpen) this.#send();
    this.#watch("writable", () => this.#onConnected());
    if (closeAfterMs !== null) this.#dependencies.agenda.at(atMs + closeAfterMs, () => this.#closeEarly());
  }

  #onConnected(): void {
    this.#stop?.();
    const error = this.#record("SO_ERROR", () => -pendingError(this.#fd));
    if (error < 0) {
      this.#end();
      return;
    }
    if (!this.#hasSent) this.#send();
    this.#watch("readable", () => this.#read());
  }

  #send(): void {
    const { sendBytes } = this.#plan;
    if (sendBytes === 0) return;
    const invoke = () => sendOn(this.#fd, payloadOf("request", sendBytes));
    // A Fast Open that has no cookie yet only begins the handshake; the data is sent when it is over.
    this.#hasSent = !isNotYet(this.#record("send", invoke, sendBytes));
  }

  #read(): void {
    const count = this.#record("recv", () => receiveFrom(this.#fd, this.#buffer), RECEIVE_BYTES);
    if (count <= 0 && !isNotYet(count)) this.#end();
  }

  #closeEarly(): void {
    if (!this.#isOpen) return;
    if (this.#plan.closeBy === "RST") resetOnClose(this.#fd);
    this.#end();
  }

  #end(): void {
    if (!this.#isOpen) return;
    this.#stop?.();
    this.#stop = null;
    this.#isOpen = false;
    this.#dependencies.owners.remove(this.#fd);
    this.#record("close", () => closeSocket(this.#fd));
    this.#dependencies.onEnd();
  }

  #watch(event: "readable" | "writable", onReady: () => void): void {
    this.#stop = watch(this.#fd, event, () => {
      try {
        onReady();
      } catch (error) {
        this.#dependencies.onError(error);
      }
    });
  }

  #record(call: string, invoke: () => number, argument?: number): number {
    const { remote } = this.#dependencies;
    return this.#dependencies.calls.plain(
      call,
      argument === undefined ? { remote } : { remote, argument },
      invoke,
    );
  }
}
