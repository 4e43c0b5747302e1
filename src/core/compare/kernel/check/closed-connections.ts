/**
 * Which connections that the server has closed may be gone: the client's next packet meets the listener then, or still the
 * connection, and only the kernel knows.
 *
 * @module
 */
import type { Trace, TracePacket } from "../../../trace/index.ts";

/** The closed connections of a trace. */
export class ClosedConnections {
  readonly #closedAt: ReadonlyMap<string, number>;
  readonly #trace: Trace;

  constructor(trace: Trace) {
    this.#trace = trace;
    const closes = trace.calls.filter(({ host, call }) => host === "server" && call === "close");
    this.#closedAt = new Map(closes.flatMap(({ remote, at }) => (remote === null ? [] : [[remote, at]])));
  }

  /**
   * Whether the connection of this packet's sender may be gone when it arrives: with this reset, by a reset of the server's
   * own, or because the client had closed first, so that its ACK of the server's FIN was the end.
   */
  mayBeGone(packet: TracePacket, atMs: number): boolean {
    const closedAt = this.#closedAt.get(packet.from);
    if (closedAt === undefined || atMs < closedAt) return false;
    return (
      packet.flags.includes("R") || this.#closedFirst(packet.from, closedAt) || this.#wasReset(packet.from)
    );
  }

  #closedFirst(client: string, closedAt: number): boolean {
    return this.#trace.packets.some(({ from, flags, arrivedAt }) => {
      return from === client && flags.includes("F") && arrivedAt !== null && arrivedAt <= closedAt;
    });
  }

  #wasReset(client: string): boolean {
    return this.#trace.packets.some(({ to, flags }) => to === client && flags.includes("R"));
  }
}
