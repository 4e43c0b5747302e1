/**
 * A client of a scenario: one connection on the kernel's own TCP, made, used and ended by explicit system calls.
 *
 * @module
 */
import { type StopWatching, watch } from "../linux/ffi/libc.ts";
import {
  bindSocket,
  closeSocket,
  connectTo,
  isNotYet,
  openTcpSocket,
  pendingError,
  receiveFrom,
  resetOnClose,
  sendOn,
} from "../linux/tcp-socket.ts";
import { type ClientPlan, payloadOf } from "../scenario/index.ts";
import { parseEndpoint } from "../wire/index.ts";
import type { Agenda } from "./agenda.ts";
import type { CallRecord } from "./calls.ts";
import type { SocketOwners } from "./socket-owners.ts";

const RECEIVE_BYTES = 4096;

/** What a client works with. */
export interface ClientSurroundings {
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
  readonly #with: ClientSurroundings;
  readonly #fd: number;
  readonly #buffer = new Uint8Array(RECEIVE_BYTES);
  #stop: StopWatching | null = null;
  #isOpen = true;

  constructor(plan: ClientPlan, surroundings: ClientSurroundings) {
    this.#plan = plan;
    this.#with = surroundings;
    const local = parseEndpoint(surroundings.local);
    this.#fd = openTcpSocket(local.address);
    try {
      bindSocket(this.#fd, local.address, local.port);
    } catch (error) {
      closeSocket(this.#fd);
      throw error;
    }
    surroundings.owners.add(this.#fd, plan.name);
    surroundings.agenda.at(plan.atMs, () => this.#connect());
  }

  /** Lets go of everything, unrecorded. */
  dispose(): void {
    this.#stop?.();
    this.#stop = null;
    if (this.#isOpen) closeSocket(this.#fd);
    this.#isOpen = false;
  }

  #connect(): void {
    const { address, port } = parseEndpoint(this.#with.remote);
    const result = this.#record("connect", () => connectTo(this.#fd, address, port));
    if (result < 0 && !isNotYet(result)) {
      this.#end();
      return;
    }
    this.#watch("writable", () => this.#onConnected());
    const { closeAfterMs, atMs } = this.#plan;
    if (closeAfterMs !== null) this.#with.agenda.at(atMs + closeAfterMs, () => this.#closeEarly());
  }

  #onConnected(): void {
    this.#stop?.();
    const error = this.#record("SO_ERROR", () => -pendingError(this.#fd));
    if (error < 0) {
      this.#end();
      return;
    }
    const { sendBytes } = this.#plan;
    if (sendBytes > 0) {
      this.#record("send", () => sendOn(this.#fd, payloadOf("request", sendBytes)), sendBytes);
    }
    this.#watch("readable", () => this.#read());
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
    this.#with.owners.remove(this.#fd);
    this.#record("close", () => closeSocket(this.#fd));
    this.#with.onEnd();
  }

  #watch(event: "readable" | "writable", onReady: () => void): void {
    this.#stop = watch(this.#fd, event, () => {
      try {
        onReady();
      } catch (error) {
        this.#with.onError(error);
      }
    });
  }

  #record(call: string, invoke: () => number, argument?: number): number {
    const { remote } = this.#with;
    return this.#with.calls.plain(call, argument === undefined ? { remote } : { remote, argument }, invoke);
  }
}
