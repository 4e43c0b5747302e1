import { describe, expect, it } from "vitest";
import { findForListener } from "../../../../src/core/findings/detect.ts";
import { notTheQueue } from "../../../../src/core/findings/listeners/not-the-queue.ts";
import { facts, listener, owner, queue, waiting, watch } from "./listeners/facts.ts";

const starved = owner({ state: "R", busiestThreadPercent: 2, busiestThreadWaitPercent: 97 });
const nowhere = { port: 80, limitedReach: null, counters: {}, conntrack: null, conntrackDrops: null };

describe("a server that hardly gets a CPU", () => {
  it("is named as the cause where clients are taken late for it", () => {
    const late = {
      longestMs: 2000,
      client: "10.0.0.1:5",
      looks: 4,
      looksAtAll: 9,
      holder: { process: starved.process, onCpuLooks: 4, looks: 4, sleptIn: null },
    };
    const course = { late, comings: null, behind: [], requests: null, ownClients: null };
    const [found] = findForListener(facts({ window: watch(), owner: starved, course }));
    expect(found?.code).toBe("taken-late");
    expect(found?.title).toContain("it wants a core all the time and got 2 % of one");
    expect(found?.evidence.text).not.toContain("busy computing");
    expect(found?.remedy[0]).toMatch(/^top /);
  });

  it("is the first place to look where the queue was not the cause", () => {
    const found = notTheQueue(facts({ window: watch(), owner: starved }), nowhere);
    expect(found?.evidence.text).toContain("nginx 10 wants a core all the time and got 2 % of one");
    expect(found?.remedy[0]).toContain("nginx 10");
    const fed = notTheQueue(facts({ window: watch(), owner: owner() }), nowhere);
    expect(fed?.evidence.text).not.toContain("wants a core");
  });
});

it("says of a full listener that only heirs hold that nobody accepts, before it says that it is full", () => {
  const heir = { pid: 9, name: "sleep", fd: 3 };
  const held = facts({
    listener: listener({ acceptQueue: queue(11, 10), process: heir }),
    owner: owner({ process: heir }),
    window: watch({ durationMs: 2000, lengthLeast: 11, lengthMost: 11, fullMs: 2000 }),
    waiting: waiting({ alive: 11, stillWaiting: 11 }),
  });
  expect(findForListener(held).map(({ code }) => code)).toEqual([
    "listener-without-acceptor",
    "accept-queue-full",
  ]);
});
