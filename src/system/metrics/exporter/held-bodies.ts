/**
 * How much memory slow scrapers may hold: each page that is being sent stays until its last byte is taken, and every second there may
 * be another one. Beyond the bound those end that are busy with the oldest page.
 *
 * @module
 */

/** Whoever takes a body, and can be ended. */
export interface BodyTaker {
  destroy(): void;
}

/** The bodies that are being sent, the oldest first. */
export class HeldBodies {
  readonly #mostBytes: number;
  readonly #takers = new Map<Buffer, Set<BodyTaker>>();

  /** @param mostBytes of all different bodies together; the newest is held whatever its size */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Of all different bodies together. */
  get bytes(): number {
    return [...this.#takers.keys()].reduce((sum, body) => sum + body.length, 0);
  }

  /** Somebody begins to take a body; returns what to call when he has it. */
  hold(body: Buffer, taker: BodyTaker): () => void {
    const takers = this.#takers.get(body) ?? new Set();
    takers.add(taker);
    this.#takers.set(body, takers);
    for (const [old, others] of this.#takers) {
      if (old === body || this.bytes <= this.#mostBytes) break;
      this.#takers.delete(old);
      for (const other of others) other.destroy();
    }
    return () => this.#release(body, taker);
  }

  #release(body: Buffer, taker: BodyTaker): void {
    const takers = this.#takers.get(body);
    takers?.delete(taker);
    if (takers?.size === 0) this.#takers.delete(body);
  }
}
