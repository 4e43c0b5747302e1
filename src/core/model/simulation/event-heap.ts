/**
 * What comes next: a binary heap of events by time. Events of the same moment come in the order in which they were put in.
 * Times and orders lie in arrays of numbers beside the events, so that comparing touches no object and makes none.
 *
 * @module
 */
const FIRST_CAPACITY = 64;

/** A heap of events. */
export class EventHeap<T> {
  #times = new Float64Array(FIRST_CAPACITY);
  #orders = new Float64Array(FIRST_CAPACITY);
  readonly #events: T[] = [];
  #nextOrder = 0;

  get length(): number {
    return this.#events.length;
  }

  /** The time of the next event; Infinity when there is none. */
  get nextTime(): number {
    return this.#events.length === 0 ? Number.POSITIVE_INFINITY : (this.#times[0] as number);
  }

  push(time: number, event: T): void {
    let hole = this.#events.length;
    if (hole === this.#times.length) this.#grow();
    this.#events.push(event);
    const times = this.#times;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      // A later order never goes before an equal time.
      if ((times[parent] as number) <= time) break;
      this.#move(parent, hole);
      hole = parent;
    }
    this.#fill(hole, time, this.#nextOrder, event);
    this.#nextOrder += 1;
  }

  /** Takes the next event out; undefined when there is none. */
  pop(): T | undefined {
    const first = this.#events[0];
    const last = this.#events.pop();
    const end = this.#events.length;
    if (end === 0 || last === undefined) return first;
    const hole = this.#sink(end);
    this.#fill(hole, this.#times[end] as number, this.#orders[end] as number, last);
    return first;
  }

  /** Lets a hole sink from the top to where the event that stood at `end` belongs. */
  #sink(end: number): number {
    let hole = 0;
    for (let child = 1; child < end; child = 2 * hole + 1) {
      if (child + 1 < end && this.#isEarlier(child + 1, child)) child += 1;
      if (this.#isEarlier(end, child)) break;
      this.#move(child, hole);
      hole = child;
    }
    return hole;
  }

  #isEarlier(one: number, other: number): boolean {
    const apart = (this.#times[one] as number) - (this.#times[other] as number);
    return apart < 0 || (apart === 0 && (this.#orders[one] as number) < (this.#orders[other] as number));
  }

  #move(from: number, to: number): void {
    this.#fill(to, this.#times[from] as number, this.#orders[from] as number, this.#events[from] as T);
  }

  #fill(place: number, time: number, order: number, event: T): void {
    this.#times[place] = time;
    this.#orders[place] = order;
    this.#events[place] = event;
  }

  #grow(): void {
    this.#times = doubled(this.#times);
    this.#orders = doubled(this.#orders);
  }
}

function doubled(numbers: Float64Array): Float64Array<ArrayBuffer> {
  const more = new Float64Array(2 * numbers.length);
  more.set(numbers);
  return more;
}
