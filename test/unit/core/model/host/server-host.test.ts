import { describe, expect, it } from "vitest";
import {
  ERAS,
  type KernelRules,
  type ModelSegment,
  rulesOf,
  ServerHost,
} from "../../../../../src/core/model/index.ts";
import { TCP_FLAG } from "../../../../../src/core/wire/packet/tcp-flags.ts";

const ENDPOINT = "192.0.2.2:80";
const ISN = 1000;

function hostWith(rules: KernelRules, backlog: number, sysctls: Record<string, number> = {}): ServerHost {
  const host = ServerHost.create(rules, { initialSequence: () => ISN });
  for (const [name, value] of Object.entries(sysctls)) host.setSysctl(name, value);
  host.listen({ name: "web", endpoint: ENDPOINT, backlog });
  return host;
}

const segment = (from: number, flags: number, seq: number, ack = 0, length = 0): ModelSegment => ({
  from,
  to: ENDPOINT,
  flags,
  seq,
  ack,
  length,
});
const syn = (from: number) => segment(from, TCP_FLAG.SYN, 7);
const finalAck = (from: number) => segment(from, TCP_FLAG.ACK, 8, ISN + 1);

function answered(host: ServerHost, clients: number): number {
  return Array.from({ length: clients }, (_, from) => host.onSegment(syn(from), 0).sent.length).reduce(
    (a, b) => a + b,
    0,
  );
}

const NO_COOKIES = { "net.ipv4.tcp_syncookies": 0 };

describe("the SYN queue", () => {
  it.each([0, 1, 2, 3, 5, 8])(
    "of era 6.14 keeps limit + 1 requests with backlog %i, as a 6.18 kernel was seen to",
    (backlog) => {
      expect(answered(hostWith(rulesOf("6.14"), backlog, NO_COOKIES), 20)).toBe(backlog + 1);
    },
  );

  it.each([0, 1, 2, 5])(
    "of era 5.10 keeps limit requests with backlog %i, as a 5.10 kernel was seen to",
    (backlog) => {
      expect(answered(hostWith(rulesOf("5.10"), backlog, NO_COOKIES), 20)).toBe(backlog);
    },
  );

  it.each([
    [5, 16],
    [16, 32],
    [50, 64],
    [127, 128],
  ])("of era 3.10 has a table for backlog %i that is full at %i", (backlog, size) => {
    expect(
      answered(hostWith(rulesOf("3.10"), backlog, { ...NO_COOKIES, "net.core.somaxconn": 4096 }), 300),
    ).toBe(size);
  });

  it.each([
    [100, 76],
    [64, 49],
    [8, 7],
    [16, 13],
  ])("leaves the last quarter of tcp_max_syn_backlog = %i: %i are kept", (most, kept) => {
    const sysctls = { ...NO_COOKIES, "net.ipv4.tcp_max_syn_backlog": most };
    expect(answered(hostWith(rulesOf("6.14"), 4096, sysctls), 200)).toBe(kept);
  });
});

describe("a final ACK that finds the accept queue full", () => {
  function fullHost(abort: 0 | 1): ServerHost {
    const host = hostWith(rulesOf("6.14"), 0, {
      "net.ipv4.tcp_abort_on_overflow": abort,
      "net.core.somaxconn": 1,
    });
    host.listen({ name: "web", endpoint: ENDPOINT, backlog: 1 });
    host.onSegment(syn(1), 0);
    host.onSegment(syn(2), 0);
    host.onSegment(finalAck(1), 20);
    host.listen({ name: "web", endpoint: ENDPOINT, backlog: 0 });
    return host;
  }

  it("is dropped without a word, counts once as a drop, and twice in the listener's own counter", () => {
    const host = fullHost(0);
    const { sent, rules } = host.onSegment(finalAck(2), 20);
    expect([sent, rules]).toEqual([[], ["accept-queue-full-final"]]);
    expect([host.counters.ListenOverflows, host.counters.ListenDrops, host.listener("web")?.drops]).toEqual([
      1, 1, 2,
    ]);
    expect(host.listener("web")?.synQueue.length).toBe(1);
  });

  it("is answered by a reset without ACK under tcp_abort_on_overflow", () => {
    const { sent } = fullHost(1).onSegment(finalAck(2), 20);
    expect(sent.map((one) => [one.kind, one.segment.flags, one.segment.seq])).toEqual([
      ["reset", TCP_FLAG.RST, ISN + 1],
    ]);
  });

  it("is taken while there is room", () => {
    const host = fullHost(0);
    host.accept("web");
    expect(host.onSegment(finalAck(2), 20).queued).toHaveLength(1);
  });
});

describe("the SYN+ACK timer", () => {
  it("fires at 1, 3, 7, 15, 31 and ends the request at 63 s", () => {
    const host = hostWith(rulesOf("6.14"), 100);
    host.onSegment(syn(1), 0);
    const times: number[] = [];
    for (let [timer] = host.timers(); timer !== undefined; [timer] = host.timers()) {
      times.push(timer.dueMs);
      host.fire(timer, timer.dueMs);
    }
    expect(times).toEqual([1000, 3000, 7000, 15_000, 31_000, 63_000]);
    expect([host.counters.TCPTimeouts, host.counters.TCPSynRetrans]).toEqual([6, 5]);
  });

  it("does nothing when an older firing comes after it was set anew", () => {
    const host = hostWith(rulesOf("6.14"), 100);
    host.onSegment(syn(1), 0);
    const [stale] = host.timers();
    host.onSegment(syn(1), 600);
    expect(stale === undefined ? null : host.fire(stale, 1000).sent).toEqual([]);
  });
});

describe("a copy", () => {
  it.each(ERAS.map((era) => [era.name, era] as const))("of a host of era %s shares nothing", (_name, era) => {
    const host = hostWith(era, 5);
    host.onSegment(syn(1), 0);
    const copy = host.clone();
    copy.onSegment(finalAck(1), 20);
    expect([host.listener("web")?.acceptQueue.length, copy.listener("web")?.acceptQueue.length]).toEqual([
      0, 1,
    ]);
    expect(host.requests()).toHaveLength(1);
    expect(host.counters.PassiveOpens).toBe(0);
  });
});

describe("Fast Open at a full accept queue", () => {
  const FAST_OPEN = { "net.ipv4.tcp_fastopen": 0x207 };

  /** Three SYNs with data to a queue of two; none of them is a young request. */
  function threeFastSyns(era: string) {
    const host = ServerHost.create(rulesOf(era), { initialSequence: () => ISN });
    host.setSysctl("net.ipv4.tcp_fastopen", FAST_OPEN["net.ipv4.tcp_fastopen"]);
    host.listen({ name: "web", endpoint: ENDPOINT, backlog: 1, fastOpenQueue: 3 });
    const fastSyn = (from: number) =>
      ({ ...segment(from, TCP_FLAG.SYN, 7, 0, 82), fastOpen: "cookie" }) as const;
    const queued = [1, 2].map((from) => host.onSegment(fastSyn(from), 0).queued.length);
    return { host, queued, third: host.onSegment(fastSyn(3), 0) };
  }

  it("falls back to a handshake where the SYN was excused, and counts that", () => {
    const { host, queued, third } = threeFastSyns("4.4");
    expect([queued, third.queued.length, third.sent.length]).toEqual([[1, 1], 0, 1]);
    expect(host.listener("web")?.acceptQueue.length).toBe(2);
    expect([host.counters.TCPFastOpenPassiveFail, host.counters.ListenOverflows]).toEqual([1, 1]);
  });

  it("is refused with the SYN since 4.10", () => {
    const { host, third } = threeFastSyns("4.10");
    expect([third.queued, third.sent]).toEqual([[], []]);
    expect([host.counters.TCPFastOpenPassiveFail, host.counters.ListenOverflows]).toEqual([0, 1]);
  });
});
