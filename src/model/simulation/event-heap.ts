/**
 * What comes next: a binary heap of events by time. Events of the same moment come in the order in which they were put in.
 * Times and orders lie in arrays of numbers beside the events, so that comparing touches no object.
 *
 * @module
 */

/** A heap of events. */
export class EventHeap<T> {
  readonly #times: number[] = [];
  readonly #orders: number[] = [];
  readonly #events: T[] = [];
  #nextOrder = 0;

  get length(): number {
    return this.#events.length;
  }

  /** The time of the next event; Infinity when there is none. */
  get nextTime(): number {
    return this.#times[0] ?? Number.POSITIVE_INFINITY;
  }

  /** The next event, which stays. */
  peek(): T | undefined {
    return this.#events[0];
  }

  push(time: number, event: T): void {
    const [times, orders, events] = [this.#times, this.#orders, this.#events];
    const order = this.#nextOrder++;
    let hole = events.length;
    times.push(time);
    orders.push(order);
    events.push(event);
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      // A later order never goes before an equal time.
      if ((times[parent] as number) <= time) break;
      this.#move(parent, hole);
      hole = parent;
    }
    times[hole] = time;
    orders[hole] = order;
    events[hole] = event;
  }

  /** Takes the next event out; undefined when there is none. */
  pop(): T | undefined {
    const [times, orders, events] = [this.#times, this.#orders, this.#events];
    const first = events[0];
    const time = times.pop();
    const order = orders.pop();
    const last = events.pop();
    if (events.length === 0 || time === undefined || order === undefined || last === undefined) return first;
    const hole = this.#sink(time, order);
    times[hole] = time;
    orders[hole] = order;
    events[hole] = last;
    return first;
  }

  /** Lets a hole sink from the top to where an event of this time and order belongs. */
  #sink(time: number, order: number): number {
    const length = this.#events.length;
    let hole = 0;
    for (let child = 1; child < length; child = 2 * hole + 1) {
      if (child + 1 < length && this.#isEarlier(child + 1, child)) child += 1;
      const childTime = this.#times[child] as number;
      if (time < childTime || (time === childTime && order < (this.#orders[child] as number))) break;
      this.#move(child, hole);
      hole = child;
    }
    return hole;
  }

  #isEarlier(a: number, b: number): boolean {
    const [timeA, timeB] = [this.#times[a] as number, this.#times[b] as number];
    return timeA < timeB || (timeA === timeB && (this.#orders[a] as number) < (this.#orders[b] as number));
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from] as number;
    this.#orders[to] = this.#orders[from] as number;
    this.#events[to] = this.#events[from] as T;
  }
}
