/**
 * Keeps a server's connections few and short, so that scrapers that are slow, many or half open cost nothing but themselves: a
 * new connection beyond the bound ends the one that has been idle longest, and no answer may take longer than its deadline. They end with
 * a reset: after close() the kernel would keep what nobody has taken for minutes.
 *
 * @module
 */
import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** The bounds. */
export interface ConnectionBounds {
  readonly mostConnections: number;
  /** From the request's last byte to the answer's last byte. */
  readonly answerWithinMs: number;
}

/** The connections of one server. */
export class ConnectionBound {
  readonly #bounds: ConnectionBounds;
  /** In the order in which they came or were last used. */
  readonly #sockets = new Set<Socket>();
  readonly #answering = new Set<Socket>();

  constructor(server: Server, bounds: ConnectionBounds) {
    this.#bounds = bounds;
    server.on("connection", (socket: Socket) => this.#add(socket));
  }

  /** Watches one answer to its end. What it returns takes the deadline away, for an answer that goes on. */
  watch(response: ServerResponse): () => void {
    const { socket } = response;
    if (socket === null) return () => undefined;
    this.#answering.add(socket);
    const deadline = setTimeout(() => socket.resetAndDestroy(), this.#bounds.answerWithinMs);
    response.once("close", () => {
      clearTimeout(deadline);
      this.#answering.delete(socket);
      if (this.#sockets.delete(socket) && !socket.destroyed) this.#sockets.add(socket);
    });
    return () => clearTimeout(deadline);
  }

  /** Ends them all. */
  destroyAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  #add(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    if (this.#sockets.size > this.#bounds.mostConnections) this.#victim(socket)?.resetAndDestroy();
  }

  /** The longest idle; if all are being answered, the oldest of them: the newcomer is the one that is sure to be alive. */
  #victim(newcomer: Socket): Socket | undefined {
    const others = [...this.#sockets].filter((socket) => socket !== newcomer && !socket.destroyed);
    return others.find((socket) => !this.#answering.has(socket)) ?? others[0];
  }
}
