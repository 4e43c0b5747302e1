/**
 * First in, first out, in constant time: an accept queue may be a million long, and `Array.shift()` moves them all. A ring that
 * doubles when it is full; what has left it is not held, so that it can be garbage at once.
 *
 * @module
 */
const FIRST_CAPACITY = 16;

export class Fifo<T> {
  /** As long as the ring has ever needed; a power of two. Slots outside the queue mean nothing. */
  #slots: T[] = [];
  #capacity = 0;
  #head = 0;
  #length = 0;

  constructor(items: readonly T[] = []) {
    for (const item of items) this.push(item);
  }

  get length(): number {
    return this.#length;
  }

  push(item: T): void {
    if (this.#length === this.#capacity) this.#grow();
    this.#slots[(this.#head + this.#length) & (this.#capacity - 1)] = item;
    this.#length += 1;
  }

  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#slots[this.#head] as T;
    // A number holds nothing, and a slot without one would make the array slower.
    if (typeof item === "object") this.#slots[this.#head] = undefined as T;
    this.#head = (this.#head + 1) & (this.#capacity - 1);
    this.#length -= 1;
    return item;
  }

  /** The first one, which stays. */
  first(): T | undefined {
    return this.#length === 0 ? undefined : this.#slots[this.#head];
  }

  /** All, oldest first. */
  toArray(): T[] {
    const rotated = [...this.#slots.slice(this.#head), ...this.#slots.slice(0, this.#head)];
    return rotated.slice(0, this.#length);
  }

  #grow(): void {
    const items = this.toArray();
    const [filler] = items;
    this.#capacity = Math.max(FIRST_CAPACITY, 2 * this.#capacity);
    // Filled to the end at once: an array with holes would be slower.
    while (filler !== undefined && items.length < this.#capacity) items.push(filler);
    this.#slots = items;
    this.#head = 0;
  }
}
