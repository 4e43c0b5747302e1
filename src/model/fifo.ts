/**
 * First in, first out, in constant time: an accept queue may be a million long, and `Array.shift()` moves them all.
 *
 * @module
 */
const COMPACT_AT = 1024;

/** A queue. */
export class Fifo<T> {
  #items: T[];
  #head = 0;

  constructor(items: readonly T[] = []) {
    this.#items = [...items];
  }

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#head];
    this.#head += 1;
    if (this.#head >= COMPACT_AT && this.#head * 2 >= this.#items.length) this.#compact();
    return item;
  }

  /** The first one, which stays. */
  first(): T | undefined {
    return this.#items[this.#head];
  }

  /** All, oldest first. */
  toArray(): T[] {
    return this.#items.slice(this.#head);
  }

  #compact(): void {
    this.#items = this.#items.slice(this.#head);
    this.#head = 0;
  }
}
