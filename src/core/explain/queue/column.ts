/**
 * A list of numbers that grows, eight bytes each, so that a long capture costs no objects.
 *
 * @module
 */

const FIRST_ROOM = 64;

/** Numbers in the order in which they came. */
export class Column {
  #values = new Float64Array(FIRST_ROOM);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new Float64Array(this.#length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  /** NaN where there is none. */
  at(place: number): number {
    return place < this.#length ? (this.#values[place] ?? Number.NaN) : Number.NaN;
  }

  /** A view, which holds until the next change. */
  view(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }

  /** A copy in ascending order. */
  sorted(): Float64Array {
    return this.view().slice().sort();
  }

  /** Keeps the numbers at the places that are wanted. */
  keep(isWanted: (place: number) => boolean): void {
    let kept = 0;
    for (let place = 0; place < this.#length; place++) {
      if (!isWanted(place)) continue;
      this.#values[kept] = this.#values[place] ?? Number.NaN;
      kept += 1;
    }
    this.#length = kept;
  }
}
