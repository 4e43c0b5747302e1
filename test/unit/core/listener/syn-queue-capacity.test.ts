import { describe, expect, it } from "vitest";
import { synQueueBounds } from "../../../../src/core/listener/syn-queue-capacity.ts";

const USUAL = { tcp_max_syn_backlog: 2048, tcp_syncookies: 1 };

describe("synQueueBounds", () => {
  it("keeps limit + 1 where the kernel tests with >", () => {
    expect(synQueueBounds(5, { version: "6.18.44", ...USUAL })).toEqual({ limit: 5, capacity: 6 });
  });

  it("keeps limit where it tests with >=", () => {
    expect(synQueueBounds(5, { version: "5.10.1", ...USUAL })).toEqual({ limit: 5, capacity: 5 });
  });

  it("keeps three quarters of tcp_max_syn_backlog and one with cookies off: 76 of 100, 49 of 64", () => {
    const off = { version: "6.18.44", tcp_syncookies: 0 };
    expect(synQueueBounds(4096, { ...off, tcp_max_syn_backlog: 100 }).capacity).toBe(76);
    expect(synQueueBounds(4096, { ...off, tcp_max_syn_backlog: 64 }).capacity).toBe(49);
    expect(synQueueBounds(5, { ...off, tcp_max_syn_backlog: 64 }).capacity).toBe(6);
  });

  it("keeps nothing with tcp_syncookies = 2", () => {
    expect(
      synQueueBounds(5, { version: "6.18.44", tcp_max_syn_backlog: 64, tcp_syncookies: 2 }).capacity,
    ).toBe(0);
  });

  it.each([
    [5, 16],
    [15, 16],
    [16, 32],
    [127, 128],
    [128, 256],
    [511, 512],
    [512, 1024],
  ])("before 4.4 a backlog of %i gives a table of %i", (backlog, capacity) => {
    expect(synQueueBounds(backlog, { version: "3.10.4", ...USUAL })).toEqual({ limit: null, capacity });
  });

  it("does not guess for a release that it cannot read", () => {
    expect(synQueueBounds(5, { version: "custom", ...USUAL })).toEqual({ limit: null, capacity: null });
  });
});
