import { describe, expect, it } from "vitest";
import { Comings } from "../../../../../src/core/listener/course/comings.ts";
import { type HolderGlance, Lateness } from "../../../../../src/core/listener/course/lateness.ts";
import { Requests } from "../../../../../src/core/listener/course/requests.ts";
import type { InetDiagSocket } from "../../../../../src/core/wire/netlink/inet-diag-message.ts";
import { listenerRow, requestRow } from "../rows.ts";

/** A connection that nobody has taken, and that has waited for so long. */
function untaken(ageMs: number, port: number): InetDiagSocket {
  const info = new Uint8Array(48);
  new DataView(info.buffer).setUint32(44, ageMs, true);
  return requestRow("127.0.0.1", 80, { state: "ESTABLISHED", info, remote: { address: "10.0.0.1", port } });
}

describe("Comings", () => {
  const stays = listenerRow({ receiveQueue: 0 });

  it("says nothing of a listener that stays, also where one look does not have it", () => {
    const comings = new Comings();
    for (const rows of [[stays], [], [stays]]) comings.add(0, rows);
    expect(comings.of("0.0.0.0:80", null)).toBeNull();
  });

  it("counts what closed and opened, who was lost, and how long nobody was there", () => {
    const comings = new Comings();
    const looks: InetDiagSocket[][] = [
      [listenerRow({ ...stays, receiveQueue: 4 })],
      [],
      [],
      [listenerRow({ ...stays, cookie: 77n })],
    ];
    for (const [at, rows] of looks.entries()) comings.add(at * 50, rows);
    expect(comings.of("0.0.0.0:80", null)).toEqual({
      opened: 1,
      closed: 1,
      lostWaiting: 4,
      absentMs: 100,
      durationMs: 150,
    });
  });

  it("tells of no more lost clients than the kernel has reset: who waited may have been taken after the last look", () => {
    const comings = new Comings();
    const other = listenerRow({ address: "127.0.0.2", receiveQueue: 3 });
    comings.add(0, [listenerRow({ ...stays, receiveQueue: 6 }), other]);
    for (const at of [50, 100]) comings.add(at, []);
    const lost = (counted: number | null): (number | undefined)[] =>
      ["0.0.0.0:80", "127.0.0.2:80"].map((place) => comings.of(place, counted)?.lostWaiting);
    expect(lost(null)).toEqual([6, 3]);
    expect(lost(9)).toEqual([6, 3]);
    expect(lost(3)).toEqual([2, 1]);
    expect(lost(0)).toEqual([0, 0]);
  });

  it("counts no absence of a listener that a single look left out, but all of one that is gone at the end", () => {
    const comings = new Comings();
    const leaves = listenerRow({ address: "127.0.0.2" });
    const looks = [[stays, leaves], [leaves], [stays, leaves], [stays], [stays], [stays]];
    for (const [at, rows] of looks.entries()) comings.add(at * 50, rows);
    const comes = listenerRow({ ...stays, cookie: 78n });
    comings.add(300, [comes, stays]);
    expect(comings.of("0.0.0.0:80", null)).toMatchObject({ opened: 1, closed: 0, absentMs: 0 });
    expect(comings.of("127.0.0.2:80", null)).toMatchObject({ closed: 1, absentMs: 200 });
  });

  it("keeps addresses apart", () => {
    const comings = new Comings();
    const leaves = listenerRow({ port: 81 });
    for (const rows of [[stays, leaves], [stays], [stays]]) comings.add(0, rows);
    expect(comings.of("0.0.0.0:80", null)).toBeNull();
    expect(comings.of("0.0.0.0:81", null)?.closed).toBe(1);
  });
});

describe("Lateness", () => {
  const one = listenerRow({ receiveQueue: 2 });
  const glance = (state: string, sleepsIn: string | null): HolderGlance => ({
    process: { pid: 7, name: "node", fd: 18 },
    state,
    sleepsIn,
  });

  it("keeps the longest wait, with how the holder fared in those looks alone", () => {
    const late = new Lateness();
    const looks: [number, HolderGlance][] = [
      [100, glance("S", "do_epoll_wait")],
      [600, glance("R", null)],
      [1900, glance("S", "hrtimer_nanosleep")],
    ];
    for (const [ageMs, holder] of looks)
      late.add({
        listeners: [one],
        untaken: [untaken(ageMs, ageMs), untaken(50, 5)],
        holdersOf: () => [holder],
      });
    expect(late.of(one.cookie)).toEqual({
      longestMs: 1900,
      client: "10.0.0.1:1900",
      looks: 2,
      looksAtAll: 3,
      holder: {
        process: { pid: 7, name: "node", fd: 18 },
        onCpuLooks: 1,
        looks: 2,
        sleptIn: "hrtimer_nanosleep",
      },
    });
  });

  it("says nothing where nobody waited for long", () => {
    const late = new Lateness();
    late.add({ listeners: [one], untaken: [untaken(499, 1)], holdersOf: () => [] });
    expect(late.of(one.cookie)).toBeNull();
  });

  it("gives a row of a reuseport group to the only member that has anybody waiting, else to nobody", () => {
    const [busy, idle] = [listenerRow({ receiveQueue: 3 }), listenerRow({ receiveQueue: 0 })];
    const late = new Lateness();
    late.add({ listeners: [busy, idle], untaken: [untaken(700, 1)], holdersOf: () => [] });
    expect([late.of(busy.cookie)?.longestMs, late.of(idle.cookie)]).toEqual([700, null]);
    const both = new Lateness();
    const second = listenerRow({ receiveQueue: 1 });
    both.add({ listeners: [busy, second], untaken: [untaken(700, 1)], holdersOf: () => [] });
    expect([both.of(busy.cookie), both.of(second.cookie)]).toEqual([null, null]);
  });
});

describe("Requests", () => {
  const one = listenerRow();
  const request = (port: number, retransmits = 0) =>
    requestRow("127.0.0.1", 80, { retransmits, remote: { address: "10.0.0.1", port } });

  it("tells a silent client after its final ACK from one that never sent it, by the resends", () => {
    const [silent, absent] = [request(1), request(2)];
    const requests = new Requests();
    requests.add(0, [one], [silent, absent]);
    requests.add(1_600, [one], [silent, { ...absent, retransmits: 1 }, request(3)]);
    expect(requests.of(one.cookie)).toEqual({
      count: 3,
      unanswered: 1,
      deferred: 1,
      from: [{ address: "10.0.0.1", count: 3 }],
      addresses: 1,
    });
  });

  it("is not sure before the first resend would have come", () => {
    const silent = request(1);
    const requests = new Requests();
    requests.add(0, [one], [silent]);
    requests.add(1_400, [one], [silent]);
    expect(requests.of(one.cookie)?.deferred).toBe(0);
  });
});
