/**
 * A short list of numbers that keeps its room when it is emptied. An array's own `length = 0` gives the room up, and a
 * hundred thousand connections would each ask for it again.
 *
 * @module
 */

/** Numbers in the order in which they came. */
export class NumberList {
  readonly #most: number;
  readonly #values: number[] = [];
  #length = 0;
  #count = 0;

  /** @param most how many are kept; what comes after them is left out */
  constructor(most: number) {
    this.#most = most;
  }

  get length(): number {
    return this.#length;
  }

  /** Undefined where there is none. */
  at(place: number): number | undefined {
    return place < this.#length ? this.#values[place] : undefined;
  }

  /** NaN of an empty list, so that every comparison with it is false. */
  get first(): number {
    return this.at(0) ?? Number.NaN;
  }

  /** NaN of an empty list. */
  get last(): number {
    return this.#length === 0 ? Number.NaN : (this.#values[this.#length - 1] ?? Number.NaN);
  }

  /** How many came, also those that were left out. */
  get count(): number {
    return this.#count;
  }

  push(value: number): void {
    this.#count += 1;
    if (this.#length >= this.#most) return;
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  clear(): void {
    this.#length = 0;
    this.#count = 0;
  }

  /** A copy. */
  toArray(): number[] {
    return this.#values.slice(0, this.#length);
  }
}
