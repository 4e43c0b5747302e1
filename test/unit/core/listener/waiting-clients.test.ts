import { describe, expect, it } from "vitest";
import { describeWaiting } from "../../../../src/core/listener/waiting-clients.ts";
import { type WaitingLook, waitingLook } from "../../../../src/core/listener/waiting-look.ts";
import type { InetDiagSocket } from "../../../../src/core/wire/netlink/inet-diag-message.ts";
import { listenerRow } from "./rows.ts";

const COOKIE = 7n;

/** What a look reads, where nothing happens meanwhile unless said otherwise. */
interface Readings {
  readonly length: number;
  /** Connections that nobody has taken, by cookie. */
  readonly rows: readonly number[];
  /** Of which the client has closed. */
  readonly closed?: readonly number[];
  /** By how much PassiveOpens rises during the look; null where the kernel does not count. */
  readonly came?: number | null;
  readonly resetsBefore?: number;
  readonly resetsAfter?: number;
  readonly fastOpen?: readonly InetDiagSocket[];
}

function look(readings: Readings): WaitingLook {
  const { length, rows, closed = [], came = 0, resetsBefore = 50, resetsAfter = 50, fastOpen } = readings;
  const listener = listenerRow({ cookie: COOKIE, receiveQueue: length });
  const untaken = rows.map((cookie) => ({
    ...listener,
    state: closed.includes(cookie) ? ("CLOSE_WAIT" as const) : ("ESTABLISHED" as const),
    inode: 0,
    cookie: BigInt(1_000 + cookie),
    remote: { address: `10.0.0.${cookie}`, port: 5_000 },
  }));
  const seen = waitingLook(
    {
      countersBefore: { PassiveOpens: came === null ? null : 10, EstabResets: resetsBefore },
      untaken: [...untaken, ...(fastOpen ?? [])],
      listeners: [listener],
      countersAfter: { PassiveOpens: came === null ? null : 10 + came, EstabResets: resetsAfter },
    },
    COOKIE,
  );
  if (seen === null) throw new Error("the listener is gone");
  return seen;
}

function resetOf(readings: Readings): number {
  return describeWaiting(look(readings), look(readings)).reset;
}

describe("clients that were reset while they waited", () => {
  it("are counted in the length and have no row, at two looks", () => {
    expect(
      describeWaiting(look({ length: 5, rows: [1, 2, 3] }), look({ length: 5, rows: [1, 2] })),
    ).toMatchObject({ alive: 3, reset: 2 });
  });

  it("are not those who came after the rows were read, however often that happens", () => {
    expect(resetOf({ length: 5, rows: [1, 2, 3, 4], came: 1 })).toBe(0);
    expect(resetOf({ length: 8, rows: [1, 2, 3, 4], came: 3 })).toBe(1);
  });

  it("are not those who were accepted before the length was read", () => {
    expect(resetOf({ length: 1, rows: [1, 2, 3] })).toBe(0);
  });

  it("are no more than the kernel has reset since the namespace was made", () => {
    expect(resetOf({ length: 9, rows: [1], resetsBefore: 0, resetsAfter: 0 })).toBe(0);
    expect(resetOf({ length: 9, rows: [1], resetsBefore: 0, resetsAfter: 3 })).toBe(3);
  });

  it("are not told of where the kernel does not say how many came", () => {
    expect(resetOf({ length: 5, rows: [1], came: null })).toBe(0);
  });

  it("are not told by one look alone", () => {
    expect(describeWaiting(look({ length: 5, rows: [1] }), null).reset).toBe(0);
  });

  it("are not those whose handshake by TCP Fast Open goes on, which a request is not", () => {
    const child: InetDiagSocket = {
      ...listenerRow({ cookie: 99n }),
      state: "SYN_RECV",
      inode: 0,
      info: new Uint8Array(104),
    };
    expect(resetOf({ length: 2, rows: [1], fastOpen: [child] })).toBe(0);
    expect(resetOf({ length: 2, rows: [1], fastOpen: [{ ...child, info: null }] })).toBe(1);
  });
});

describe("clients that have closed", () => {
  it("are those that two looks show, so that one short connection is none", () => {
    const before = look({ length: 2, rows: [1, 2], closed: [1] });
    const after = look({ length: 3, rows: [1, 2, 3], closed: [1, 3] });
    const { closed, closedFrom } = describeWaiting(after, before);
    expect([closed, closedFrom]).toEqual([1, [{ address: "10.0.0.1", count: 1 }]]);
  });
});

describe("takenAtLeast", () => {
  it("counts who left, but not who may have been reset in the queue", () => {
    const begin = look({ length: 4, rows: [1, 2, 3, 4] });
    const taken = look({ length: 2, rows: [3, 4], resetsAfter: 60 });
    const reset = look({ length: 4, rows: [3, 4], resetsAfter: 60 });
    expect(describeWaiting(taken, taken, begin).takenAtLeast).toBe(2);
    expect(describeWaiting(reset, reset, begin).takenAtLeast).toBe(0);
  });

  it("counts all who left where the kernel reset nobody meanwhile, though others have come", () => {
    const begin = look({ length: 4, rows: [1, 2, 3, 4] });
    const later = look({ length: 6, rows: [5, 6], came: 4 });
    expect(describeWaiting(later, later, begin)).toMatchObject({ left: 4, takenAtLeast: 4 });
  });

  it("does not count a row that only one of two dumps left out", () => {
    const begin = look({ length: 3, rows: [1, 2, 3] });
    const [earlier, last] = [look({ length: 3, rows: [1, 3] }), look({ length: 3, rows: [1, 2, 3] })];
    expect(describeWaiting(last, earlier, begin)).toMatchObject({
      left: 0,
      stillWaiting: 3,
      takenAtLeast: 0,
    });
  });
});
