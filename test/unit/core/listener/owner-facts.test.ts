import { describe, expect, it } from "vitest";
import {
  chooseOwner,
  describeOwner,
  describeOwners,
  type OwnerReading,
} from "../../../../src/core/listener/owner-facts.ts";
import { owner } from "../findings/listeners/facts.ts";

const reading = (
  atMs: number,
  cpuMs: number,
  threads: [id: number, ranMs: number, waitedMs?: number][],
  throttledPeriods = 0,
): OwnerReading => ({
  atMs,
  process: {
    state: "R",
    cpuMs,
    endedChildrenCpuMs: 0,
    threads: new Map(threads.map(([id, ranMs, waitedMs = null]) => [id, { ranMs, waitedMs }])),
    openFiles: 5,
    hardFileLimit: 4096,
    sleepsIn: "do_epoll_wait",
    fileLimit: 10,
    ageMs: 1,
  },
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
      busiestThreadWaitPercent: null,
      throttledPeriods: 2,
      throttledMs: 100,
      threads: 2,
    });
  });

  it("takes the thread that wanted a CPU for longest for the busiest, whether it got one or not", () => {
    const process = { pid: 1, name: "a", fd: 3 };
    const before = reading(0, 0, [
      [1, 100, 0],
      [2, 50, 10],
    ]);
    const after = reading(1000, 0, [
      [1, 500, 0],
      [2, 350, 670],
    ]);
    expect(describeOwner(process, [], before, after)).toMatchObject({
      busiestThreadPercent: 30,
      busiestThreadWaitPercent: 66,
    });
  });

  it("tells a thread that could run all the time and never did, of which the kernel counts no wait yet", () => {
    const process = { pid: 1, name: "a", fd: 3 };
    const waits = reading(0, 0, [
      [1, 100, 40],
      [2, 50, 10],
    ]);
    const still = describeOwner(process, [], waits, { ...waits, atMs: 1000 });
    expect(still).toMatchObject({ busiestThreadPercent: 0, busiestThreadWaitPercent: 100 });
    const asleep = { ...waits, process: { ...waits.process, state: "S" } };
    expect(describeOwner(process, [], asleep, { ...waits, atMs: 1000 }).busiestThreadWaitPercent).toBe(0);
  });
});

describe("describeOwners", () => {
  const holder = (pid: number, state: string | null) => {
    const before = reading(0, 0, [[pid, 100]]);
    const after = reading(1000, 0, [[pid, 100]]);
    return {
      process: { pid, name: "w", fd: 3 },
      before,
      after: { ...after, process: { ...after.process, state } },
    };
  };

  it("leaves out who ended during the watch, unless all did", () => {
    const left = describeOwners([holder(1, "S"), holder(2, null), holder(3, "S")]);
    expect(left.map(({ process }) => process.pid)).toEqual([1, 3]);
    expect(left[0]?.others).toEqual([{ pid: 3, name: "w", fd: 3, state: "S" }]);
    expect(describeOwners([holder(1, null)])).toHaveLength(1);
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

  it("speaks of the one that cannot run, where nobody was taken during the whole watch", () => {
    const [parent, stopped, free] = [named(1), named(2, { state: "T" }), named(3)];
    expect(chooseOwner([parent, stopped, free], true)).toBe(stopped);
    expect(chooseOwner([parent, stopped, free], false)).toBe(free);
  });

  it("passes over what holds the socket and never accepts: a child that inherited it, systemd", () => {
    const as = (pid: number, name: string, changes = {}) =>
      owner({ process: { pid, name, fd: 3 }, ...changes });
    const server = as(7, "python3", { state: "T" });
    expect(chooseOwner([server, as(8, "sleep")])).toBe(server);
    expect(chooseOwner([server, as(1, "systemd")])).toBe(server);
    expect(chooseOwner([as(7, "node"), as(8, "my-app", { state: "T" })], true)?.process.name).toBe("my-app");
    expect(
      chooseOwner([as(7, "gunicorn: maste"), as(8, "gunicorn: worke", { state: "T" })])?.process.pid,
    ).toBe(8);
  });

  it("passes over processes that were started for one client each and have inherited the listener", () => {
    const as = (pid: number, state = "S") => owner({ process: { pid, name: "socat", fd: 5 }, state });
    expect(chooseOwner([as(88), as(135), as(136)], true)?.process.pid).toBe(88);
    expect(chooseOwner([as(88, "T"), as(135, "T"), as(136, "T")], true)?.process.pid).toBe(88);
  });

  it("speaks of the one without file descriptors first", () => {
    expect(chooseOwner([named(1), named(2), named(3, { openFiles: 1024 })])?.process.pid).toBe(3);
  });

  it("has no answer where nobody holds it", () => {
    expect(chooseOwner([])).toBeNull();
  });
});
