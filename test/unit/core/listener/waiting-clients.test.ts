import { describe, expect, it } from "vitest";
import {
  describeWaiting,
  type PortQueues,
  type WaitingLook,
  waitingLook,
} from "../../../../src/core/listener/waiting-clients.ts";
import { listenerRow } from "./rows.ts";

const COOKIE = 7n;
/** Connections that nobody has taken, by cookie; `closed` are those whose client has closed. */
function queues(length: number, cookies: readonly number[], closed: readonly number[] = []): PortQueues {
  const listener = listenerRow({ cookie: COOKIE, receiveQueue: length });
  return {
    listeners: [listener],
    untaken: cookies.map((cookie) => ({
      ...listener,
      state: closed.includes(cookie) ? "CLOSE_WAIT" : "ESTABLISHED",
      inode: 0,
      cookie: BigInt(1_000 + cookie),
      remote: { address: `10.0.0.${cookie}`, port: 5_000 },
    })),
  };
}

function look(first: PortQueues, second: PortQueues = first): WaitingLook {
  const seen = waitingLook(first, second, COOKIE);
  if (seen === null) throw new Error("the listener is gone");
  return seen;
}

describe("clients that were reset while they waited", () => {
  it("are counted in the length and have no row, at two looks at a queue that stands", () => {
    const stands = look(queues(5, [1, 2, 3]));
    expect(describeWaiting(stands, stands)).toMatchObject({ alive: 3, reset: 2 });
  });

  it("are not those who were accepted between the reading of the length and that of the rows", () => {
    expect(look(queues(5, [1, 2, 3, 4, 5]), queues(5, [3, 4, 5])).surelyReset).toBe(0);
    expect(look(queues(5, [1, 2]), queues(3, [1, 2])).surelyReset).toBe(0);
  });

  it("are told of a queue that only grew", () => {
    expect(look(queues(3, [1]), queues(5, [1, 2, 3])).surelyReset).toBe(2);
  });

  it("are not told by one look alone", () => {
    expect(describeWaiting(look(queues(5, [1])), null).reset).toBe(0);
  });
});

describe("clients that have closed", () => {
  it("are those that two looks show, so that one short connection is none", () => {
    const before = look(queues(2, [1, 2], [1]));
    const after = look(queues(3, [1, 2, 3], [1, 3]));
    const { closed, closedFrom } = describeWaiting(after, before);
    expect([closed, closedFrom]).toEqual([1, [{ address: "10.0.0.1", count: 1 }]]);
  });
});

describe("takenAtLeast", () => {
  it("counts who left, but not who may have been reset in the queue", () => {
    const begin = look(queues(4, [1, 2, 3, 4]));
    const taken = look(queues(2, [3, 4]));
    const reset = look(queues(4, [3, 4]));
    expect(describeWaiting(taken, taken, begin).takenAtLeast).toBe(2);
    expect(describeWaiting(reset, reset, begin).takenAtLeast).toBe(0);
  });
});
