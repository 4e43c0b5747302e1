/**
 * One accepted connection of the slow server: it reads for a while, sends, and closes politely. Whatever the client does
 * (sends too much, resets, falls silent) ends in a value and never in an exception.
 *
 * @module
 */
import { type StopWatching, watch } from "../linux/ffi/libc.ts";
import {
  type Accepted,
  closeSocket,
  finishSending,
  isNotYet,
  pendingError,
  receiveFrom,
  sendOn,
} from "../linux/socket/tcp-socket.ts";

/** Why reading ended: the taker had enough, the time was over, the client sent FIN, it reset, or we were told to stop. */
export type ReadingEnd = "enough" | "time" | "fin" | "reset" | "cancelled";

/** What to do with what comes. */
export interface Reading {
  readonly forMs: number;
  /** Given every piece, in a buffer that is used again; returns true when it has enough. */
  readonly take: (bytes: Uint8Array) => boolean;
  /** False: after the client's FIN the time runs on. */
  readonly untilFin: boolean;
}

/** One turn of the event loop reads at most this many pieces, so that a flooding client cannot stop the server. */
const PIECES_A_TURN = 16;
const RESET_CHECK_MS = 50;
const LINGER_MS = 1000;
const buffer = new Uint8Array(65_536);

/** Owns the descriptor of one accepted connection. */
export class ClientSocket {
  readonly remote: string;
  readonly #fd: number;
  #hasFin: boolean = false;
  #end: ((end: ReadingEnd) => void) | null = null;

  constructor(accepted: Accepted) {
    this.#fd = accepted.fd;
    this.remote = accepted.remote;
  }

  /** Reads until something of `ReadingEnd` happens. One reading at a time. */
  read(reading: Reading): Promise<ReadingEnd> {
    return new Promise((resolve) => {
      const stops: StopWatching[] = [];
      this.#end = (end) => {
        this.#end = null;
        for (const stop of stops) stop();
        resolve(end);
      };
      const timer = setTimeout(() => this.#end?.("time"), reading.forMs);
      stops.push(() => clearTimeout(timer));
      this.#watch(reading, stops);
    });
  }

  /** Sends a few bytes; false when the client is not there any more. A new connection's send buffer always has the room. */
  send(bytes: Uint8Array): boolean {
    return bytes.length === 0 || sendOn(this.#fd, bytes) === bytes.length;
  }

  /** Ends the reading that is going on. */
  cancel(): void {
    this.#end?.("cancelled");
  }

  /**
   * Sends FIN, and then for up to a second reads what the client still sends: closing with unread bytes would make the
   * kernel send RST, which can destroy the answer on its way.
   */
  async closePolitely(): Promise<void> {
    if (finishSending(this.#fd) === 0 && !this.#hasFin) {
      await this.read({ forMs: LINGER_MS, take: () => false, untilFin: true });
    }
    this.close();
  }

  /** close(2), at once. */
  close(): void {
    closeSocket(this.#fd);
  }

  #watch(reading: Reading, stops: StopWatching[]): void {
    if (this.#hasFin) {
      this.#watchForReset(stops);
      return;
    }
    let turn: NodeJS.Immediate | undefined;
    const onReadable = (): void => {
      clearImmediate(turn);
      const found = this.#readPieces(reading);
      if (this.#end === null) return;
      // Not left to the next poll: libuv reports a reset once, and bytes that came before it may still be here.
      if (found === "more") turn = setImmediate(onReadable);
      if (found !== "fin") return;
      stopWatching();
      this.#watchForReset(stops);
    };
    const stopWatching = watch(this.#fd, "readable", onReadable);
    stops.push(stopWatching, () => clearImmediate(turn));
  }

  #readPieces(reading: Reading): "nothing" | "more" | "fin" {
    for (let piece = 0; piece < PIECES_A_TURN; piece += 1) {
      const result = receiveFrom(this.#fd, buffer);
      if (isNotYet(result)) return "nothing";
      if (result === 0) {
        this.#hasFin = true;
        if (reading.untilFin) this.#end?.("fin");
        return "fin";
      }
      if (result < 0) this.#end?.("reset");
      else if (reading.take(buffer.subarray(0, result))) this.#end?.("enough");
      if (this.#end === null) return "nothing";
    }
    return "more";
  }

  /** After a FIN the socket stays readable for ever, so a reset that follows is asked for instead of waited for. */
  #watchForReset(stops: StopWatching[]): void {
    const timer = setInterval(() => {
      if (pendingError(this.#fd) !== 0) this.#end?.("reset");
    }, RESET_CHECK_MS);
    stops.push(() => clearInterval(timer));
  }
}
