/**
 * A client of a scenario, as `lab/host/lab-client.ts` runs it: it connects, sends, reads until the end, or closes early.
 *
 * @module
 */
import type { ClientPlan } from "../../../scenario/index.ts";
import type { Calls } from "../simulated-calls.ts";
import { Watch } from "../watch.ts";
import type { World } from "../world.ts";
import type { StreamSocket } from "./stream-socket.ts";
import type { SynCargo } from "./syn-sender.ts";

const RECEIVE_BYTES = 4096;

/** What a client works with. */
export interface ClientDependencies {
  readonly world: World;
  readonly calls: Calls;
  readonly socket: StreamSocket;
  /** How a connect() with Fast Open begins: with the data, with the question for a cookie, or like any other. */
  readonly fastOpens: () => "with-data" | "asks-for-cookie" | "not";
  readonly onEnd: () => void;
}

/** One client at work. */
export class ClientProgram {
  readonly plan: ClientPlan;
  readonly #dependencies: ClientDependencies;
  readonly #watch: Watch;
  #isConnecting = true;
  #isSent = false;
  /** Whether the program holds its socket. */
  isOpen = true;

  constructor(plan: ClientPlan, dependencies: ClientDependencies) {
    this.plan = plan;
    this.#dependencies = dependencies;
    const { world } = dependencies;
    this.#watch = new Watch(
      world,
      () => this.#isReady(),
      () => this.#onReady(),
    );
    world.at(plan.atMs, () => this.#connect());
  }

  /** Its connection may have something for it. */
  notice(): void {
    this.#watch.notice();
  }

  #isReady(): boolean {
    const { socket } = this.#dependencies;
    return this.#isConnecting ? !socket.isConnecting : socket.isReadable;
  }

  #connect(): void {
    const { closeAfterMs, atMs, fastOpen } = this.plan;
    const result = fastOpen ? this.#connectFast() : this.#begin(null);
    if (result !== 0 && result !== "EINPROGRESS") {
      this.#end("close");
      return;
    }
    this.#watch.start();
    if (closeAfterMs !== null) this.#dependencies.world.at(atMs + closeAfterMs, () => this.#closeEarly());
  }

  #begin(cargo: SynCargo | null): number | string {
    return this.#record("connect", () => this.#dependencies.socket.connect(cargo));
  }

  /** With TCP_FASTOPEN_CONNECT connect() sends nothing where send() may put its data into the SYN. */
  #connectFast(): number | string {
    const { sendBytes } = this.plan;
    this.#record("TCP_FASTOPEN_CONNECT", () => 0, 1);
    const how = this.#dependencies.fastOpens();
    if (how === "with-data") {
      const result = this.#record("connect", () => 0);
      if (sendBytes > 0) this.#record("send", () => this.#sendInSyn(sendBytes), sendBytes);
      return result;
    }
    const result = this.#begin(how === "not" ? null : { option: "request", bytes: 0 });
    if (sendBytes > 0) this.#record("send", () => "EAGAIN", sendBytes);
    return result;
  }

  #sendInSyn(bytes: number): number {
    this.#dependencies.socket.connect({ option: "cookie", bytes });
    this.#isSent = true;
    return bytes;
  }

  #onReady(): void {
    if (this.#isConnecting) this.#onConnected();
    else this.#read();
  }

  #onConnected(): void {
    this.#isConnecting = false;
    const error = this.#record("SO_ERROR", () => this.#dependencies.socket.takeError() ?? 0);
    if (error !== 0) {
      this.#end("close");
      return;
    }
    const { sendBytes } = this.plan;
    if (sendBytes > 0 && !this.#isSent)
      this.#record("send", () => this.#dependencies.socket.send(sendBytes), sendBytes);
  }

  #read(): void {
    const result = this.#record(
      "recv",
      () => this.#dependencies.socket.read(RECEIVE_BYTES) ?? "EAGAIN",
      RECEIVE_BYTES,
    );
    if (result === 0 || (typeof result === "string" && result !== "EAGAIN")) this.#end("close");
  }

  #closeEarly(): void {
    if (this.isOpen) this.#end(this.plan.closeBy === "RST" ? "abort" : "close");
  }

  #end(how: "close" | "abort"): void {
    this.#watch.stop();
    this.isOpen = false;
    this.#record("close", () => {
      this.#dependencies.socket[how]();
      return 0;
    });
    this.#dependencies.onEnd();
  }

  #record(call: string, invoke: () => number | string, argument?: number): number | string {
    const remote = this.#dependencies.socket.remote;
    return this.#dependencies.calls.make(call, invoke, () =>
      argument === undefined ? { remote } : { remote, argument },
    );
  }
}
