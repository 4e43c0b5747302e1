import { describe, expect, it } from "vitest";
import { chooseOwner, describeOwner, type OwnerReading } from "../../../../src/observe/why/owner-facts.ts";
import { owner } from "../../findings/live/facts.ts";

const reading = (
  atMs: number,
  cpuMs: number,
  threads: [number, number][],
  throttledPeriods = 0,
): OwnerReading => ({
  atMs,
  process: { state: "R", cpuMs, threadCpuMs: new Map(threads), openFiles: 5, fileLimit: 10, ageMs: 1 },
  cgroup: { isFrozen: null, throttledPeriods, throttledMs: throttledPeriods * 50 },
});

describe("describeOwner", () => {
  it("gives rises during the watch: of CPU time, of the busiest thread, of throttling", () => {
    const process = { pid: 1, name: "a", fd: 3 };
    const before = reading(0, 100, [[1, 100]], 4);
    const after = reading(
      1000,
      900,
      [
        [1, 200],
        [2, 700],
      ],
      6,
    );
    expect(describeOwner(process, [], before, after)).toMatchObject({
      cpuPercent: 80,
      busiestThreadPercent: 70,
      throttledPeriods: 2,
      throttledMs: 100,
      threads: 2,
    });
  });
});

describe("chooseOwner", () => {
  const named = (pid: number, changes = {}) => owner({ process: { pid, name: "w", fd: 3 }, ...changes });

  it("takes one that can run, since it could accept even if the others cannot", () => {
    const owners = [named(1), named(2, { state: "T" }), named(3)];
    expect(chooseOwner(owners)?.process.pid).toBe(3);
  });

  it("passes over the parent of several, which only holds the socket", () => {
    expect(chooseOwner([named(1), named(2, { state: "T" })])?.process.pid).toBe(2);
    expect(chooseOwner([named(1, { state: "T" })])?.process.pid).toBe(1);
  });

  it("speaks of the one without file descriptors first", () => {
    expect(chooseOwner([named(1), named(2), named(3, { openFiles: 1024 })])?.process.pid).toBe(3);
  });

  it("has no answer where nobody holds it", () => {
    expect(chooseOwner([])).toBeNull();
  });
});
