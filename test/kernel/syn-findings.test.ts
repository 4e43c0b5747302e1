/**
 * The live findings about SYNs and cookies, each provoked on this kernel by a peer that speaks TCP by hand, and beside each
 * the nearest situation in which it would be wrong. Findings about accept() are in why.test.ts.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findInSnapshot } from "../../src/core/findings/find-in-snapshot.ts";
import { readCounters } from "../../src/system/linux/proc/counters.ts";
import { writeSysctl } from "../../src/system/linux/proc/sysctl.ts";
import { closeSocket, openListener } from "../../src/system/linux/socket/tcp-socket.ts";
import { takeSnapshot } from "../../src/system/observe/snapshot.ts";
import { theOne } from "../support/lookups.ts";
import { sampleOnce, sampleUntil } from "../support/sample-until.ts";
import { SERVER_ADDRESS, SilentPeer } from "../support/silent-peer.ts";
import { findingOf, watchWhile } from "../support/watch-while.ts";

const isRoot = process.getuid?.() === 0;
const PORT = 8088;

describe.skipIf(!isRoot)("findings about SYNs (needs root, for namespaces of their own)", () => {
  const open: number[] = [];
  let peer: SilentPeer;

  const listen = (backlog: number): void => {
    open.push(openListener({ address: SERVER_ADDRESS, port: PORT, backlog }));
  };
  const setSysctls = (values: Readonly<Record<string, number>>): void => {
    for (const [name, value] of Object.entries(values)) writeSysctl(`net.ipv4.${name}`, value);
  };
  /** A packet is handled when a counter of the namespace, which was 0 when it was made, says so. */
  const untilCounted = async (counter: string, value: number): Promise<void> => {
    await expect.poll(() => readCounters()[counter]).toBe(value);
  };
  const untilAnswered = async (count: number): Promise<void> => {
    await expect.poll(() => peer.synAcks().length).toBe(count);
  };
  const capacityOfSynQueue = (): number => {
    const { listeners } = takeSnapshot().snapshot;
    return theOne(listeners).synQueue.capacity ?? 0;
  };

  beforeEach(() => {
    peer = new SilentPeer();
  });
  afterEach(() => {
    for (const fd of open.splice(0)) closeSocket(fd);
    peer.close();
  });

  describe("syn-queue-full", () => {
    it("is told with cookies on, with the requests that wait and the SYNs that got a cookie", async () => {
      listen(3);
      const capacity = capacityOfSynQueue();
      const seen = await watchWhile(PORT, async () => {
        peer.sendSyns(PORT, capacity + 2);
        await untilAnswered(capacity + 2);
      });
      const finding = findingOf(seen, "syn-queue-full");
      expect(finding?.severity).toBe("warning");
      expect(finding?.title).toContain(`(${capacity} of ${capacity})`);
      expect(finding?.evidence.counters).toEqual({ TCPReqQFullDoCookies: 2 });
    });

    it("is told by a single look too, while the requests wait", async () => {
      listen(3);
      const capacity = capacityOfSynQueue();
      peer.sendSyns(PORT, capacity);
      await untilAnswered(capacity);
      const found = findInSnapshot(takeSnapshot().snapshot, 0);
      expect(findingOf(theOne(found.listeners), "syn-queue-full")?.title).toContain(`(${capacity} of`);
    });

    it("is critical with cookies off, and counts the SYNs that were dropped", async () => {
      setSysctls({ tcp_syncookies: 0 });
      listen(3);
      const capacity = capacityOfSynQueue();
      const seen = await watchWhile(PORT, async () => {
        peer.sendSyns(PORT, capacity + 3);
        await untilCounted("TCPReqQFullDrop", 3);
      });
      const finding = findingOf(seen, "syn-queue-full");
      expect(finding?.severity).toBe("critical");
      expect(finding?.evidence.text).toContain("3 SYNs dropped for it");
      expect(finding?.evidence.counters).toEqual({ TCPReqQFullDrop: 3 });
      expect(findingOf(seen, "drops-not-overflow")).toBeUndefined();
      expect(findingOf(seen, "last-quarter-drops")).toBeUndefined();
    });

    it("is not told while one more request is kept", async () => {
      listen(3);
      const almost = capacityOfSynQueue() - 1;
      const seen = await watchWhile(PORT, async () => {
        peer.sendSyns(PORT, almost);
        await untilAnswered(almost);
      });
      expect(seen.window?.synLengthMost).toBe(almost);
      expect(findingOf(seen, "syn-queue-full")).toBeUndefined();
    });

    it("is not told where every SYN gets a cookie and none is kept", async () => {
      setSysctls({ tcp_syncookies: 2 });
      listen(3);
      const seen = await watchWhile(PORT, async () => {
        peer.sendSyns(PORT, 8);
        await untilAnswered(8);
      });
      expect(findingOf(seen, "syn-cookies-sent")).toBeDefined();
      expect(findingOf(seen, "syn-queue-full")).toBeUndefined();
    });
  });

  describe("last-quarter-drops", () => {
    it("is told of the SYNs beyond M - M/4 + 1, with cookies off", async () => {
      setSysctls({ tcp_syncookies: 0, tcp_max_syn_backlog: 8 });
      listen(100);
      const seen = await watchWhile(PORT, async () => {
        peer.sendSyns(PORT, 12);
        await untilCounted("ListenDrops", 5);
      });
      expect(peer.synAcks()).toHaveLength(7);
      const finding = findingOf(seen, "last-quarter-drops");
      expect(finding?.severity).toBe("critical");
      expect(finding?.title).toMatch(/^5 SYNs dropped/);
      expect(finding?.evidence.text).toMatch(/^7 requests wait.*only 7 /);
      expect(finding?.evidence.counters).toEqual({ ListenDrops: 5 });
      expect(findingOf(seen, "drops-not-overflow")).toBeUndefined();
      expect(findingOf(seen, "syn-queue-full")).toBeUndefined();
    });

    it("is not told where the limit is reached first, although other SYNs were dropped", async () => {
      setSysctls({ tcp_syncookies: 0, tcp_max_syn_backlog: 8 });
      listen(6);
      const capacity = capacityOfSynQueue();
      const seen = await watchWhile(PORT, async () => {
        peer.sendSyns(PORT, 2, { withRoute: false });
        peer.sendSyns(PORT, capacity + 1);
        await untilCounted("ListenDrops", 3);
      });
      expect(findingOf(seen, "syn-queue-full")?.evidence.counters).toEqual({ TCPReqQFullDrop: 1 });
      expect(findingOf(seen, "last-quarter-drops")).toBeUndefined();
      expect(findingOf(seen, "drops-not-overflow")?.title).toMatch(/^2 packets/);
    });

    it("leaves a queue that it has cut short to syn-queue-full while nothing is dropped, with the remedy that helps", async () => {
      setSysctls({ tcp_syncookies: 0, tcp_max_syn_backlog: 8 });
      listen(100);
      const seen = await watchWhile(PORT, async () => {
        peer.sendSyns(PORT, 7);
        await untilAnswered(7);
      });
      expect(findingOf(seen, "last-quarter-drops")).toBeUndefined();
      const { remedy } = findingOf(seen, "syn-queue-full") ?? {};
      expect(remedy?.join()).toContain("tcp_max_syn_backlog = 32");
      expect(remedy?.join()).not.toContain("backlog: ");
    });

    it("is not told with cookies on: the same SYNs are all answered", async () => {
      setSysctls({ tcp_syncookies: 1, tcp_max_syn_backlog: 8 });
      listen(100);
      const seen = await watchWhile(PORT, async () => {
        peer.sendSyns(PORT, 12);
        await untilAnswered(12);
      });
      expect(seen.window?.dropsRise).toBe(0);
      expect(findingOf(seen, "last-quarter-drops")).toBeUndefined();
    });

    it("is not told of SYNs dropped for want of a route, while fewer requests wait than are admitted", async () => {
      setSysctls({ tcp_syncookies: 0, tcp_max_syn_backlog: 8 });
      listen(100);
      const seen = await watchWhile(PORT, async () => {
        peer.sendSyns(PORT, 6);
        await untilAnswered(6);
        peer.sendSyns(PORT, 2, { withRoute: false });
        await untilCounted("ListenDrops", 2);
      });
      expect(findingOf(seen, "last-quarter-drops")).toBeUndefined();
      expect(findingOf(seen, "drops-not-overflow")).toBeDefined();
    });
  });

  describe("drops-not-overflow", () => {
    it("is told of clients to whom there is no route back", async () => {
      listen(100);
      const seen = await watchWhile(PORT, async () => {
        peer.sendSyns(PORT, 4, { withRoute: false });
        await untilCounted("ListenDrops", 4);
      });
      const finding = findingOf(seen, "drops-not-overflow");
      expect(finding?.title).toMatch(/^4 packets dropped .*: no route leads back to the client\.$/);
      expect(finding?.evidence.counters).toEqual({ ListenDrops: 4, OutNoRoutes: 4 });
      expect(finding?.remedy[0]).toContain("ip route show");
    });

    it("is not told of drops that all are overflows of the accept queue", async () => {
      listen(0);
      const seen = await watchWhile(PORT, async () => {
        peer.sendSyns(PORT, 1);
        await untilAnswered(1);
        for (const synAck of peer.synAcks()) peer.sendFinalAck(synAck);
        await untilCounted("PassiveOpens", 1);
        peer.sendSyns(PORT, 4);
        await untilCounted("ListenOverflows", 4);
      });
      expect(findingOf(seen, "accept-queue-overflow")).toBeDefined();
      expect(findingOf(seen, "drops-not-overflow")).toBeUndefined();
    });

    it("counts only what the overflows leave, where both happen", async () => {
      listen(0);
      const seen = await watchWhile(PORT, async () => {
        peer.sendSyns(PORT, 2, { withRoute: false });
        peer.sendSyns(PORT, 1);
        await untilAnswered(1);
        for (const synAck of peer.synAcks()) peer.sendFinalAck(synAck);
        await untilCounted("PassiveOpens", 1);
        peer.sendSyns(PORT, 4);
        await untilCounted("ListenDrops", 6);
      });
      expect(findingOf(seen, "drops-not-overflow")?.title).toMatch(/^2 packets dropped/);
    });
  });

  describe("silent-client-after-cookie", () => {
    const finishAll = (): void => {
      for (const synAck of peer.synAcks()) peer.sendFinalAck(synAck);
    };

    /** One connection of the two for which a limit of 1 has room. */
    const fillAllButOne = async (): Promise<void> => {
      peer.sendSyns(PORT, 1);
      await untilAnswered(1);
      finishAll();
      await untilCounted("PassiveOpens", 1);
    };

    it("is told of final ACKs with a cookie that meet a full accept queue", async () => {
      setSysctls({ tcp_syncookies: 2 });
      listen(1);
      const seen = await watchWhile(PORT, async () => {
        peer.sendSyns(PORT, 5);
        await untilAnswered(5);
        finishAll();
        await untilCounted("SyncookiesRecv", 5);
        await untilCounted("ListenOverflows", 3);
      });
      const finding = findingOf(seen, "silent-client-after-cookie");
      expect(finding?.evidence.counters).toEqual({ SyncookiesRecv: 5, PassiveOpens: 2, ListenOverflows: 3 });
      expect(finding?.evidence.text).toContain("at least 3 made no connection");
      // The kernel keeps nothing of the three: no request, no reset.
      expect(seen.acceptQueue.length).toBe(2);
      expect(seen.synQueue.length).toBe(0);
      expect(readCounters()["OutRsts"]).toBe(0);
    });

    it("is not told while all of them find room", async () => {
      setSysctls({ tcp_syncookies: 2 });
      listen(4);
      const seen = await watchWhile(PORT, async () => {
        peer.sendSyns(PORT, 5);
        await untilAnswered(5);
        finishAll();
        await untilCounted("PassiveOpens", 5);
      });
      expect(seen.window?.counters["SyncookiesRecv"]).toBe(5);
      expect(findingOf(seen, "silent-client-after-cookie")).toBeUndefined();
    });

    it("is not told where the cookies' ACKs filled the queue and only SYNs were refused", async () => {
      setSysctls({ tcp_syncookies: 2 });
      listen(1);
      const seen = await watchWhile(PORT, async () => {
        peer.sendSyns(PORT, 2);
        await untilAnswered(2);
        finishAll();
        await untilCounted("PassiveOpens", 2);
        peer.sendSyns(PORT, 3);
        await untilCounted("ListenOverflows", 3);
      });
      expect(findingOf(seen, "accept-queue-overflow")).toBeDefined();
      expect(findingOf(seen, "silent-client-after-cookie")).toBeUndefined();
    });

    it("is told with cookies on demand too, of the one that got a cookie beside requests", async () => {
      listen(1);
      const seen = await watchWhile(PORT, async () => {
        await fillAllButOne();
        const requests = capacityOfSynQueue();
        peer.sendSyns(PORT, requests + 1);
        await untilAnswered(1 + requests + 1);
        const [, byRequest, ...others] = peer.synAcks();
        for (const synAck of [byRequest, others.at(-1)]) if (synAck) peer.sendFinalAck(synAck);
        await untilCounted("ListenOverflows", 1);
      });
      const finding = findingOf(seen, "silent-client-after-cookie");
      expect(finding?.evidence.counters).toEqual({ SyncookiesRecv: 1, PassiveOpens: 2, ListenOverflows: 1 });
    });

    it("is not told of a final ACK without a cookie, whose request stays", async () => {
      listen(1);
      const seen = await watchWhile(PORT, async () => {
        await fillAllButOne();
        peer.sendSyns(PORT, 2);
        await untilAnswered(3);
        for (const synAck of peer.synAcks().slice(1)) peer.sendFinalAck(synAck);
        await untilCounted("ListenOverflows", 1);
      });
      expect(findingOf(seen, "accept-queue-overflow")).toBeDefined();
      expect(seen.synQueue.length).toBe(1);
      expect(findingOf(seen, "silent-client-after-cookie")).toBeUndefined();
    });
  });

  describe("the sampler", () => {
    it("tells last-quarter-drops, and neither a full queue nor other drops", async () => {
      setSysctls({ tcp_syncookies: 0, tcp_max_syn_backlog: 8 });
      listen(100);
      const seen = await sampleUntil(PORT, "last-quarter-drops", async () => {
        peer.sendSyns(PORT, 12);
        await untilCounted("ListenDrops", 5);
      });
      expect(seen.findings.map(({ code }) => code)).toEqual(["last-quarter-drops"]);
      expect(seen.findings[0]?.evidence.counters).toEqual({ ListenDrops: 5 });
    });

    it("takes the first drops of that rule for nothing else, though requests are counted slowly", async () => {
      setSysctls({ tcp_syncookies: 0, tcp_max_syn_backlog: 8 });
      listen(100);
      const [before, after] = await sampleOnce(PORT, async () => {
        peer.sendSyns(PORT, 12);
        await untilCounted("ListenDrops", 5);
      });
      expect(before.findings).toEqual([]);
      expect(after.findings.map(({ code }) => code)).toEqual(["last-quarter-drops"]);
    });

    it("tells syn-queue-full with cookies off, and no other drops", async () => {
      setSysctls({ tcp_syncookies: 0 });
      listen(3);
      const capacity = capacityOfSynQueue();
      const seen = await sampleUntil(PORT, "syn-queue-full", async () => {
        peer.sendSyns(PORT, capacity + 3);
        await untilCounted("TCPReqQFullDrop", 3);
      });
      const codes = seen.findings.map(({ code }) => code);
      expect(codes).toContain("syn-queue-full");
      expect(codes).not.toContain("drops-not-overflow");
      expect(findingOf(seen, "syn-queue-full")?.evidence.text).toContain("3 SYNs dropped for it");
    });

    it("tells drops-not-overflow alone of clients without a route", async () => {
      listen(100);
      const seen = await sampleUntil(PORT, "drops-not-overflow", async () => {
        peer.sendSyns(PORT, 4, { withRoute: false });
        await untilCounted("ListenDrops", 4);
      });
      expect(seen.findings.map(({ code }) => code)).toEqual(["drops-not-overflow"]);
      expect(seen.findings[0]?.title).toMatch(/^4 packets/);
    });

    it("tells silent-client-after-cookie of refused ACKs", async () => {
      setSysctls({ tcp_syncookies: 2 });
      listen(1);
      const seen = await sampleUntil(PORT, "silent-client-after-cookie", async () => {
        peer.sendSyns(PORT, 5);
        await untilAnswered(5);
        for (const synAck of peer.synAcks()) peer.sendFinalAck(synAck);
        await untilCounted("ListenOverflows", 3);
      });
      expect(findingOf(seen, "drops-not-overflow")).toBeUndefined();
    });

    it("does not tell it of refused SYNs", async () => {
      setSysctls({ tcp_syncookies: 2 });
      listen(1);
      const seen = await sampleUntil(PORT, "accept-queue-overflow", async () => {
        peer.sendSyns(PORT, 2);
        await untilAnswered(2);
        for (const synAck of peer.synAcks()) peer.sendFinalAck(synAck);
        await untilCounted("PassiveOpens", 2);
        peer.sendSyns(PORT, 3);
        await untilCounted("ListenOverflows", 3);
      });
      expect(seen.window?.counters["SyncookiesRecv"]).toBe(2);
      expect(findingOf(seen, "silent-client-after-cookie")).toBeUndefined();
    });
  });
});
