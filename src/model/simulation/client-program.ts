/**
 * A client of a scenario, as `lab/client.ts` runs it: it connects, sends, reads until the end, or closes early.
 *
 * @module
 */
import type { ClientPlan } from "../../scenario/index.ts";
import type { Calls } from "./calls.ts";
import type { Connection } from "./connection.ts";
import type { SynCargo } from "./syn-sender.ts";
import { Watch } from "./watch.ts";
import type { World } from "./world.ts";

const RECEIVE_BYTES = 4096;

/** What a client works with. */
export interface ClientSurroundings {
  readonly world: World;
  readonly calls: Calls;
  readonly connection: Connection;
  /** How a connect() with Fast Open begins: with the data, with the question for a cookie, or like any other. */
  readonly fastOpens: () => "with-data" | "asks-for-cookie" | "not";
  readonly onEnd: () => void;
}

/** One client at work. */
export class ClientProgram {
  readonly plan: ClientPlan;
  readonly #with: ClientSurroundings;
  readonly #watch: Watch;
  #isConnecting = true;
  #isSent = false;
  /** Whether the program holds its socket. */
  isOpen = true;

  constructor(plan: ClientPlan, surroundings: ClientSurroundings) {
    this.plan = plan;
    this.#with = surroundings;
    const { world } = surroundings;
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
    const { connection } = this.#with;
    return this.#isConnecting ? connection.state !== "SYN_SENT" : connection.isReadable;
  }

  #connect(): void {
    const { closeAfterMs, atMs, fastOpen } = this.plan;
    if (fastOpen) this.#connectFast();
    else this.#begin(null);
    this.#watch.start();
    if (closeAfterMs !== null) this.#with.world.at(atMs + closeAfterMs, () => this.#closeEarly());
  }

  #begin(cargo: SynCargo | null): void {
    this.#record("connect", () => {
      this.#with.connection.connect(cargo);
      return "EINPROGRESS";
    });
  }

  /** With TCP_FASTOPEN_CONNECT connect() sends nothing where send() may put its data into the SYN. */
  #connectFast(): void {
    const { sendBytes } = this.plan;
    this.#record("TCP_FASTOPEN_CONNECT", () => 0, 1);
    const how = this.#with.fastOpens();
    if (how === "with-data") {
      this.#record("connect", () => 0);
      if (sendBytes > 0) this.#record("send", () => this.#sendInSyn(sendBytes), sendBytes);
      return;
    }
    this.#begin(how === "not" ? null : { option: "request", bytes: 0 });
    if (sendBytes > 0) this.#record("send", () => "EAGAIN", sendBytes);
  }

  #sendInSyn(bytes: number): number {
    this.#with.connection.connect({ option: "cookie", bytes });
    this.#isSent = true;
    return bytes;
  }

  #onReady(): void {
    if (this.#isConnecting) this.#onConnected();
    else this.#read();
  }

  #onConnected(): void {
    this.#isConnecting = false;
    const error = this.#record("SO_ERROR", () => this.#with.connection.takeError() ?? 0);
    if (error !== 0) {
      this.#end("close");
      return;
    }
    const { sendBytes } = this.plan;
    if (sendBytes > 0 && !this.#isSent) this.#record("send", () => this.#send(sendBytes), sendBytes);
  }

  #send(bytes: number): number | string {
    const { connection } = this.#with;
    const error = connection.takeError();
    if (error !== null) return error;
    if (connection.state !== "ESTABLISHED" && connection.state !== "CLOSE_WAIT") return "EPIPE";
    connection.send(bytes);
    return bytes;
  }

  #read(): void {
    const result = this.#record(
      "recv",
      () => this.#with.connection.read(RECEIVE_BYTES) ?? "EAGAIN",
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
      this.#with.connection[how]();
      return 0;
    });
    this.#with.onEnd();
  }

  #record(call: string, invoke: () => number | string, argument?: number): number | string {
    const remote = this.#with.connection.ends.remote;
    return this.#with.calls.make(call, invoke, () =>
      argument === undefined ? { remote } : { remote, argument },
    );
  }
}
