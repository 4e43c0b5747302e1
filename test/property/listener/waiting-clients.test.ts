import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeWaiting } from "../../../src/core/listener/waiting-clients.ts";
import { type PortLook, type WaitingLook, waitingLook } from "../../../src/core/listener/waiting-look.ts";
import type { InetDiagSocket } from "../../../src/core/wire/netlink/inet-diag-message.ts";
import { listenerRow } from "../../unit/core/listener/rows.ts";
import { propertyOptions } from "../seed.ts";

const COOKIE = 7n;
/** The kernel walks its table of connections bucket by bucket, and everything happens meanwhile. */
const BUCKETS = 4;
const STEPS_OF_LOOK = BUCKETS + 3;
const LOOKS = 3;

const EVENTS = [
  "arrive",
  "arrive-elsewhere",
  "accept",
  "close",
  "reset",
  "reset-and-return",
  "reset-elsewhere",
] as const;
type Event = { readonly kind: (typeof EVENTS)[number]; readonly pick: number };

interface Client {
  readonly id: number;
  readonly port: number;
  state: "open" | "closed" | "reset";
}

/** An accept queue as the kernel keeps it, with the counters of its namespace. */
class Queue {
  readonly waiting: Client[] = [];
  taken = 0;
  /** How many stood in the queue and were gone, at the moment since `forget` at which these were most. */
  readonly most = { reset: 0, closed: 0 };
  #nextId = 1;
  #passiveOpens = 100;
  #estabResets: number;

  constructor(resetsSoFar: number) {
    this.#estabResets = resetsSoFar;
  }

  get reset(): number {
    return this.waiting.filter(({ state }) => state === "reset").length;
  }

  get closed(): number {
    return this.waiting.filter(({ state }) => state === "closed").length;
  }

  forget(): void {
    Object.assign(this.most, { reset: this.reset, closed: this.closed });
  }

  happen(event: Event): void {
    this.#happen(event);
    this.most.reset = Math.max(this.most.reset, this.reset);
    this.most.closed = Math.max(this.most.closed, this.closed);
  }

  #happen({ kind, pick }: Event): void {
    const alive = this.waiting.filter(({ state }) => state !== "reset");
    const client = alive[pick % Math.max(1, alive.length)];
    if (kind === "arrive") this.#arrive();
    else if (kind === "arrive-elsewhere") this.#passiveOpens += 1;
    else if (kind === "reset-elsewhere") this.#estabResets += 1;
    else if (kind === "accept") this.taken += this.waiting.shift() === undefined ? 0 : 1;
    else if (client !== undefined) this.#leave(client, kind);
  }

  /** Reads what a look reads, with the events of one step before each reading. */
  look(happenings: readonly (readonly Event[])[]): PortLook {
    const step = (at: number): void => {
      for (const event of happenings[at] ?? []) this.happen(event);
    };
    step(0);
    const countersBefore = this.#counters();
    const untaken: InetDiagSocket[] = [];
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      step(1 + bucket);
      untaken.push(...this.#rows(bucket));
    }
    step(1 + BUCKETS);
    const listeners = [listenerRow({ cookie: COOKIE, receiveQueue: this.waiting.length })];
    step(2 + BUCKETS);
    return { countersBefore, untaken, listeners, countersAfter: this.#counters() };
  }

  #arrive(port = 1_024 + this.#nextId): void {
    this.waiting.push({ id: this.#nextId, port, state: "open" });
    this.#nextId += 1;
    this.#passiveOpens += 1;
  }

  #leave(client: Client, kind: Event["kind"]): void {
    client.state = kind === "close" ? "closed" : "reset";
    if (kind === "close") return;
    this.#estabResets += 1;
    if (kind === "reset-and-return") this.#arrive(client.port);
  }

  #counters(): PortLook["countersBefore"] {
    return { PassiveOpens: this.#passiveOpens, EstabResets: this.#estabResets };
  }

  #rows(bucket: number): InetDiagSocket[] {
    const here = this.waiting.filter(({ port, state }) => state !== "reset" && port % BUCKETS === bucket);
    return here.map(({ id, port, state }) => ({
      ...listenerRow({ cookie: BigInt(1_000 + id) }),
      state: state === "open" ? "ESTABLISHED" : "CLOSE_WAIT",
      inode: 0,
      remote: { address: "10.0.0.1", port },
    }));
  }
}

const event = fc.record({ kind: fc.constantFrom(...EVENTS), pick: fc.nat(20) });
const steps = fc.array(fc.array(event, { maxLength: 3 }), {
  minLength: STEPS_OF_LOOK * LOOKS,
  maxLength: STEPS_OF_LOOK * LOOKS,
});
const before = fc.array(event, { maxLength: 30 });

function seen(look: PortLook): WaitingLook {
  const waiting = waitingLook(look, COOKIE);
  if (waiting === null) throw new Error("the listener is gone");
  return waiting;
}

describe("who waits, read while the queue is in use", () => {
  it("never tells of a client that is gone and was not, nor of one that was taken and was not", () => {
    fc.assert(
      fc.property(before, steps, fc.nat(5), (first, happenings, resetsSoFar) => {
        const queue = new Queue(resetsSoFar);
        for (const one of first) queue.happen(one);
        const takenBefore = queue.taken;
        const [begin, earlier, last] = [0, 1, 2].map((at) => {
          queue.forget();
          const look = seen(queue.look(happenings.slice(at * STEPS_OF_LOOK, (at + 1) * STEPS_OF_LOOK)));
          return { look, ...queue.most };
        });
        if (begin === undefined || earlier === undefined || last === undefined)
          throw new Error("three looks");
        const facts = describeWaiting(last.look, earlier.look, begin.look);
        expect(facts.reset).toBeLessThanOrEqual(Math.min(earlier.reset, last.reset));
        expect(facts.closed).toBeLessThanOrEqual(last.closed);
        expect(facts.takenAtLeast).toBeLessThanOrEqual(queue.taken - takenBefore);
      }),
      propertyOptions(2_000),
    );
  });

  it("tells exactly who was reset and who was taken where nothing happens during the looks", () => {
    fc.assert(
      fc.property(before, before, (first, meanwhile) => {
        const queue = new Queue(0);
        for (const one of first) queue.happen(one);
        const begin = seen(queue.look([]));
        const [takenBefore, resetBefore] = [queue.taken, queue.reset];
        for (const one of meanwhile) queue.happen(one);
        const [earlier, last] = [seen(queue.look([])), seen(queue.look([]))];
        const facts = describeWaiting(last, earlier, begin);
        expect(facts.reset).toBe(queue.reset);
        expect(facts.closed).toBe(queue.closed);
        const onlyTaken = meanwhile.every(({ kind }) => kind === "accept" || kind === "close");
        if (onlyTaken && resetBefore === 0) expect(facts.takenAtLeast).toBe(queue.taken - takenBefore);
      }),
      propertyOptions(500),
    );
  });
});
