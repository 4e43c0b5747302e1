import { describe, expect, it } from "vitest";
import { findForListener } from "../../../../src/core/findings/detect.ts";
import type { LiveFacts } from "../../../../src/core/listener/facts.ts";
import { facts, listener, owner, queue, waiting, watch } from "./listeners/facts.ts";

const abandoned = (changes: Parameters<typeof owner>[0]): LiveFacts =>
  facts({
    listener: listener({ acceptQueue: queue(3, 511) }),
    window: watch({ lengthLeast: 3, lengthMost: 3 }),
    waiting: waiting({ alive: 3, stillWaiting: 3, oldestMs: 7000 }),
    owner: owner(changes),
  });
const found = (changes: Parameters<typeof owner>[0]) =>
  findForListener(abandoned(changes)).find(({ code }) => code === "nobody-accepts");

describe("a server that cannot run", () => {
  const notRunning = (changes: Parameters<typeof owner>[0]) =>
    findForListener(abandoned(changes)).find(({ code }) => code === "owner-not-running");

  it("is told by what it waits for, where the kernel's function leaves no doubt, and with the function where it does not", () => {
    const memory = notRunning({ state: "D", cpuPercent: 0, sleepsIn: "mem_cgroup_oom_synchronize" });
    expect(memory?.title).toMatch(/^nginx 10 waits for memory, as its control group is at its limit/);
    expect(memory?.remedy[0]).toMatch(/^grep memory \/proc\/10\/cgroup/);
    expect(notRunning({ state: "D", cpuPercent: 0, sleepsIn: "request_wait_answer" })?.title).toContain(
      "a FUSE file system",
    );
    const disk = notRunning({ state: "D", cpuPercent: 0, sleepsIn: "io_schedule" });
    expect(disk?.title).toContain("for a device most likely");
    expect(disk?.evidence.text).toBe("the state in /proc/10/stat is D, in io_schedule");
  });

  it("is told with all that are stopped with it, so that the remedy wakes whoever accepts", () => {
    const other = (pid: number, state: string) => ({ pid, name: "nginx", fd: 3, state });
    const two = notRunning({ state: "T", others: [other(8, "T"), other(9, "S")] });
    expect(two?.title).toBe(
      "nginx 10 is stopped by a signal, as is nginx 8 with this listener, so nobody accepts.",
    );
    expect(two?.remedy[0]).toMatch(/^kill -CONT 10 8 /);
    const three = notRunning({ state: "T", others: [other(8, "T"), other(9, "T")] });
    expect(three?.title).toContain("as are 2 more with this listener");
  });
});

describe("a server that accepts nobody", () => {
  it.each([
    ["anon_pipe_write", "it writes into a full pipe", /^ls -l \/proc\/10\/fd \| grep pipe/],
    ["locks_lock_inode_wait", "it waits for the lock of a file", /^cat \/proc\/locks/],
    ["request_wait_answer", "it waits for a FUSE file system", /^grep fuse \/proc\/mounts/],
    ["hrtimer_nanosleep", "it sleeps of its own accord", /^head \/proc\/10/],
  ])(
    "is told by what it waits for, where the kernel's function leaves no doubt: %s",
    (sleepsIn, words, look) => {
      expect(found({ sleepsIn })?.title).toContain(words);
      expect(found({ sleepsIn })?.remedy[0]).toMatch(look);
    },
  );

  it("is not told by it where another thread may accept, or where it may wait for anything", () => {
    expect(found({ sleepsIn: "anon_pipe_write", threads: 2 })?.title).toBe(
      "nginx 10 has not accepted anything for 7.0 s.",
    );
    expect(found({ sleepsIn: "do_epoll_wait" })?.title).toBe("nginx 10 has not accepted anything for 7.0 s.");
  });

  it("is told by connections of its own that stand in its queue, for sure only of one that is alone", () => {
    const self = { late: null, comings: null, behind: [], requests: null };
    const titleOf = (threads: number, sleepsIn: string | null = null) => {
      const { process } = owner();
      const course = { ...self, ownClients: { process, connections: 2 } };
      return findForListener({ ...abandoned({ threads, sleepsIn }), course }).find(
        ({ code }) => code === "nobody-accepts",
      )?.title;
    };
    expect(titleOf(1)).toContain("it waits for itself, as 2 connections of nginx 10 stand in this queue.");
    expect(titleOf(2)).toContain("it may wait for itself, as 2 connections");
    expect(titleOf(1, "hrtimer_nanosleep")).toContain("it sleeps of its own accord");
  });

  it("is told by the end of processes that it had started", () => {
    const parent = found({ endedChildrenCpuMs: 900 });
    expect(parent?.title).toContain("processes that it had started ended meanwhile");
    expect(parent?.remedy[0]).toMatch(/^ls -l \/proc\/10\/fd\/1/);
    expect(found({ endedChildrenCpuMs: 0 })?.title).not.toContain("ended");
    expect(found({ endedChildrenCpuMs: null })?.title).not.toContain("ended");
  });
});

it("says of a server that takes clients late what it waits for, and nothing of one that computes", () => {
  const { process } = owner();
  const late = (onCpuLooks: number) => ({
    longestMs: 7000,
    client: "10.0.0.1:5",
    looks: 9,
    looksAtAll: 9,
    holder: { process, onCpuLooks, looks: 9, sleptIn: "hrtimer_nanosleep" },
  });
  const titleOf = (onCpuLooks: number) =>
    findForListener(
      facts({
        window: watch(),
        owner: owner(),
        course: { late: late(onCpuLooks), comings: null, behind: [], requests: null, ownClients: null },
      }),
    )[0]?.title;
  expect(titleOf(0)).toBe(
    "Clients wait up to 7.0 s before nginx 10 accepts them: it sleeps of its own accord.",
  );
  expect(titleOf(8)).toBe("Clients wait up to 7.0 s before nginx 10 accepts them.");
});

it("says of a server that runs now and then that it accepts late, not that nobody does", () => {
  const throttled = owner({ throttledPeriods: 50, throttledMs: 7700 });
  const titleOf = (takenAtLeast: number) =>
    findForListener({
      ...abandoned({}),
      owner: throttled,
      waiting: waiting({ alive: 3, takenAtLeast }),
    }).find(({ code }) => code === "owner-not-running")?.title;
  expect(titleOf(4)).toBe(
    "nginx 10 was throttled in 50 periods of its CPU quota within 5.0 s, so it accepts late.",
  );
  expect(titleOf(0)).toMatch(/so nobody accepts\.$/);
});
