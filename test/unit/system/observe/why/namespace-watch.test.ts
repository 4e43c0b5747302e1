import { describe, expect, it } from "vitest";
import type { InetDiagSocket } from "../../../../../src/core/wire/netlink/inet-diag-message.ts";
import { NamespaceWatch } from "../../../../../src/system/observe/why/namespace-watch.ts";
import { listenerRow } from "../../../core/listener/rows.ts";

function watchOf(
  looks: readonly (readonly InetDiagSocket[])[],
  counters: readonly number[] = [],
): NamespaceWatch {
  const watch = new NamespaceWatch();
  looks.forEach((listeners, at) => {
    const value = counters[at] ?? 0;
    watch.add({
      atMs: at * 20,
      listeners,
      synLengths: null,
      counters: { ListenOverflows: value, ListenDrops: value },
    });
  });
  return watch;
}
const at = (receiveQueue: number, drops = 0) =>
  listenerRow({ cookie: 1n, sendQueue: 1, receiveQueue, drops });

describe("NamespaceWatch", () => {
  it("keeps the least and the most, and counts the time at capacity by halves at its ends", () => {
    const window = watchOf([[at(0)], [at(2)], [at(2)], [at(1)]]).windowOf(1n);
    expect(window).toMatchObject({ lengthLeast: 0, lengthMost: 2, lengthFirst: 0, lengthLast: 1, looks: 4 });
    expect(window?.fullMs).toBe(40);
    expect(window?.durationMs).toBe(60);
  });

  it("does not take length = limit for full", () => {
    expect(watchOf([[at(1)], [at(1)]]).windowOf(1n)?.fullMs).toBe(0);
  });

  it("counts rises and not what was there before, over a wrap of the 32-bit counter", () => {
    const window = watchOf([[at(0, 0xffff_ffff)], [at(0, 2)]], [50, 53]).windowOf(1n);
    expect(window?.dropsRise).toBe(3);
    expect(window?.counters).toEqual({ ListenOverflows: 3, ListenDrops: 3 });
  });

  it("does not forget a listener that one dump missed", () => {
    const window = watchOf([[at(1)], [], [at(1, 2)]], [0, 0, 2]).windowOf(1n);
    expect(window?.refused["accept-queue-full"]).toEqual({ own: 2, shared: 0 });
  });

  it("names the others whose drops rose, and knows nothing of a listener that it never saw", () => {
    const other = (drops: number) => listenerRow({ cookie: 2n, port: 81, drops });
    const watch = watchOf(
      [
        [at(1), other(0)],
        [at(1, 2), other(1)],
      ],
      [0, 3],
    );
    expect(watch.windowOf(1n)?.othersDropping).toEqual(["0.0.0.0:81"]);
    // Three were refused in the namespace, and one's own counter rose by two, the other's by one.
    expect(watch.windowOf(1n)?.refused["accept-queue-full"]).toEqual({ own: 0, shared: 2 });
    expect(watch.windowOf(2n)?.refused["accept-queue-full"]).toEqual({ own: 0, shared: 1 });
    expect(watch.windowOf(9n)).toBeNull();
  });
});
