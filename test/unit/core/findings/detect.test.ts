import { describe, expect, it } from "vitest";
import { findForListener, findForNamespace } from "../../../../src/core/findings/detect.ts";
import { LIVE_FINDINGS, type LiveFindingCode } from "../../../../src/core/findings/listeners/kinds.ts";
import type { NamespaceSituation } from "../../../../src/core/findings/listeners/namespace-settings.ts";
import { notTheQueue } from "../../../../src/core/findings/listeners/not-the-queue.ts";
import type {
  BehindFacts,
  ListenerCourse,
  RequestFacts,
} from "../../../../src/core/listener/course/course-facts.ts";
import type {
  ListenerProcess,
  ListenerWindow,
  LiveFacts,
  OtherHolder,
} from "../../../../src/core/listener/facts.ts";
import type { MachineFacts } from "../../../../src/core/listener/machine-facts.ts";
import { facts, listener, namespace, owner, queue, refused, waiting, watch } from "./listeners/facts.ts";

const full = listener({ acceptQueue: queue(512, 511) });
const overflow = refused({ "accept-queue-full": [7, 0] });
const standing = watch({ lengthLeast: 3, lengthMost: 3, lengthFirst: 3, lengthLast: 3 });
const three = listener({ acceptQueue: queue(3, 511) });
const member = (length: number) => listener({ group: "0.0.0.0:80", acceptQueue: queue(length, 1) });
const unix = (length: number) =>
  listener({
    protocol: "unix",
    address: null,
    port: null,
    path: "/run/x.sock",
    acceptQueue: queue(length, 1),
  });
const clampedBy = (somaxconn: number) =>
  facts({ listener: listener({ acceptQueue: queue(0, 128) }), namespace: namespace({ somaxconn }) });
const quarter = (cookies: number, requests: number) =>
  facts({
    namespace: namespace({ tcp_syncookies: cookies }),
    window: watch({ dropsRise: 5, synLengthMost: requests, refused: refused({ other: [5, 0] }) }),
  });

const course = (changes: Partial<ListenerCourse>): ListenerCourse => ({
  late: null,
  comings: null,
  requests: null,
  behind: [],
  ownClients: null,
  ...changes,
});
const late = course({
  late: { longestMs: 2000, client: "10.0.0.1:5", looks: 3, looksAtAll: 4, holder: null },
});
const requests = (changes: Partial<RequestFacts>): ListenerCourse =>
  course({
    requests: {
      count: 300,
      unanswered: 0,
      deferred: 0,
      from: [{ address: "10.0.0.9", count: 300 }],
      addresses: 1,
      ...changes,
    },
  });
const cookies = (SyncookiesRecv: number, SyncookiesSent = 1000) =>
  facts({ window: watch({ synLengthMost: 512, counters: { SyncookiesSent, SyncookiesRecv } }) });
const tiny = listener({ acceptQueue: queue(0, 5) });
const burst = (changes: Partial<ListenerWindow>) =>
  facts({
    listener: tiny,
    window: watch({ dropsRise: 7, lengthMost: 6, fullMs: 80, refused: overflow, ...changes }),
  });
const behind: BehindFacts = {
  place: "127.0.0.1:9000",
  port: 9000,
  path: null,
  process: { pid: 30, name: "gunicorn", fd: 5 },
  length: 9,
  capacity: 9,
  dropsRise: 41,
  standing: 9,
  by: { pid: 11, name: "nginx", fd: 6 },
  connections: 12,
};

/** Each code with facts to which it applies, and beside them facts in which one thing differs, so that it does not. */
const CASES: readonly [Exclude<LiveFindingCode, NamespaceCode>, LiveFacts, LiveFacts][] = [
  [
    "accept-queue-full",
    facts({ listener: full }),
    // At length = limit one more is admitted.
    facts({ listener: listener({ acceptQueue: queue(511, 511) }) }),
  ],
  [
    "accept-queue-was-full",
    facts({ window: watch({ lengthMost: 512, fullMs: 40 }) }),
    facts({ window: watch({ lengthMost: 511 }) }),
  ],
  [
    "accept-queue-overflow",
    facts({ window: watch({ dropsRise: 7, refused: overflow, lengthMost: 512 }) }),
    // ListenOverflows of the namespace rose, but this listener's counter did not.
    facts({ window: watch({ dropsRise: 0, counters: { ListenOverflows: 7 } }) }),
  ],
  [
    "syn-queue-full",
    facts({ listener: listener({ synQueue: { length: 512, limit: 511, capacity: 512 } }) }),
    facts({ listener: listener({ synQueue: { length: 511, limit: 511, capacity: 512 } }) }),
  ],
  [
    "syn-cookies-sent",
    facts({ window: watch({ synLengthMost: 512, counters: { SyncookiesSent: 9 } }) }),
    // Cookies of the namespace, while this listener's SYN queue had room.
    facts({ window: watch({ synLengthMost: 3, counters: { SyncookiesSent: 9 } }) }),
  ],
  ["last-quarter-drops", quarter(0, 193), quarter(0, 192)],
  ["drops-not-overflow", quarter(1, 193), quarter(0, 193)],
  [
    "nobody-accepts",
    facts({ listener: three, window: standing, waiting: waiting({ alive: 3, stillWaiting: 3 }) }),
    // One was taken and another came: the length alone would not tell.
    facts({
      listener: three,
      window: standing,
      waiting: waiting({ alive: 3, stillWaiting: 2, left: 1, takenAtLeast: 1 }),
    }),
  ],
  [
    "reuseport-member-stuck",
    facts({ listener: member(2), members: [member(2), member(0)] }),
    // All are full: then it is the load, not one member.
    facts({ listener: member(2), members: [member(2), member(2)] }),
  ],
  ["limit-clamped", clampedBy(128), clampedBy(4096)],
  ["limit-stale", clampedBy(4096), clampedBy(128)],
  [
    "somaxconn-lowered",
    facts({ listener: listener({ limitSetBy: "somaxconn-lowered" }) }),
    facts({ listener: listener({ limitSetBy: "somaxconn" }) }),
  ],
  [
    "limit-too-large",
    facts({
      listener: three,
      window: standing,
      waiting: waiting({ oldestMs: 12_000, left: 4, takenAtLeast: 4 }),
    }),
    // Nobody was surely taken: then it is not the length of the queue.
    facts({
      listener: three,
      window: standing,
      waiting: waiting({ oldestMs: 12_000, left: 4, takenAtLeast: 0 }),
    }),
  ],
  ["unix-queue-full", facts({ listener: unix(2) }), facts({ listener: unix(1) })],
  [
    "owner-at-fd-limit",
    facts({ owner: owner({ openFiles: 1024 }) }),
    facts({ owner: owner({ openFiles: 1000 }) }),
  ],
  [
    "owner-not-running",
    facts({ listener: three, owner: owner({ state: "T" }) }),
    // Stopped, but nobody waits for it.
    facts({ owner: owner({ state: "T" }) }),
  ],
  [
    "owner-spinning",
    facts({ window: standing, owner: owner({ busiestThreadPercent: 99 }) }),
    // Busy with accepting: the queue was empty in between.
    facts({ window: watch({ lengthMost: 3 }), owner: owner({ busiestThreadPercent: 99 }) }),
  ],
  [
    "queue-holds-dead-clients",
    facts({ listener: three, waiting: waiting({ alive: 1, closed: 2 }) }),
    facts({
      listener: listener({ acceptQueue: queue(30, 511) }),
      waiting: waiting({ alive: 28, closed: 2 }),
    }),
  ],
  [
    "listener-without-acceptor",
    facts({ listener: listener({ process: null, acceptQueue: queue(3, 511) }) }),
    // Another user's process may hold it.
    facts({ listener: listener({ process: null, acceptQueue: queue(3, 511) }), hiddenProcesses: 4 }),
  ],
  [
    "silent-client-after-cookie",
    facts({
      listener: full,
      window: watch({ lengthMost: 512, refused: overflow, counters: { SyncookiesRecv: 2 } }),
    }),
    facts({ listener: full, window: watch({ lengthMost: 512, refused: overflow }) }),
  ],
  [
    "taken-late",
    facts({ window: watch({ lengthMost: 9 }), course: late }),
    // Nobody was taken at all: that is another finding.
    facts({
      listener: three,
      window: standing,
      waiting: waiting({ alive: 3, stillWaiting: 3 }),
      course: late,
    }),
  ],
  [
    "listener-comes-and-goes",
    facts({
      course: course({ comings: { opened: 1, closed: 1, lostWaiting: 3, absentMs: 0, durationMs: 5000 } }),
    }),
    facts({ course: course({}) }),
  ],
  ["syn-flood", cookies(3), cookies(900)],
  [
    "defer-accept-waits",
    facts({ course: requests({ deferred: 300 }) }),
    facts({ course: requests({ unanswered: 300 }) }),
  ],
  // The violation never empties its queue: then it is the server.
  ["limit-too-small", burst({}), burst({ lengthLeast: 1 })],
  [
    "queue-behind-full",
    facts({ window: watch(), course: course({ behind: [behind] }) }),
    facts({ window: watch() }),
  ],
];

type NamespaceCode = "abort-on-overflow-on" | "pod-sysctl-differs" | "not-the-queue";

const pod = (somaxconn: number): NamespaceSituation => ({
  namespace: namespace({ somaxconn }, { inode: 2, self: false, name: "pod" }),
  own: namespace({ somaxconn: 65_535 }),
  listeners: [listener({ acceptQueue: queue(0, 128) })],
});
const NAMESPACE_CASES: readonly [NamespaceCode, NamespaceSituation, NamespaceSituation][] = [
  [
    "abort-on-overflow-on",
    { namespace: namespace({ tcp_abort_on_overflow: 1 }), own: null, listeners: [listener()] },
    { namespace: namespace({ tcp_abort_on_overflow: 1 }), own: null, listeners: [unix(0)] },
  ],
  ["pod-sysctl-differs", pod(128), pod(65_535)],
];
const machine = (changes: Partial<MachineFacts>): MachineFacts => ({
  kernelVersion: "6.18.44",
  seesAllProcesses: true,
  sysctlSettings: {},
  mostOpenFiles: null,
  ...changes,
});

const codes = (found: readonly { code: string }[]): string[] => found.map(({ code }) => code);

describe("findForListener", () => {
  it.each(CASES)("finds %s, and not where one thing differs", (code, applies, violation) => {
    expect(codes(findForListener(applies))).toContain(code);
    expect(codes(findForListener(violation))).not.toContain(code);
  });

  it("finds nothing about an idle listener, watched or not", () => {
    expect(findForListener(facts())).toEqual([]);
    expect(findForListener(facts({ window: watch(), owner: owner(), waiting: waiting() }))).toEqual([]);
  });

  it("tells the rule of the last quarter instead of a full SYN queue, where the rule dropped", () => {
    const dropped = quarter(0, 193);
    const cutShort = listener({ synQueue: { length: 193, limit: 511, capacity: 193 } });
    expect(codes(findForListener({ ...dropped, listener: cutShort }))).toEqual(["last-quarter-drops"]);
    const [quiet] = findForListener(facts({ listener: cutShort, namespace: dropped.namespace }));
    expect(quiet?.code).toBe("syn-queue-full");
    expect(quiet?.remedy[0]).toContain("tcp_max_syn_backlog");
  });

  it("does not blame the rule of the last quarter where the limit is reached no later", () => {
    const short = listener({ acceptQueue: queue(0, 192), process: { pid: 9, name: "my-server", fd: 3 } });
    expect(codes(findForListener({ ...quarter(0, 193), listener: short }))).toEqual(["drops-not-overflow"]);
  });

  it.each([
    [0, "critical"],
    [1, undefined],
    [2, undefined],
  ])("with tcp_syncookies = %i a SYN queue that keeps none is %s", (tcp_syncookies, severity) => {
    const none = listener({ acceptQueue: queue(0, 0), synQueue: { length: 0, limit: 0, capacity: 0 } });
    const found = findForListener(facts({ listener: none, namespace: namespace({ tcp_syncookies }) }));
    expect(found.find(({ code }) => code === "syn-queue-full")?.severity).toBe(severity);
  });

  it.each([
    ["as many connections as cookies: SYNs were refused", 2, 2, false],
    ["more cookies than connections", 2, 1, true],
    ["connections that came without a cookie among them", 1, 2, true],
  ])("tells a client that a cookie left behind: %s", (_, tcp_syncookies, PassiveOpens, isTold) => {
    const counters = { SyncookiesRecv: 2, PassiveOpens };
    const window = watch({ lengthMost: 512, refused: overflow, counters });
    const found = findForListener(
      facts({ listener: full, namespace: namespace({ tcp_syncookies }), window }),
    );
    expect(codes(found).includes("silent-client-after-cookie")).toBe(isTold);
  });

  it("advises the backlog that is accepted within ten seconds, by what was taken during the watch", () => {
    const slow = waiting({ oldestMs: 60_000, takenAtLeast: 10 });
    const crowd = listener({ acceptQueue: queue(300, 511) });
    const found = findForListener(
      facts({ listener: crowd, window: watch({ lengthLeast: 300 }), waiting: slow }),
    );
    const finding = found.find(({ code }) => code === "limit-too-large");
    expect(finding?.evidence.text).toContain("10 were accepted in 5.0 s, which is 20 in 10.0 s");
    expect(finding?.remedy.join()).toContain("backlog=20");
  });

  it("names the cause before what follows from it", () => {
    const found = findForListener(facts({ listener: full, owner: owner({ state: "T" }) }));
    expect(codes(found).slice(0, 2)).toEqual(["owner-not-running", "accept-queue-full"]);
  });

  const blocked = { window: standing, waiting: waiting({ alive: 3, stillWaiting: 3 }) };
  const heldBy = (process: ListenerProcess | null) => listener({ acceptQueue: queue(3, 511), process });

  it("does not say of systemd or of a service that is just starting that nobody accepts", () => {
    const systemd = { pid: 1, name: "systemd", fd: 30 };
    const held = facts({ ...blocked, listener: heldBy(systemd), owner: owner({ process: systemd }) });
    expect(codes(findForListener(held))).toEqual(["listener-without-acceptor"]);
    const container = { runtime: "systemd", id: "nginx.service", name: "nginx.service", pod: null } as const;
    const service = { ...blocked, listener: { ...three, container }, owner: owner({ ageMs: 2000 }) };
    expect(codes(findForListener(facts(service)))).toEqual([]);
    expect(codes(findForListener(facts({ ...service, listener: three })))).toContain("nobody-accepts");
  });

  it("says of PID 1 of a container, which is the server itself, that nobody accepts", () => {
    const app = { pid: 1, name: "node", fd: 18 };
    const found = findForListener(
      facts({ ...blocked, listener: heldBy(app), owner: owner({ process: app }) }),
    );
    expect(codes(found)).toEqual(["nobody-accepts"]);
  });

  it("says that nobody accepts where the process is another user's", () => {
    const found = findForListener(facts({ ...blocked, listener: heldBy(null), hiddenProcesses: 9 }));
    expect(codes(found)).toEqual(["nobody-accepts"]);
    expect(found[0]?.remedy[0]).toContain("sudo ss");
  });

  it("is not put off by a client that reset while it waited, but by a queue that became shorter", () => {
    const reset = waiting({ alive: 2, reset: 1, stillWaiting: 2, left: 1, takenAtLeast: 0 });
    const told = (window: ListenerWindow) =>
      codes(findForListener(facts({ listener: three, window, waiting: reset }))).includes("nobody-accepts");
    expect(told(standing)).toBe(true);
    expect(told({ ...standing, hasFallen: true })).toBe(false);
    expect(told({ ...standing, durationMs: 900 })).toBe(false);
  });

  it("tells a listener that only a child which inherited it holds, from one with a server", () => {
    const sleep = { pid: 20, name: "sleep", fd: 3 };
    const server = { pid: 19, name: "my-server", fd: 3, state: "S" };
    const by = (others: OtherHolder[]) =>
      findForListener(
        facts({ ...blocked, listener: heldBy(sleep), owner: owner({ process: sleep, others }) }),
      );
    expect(codes(by([]))).toEqual(["listener-without-acceptor"]);
    expect(by([])[0]?.remedy[0]).toContain("kill 20");
    expect(codes(by([server]))).toEqual(["nobody-accepts"]);
  });

  it.each([
    ["ran all the time", 97, 2, true, "at 97 % of a core"],
    ["had to share the CPU", 31, 66, true, "got 31 % of one"],
    ["rested", 31, 5, false, ""],
  ])("knows a busy owner by what it ran and waited for a CPU: it %s", (_, ran, waited, isTold, words) => {
    const busy = owner({ busiestThreadPercent: ran, busiestThreadWaitPercent: waited });
    const [worst] = findForListener(facts({ ...blocked, listener: three, owner: busy }));
    expect(worst?.code).toBe(isTold ? "owner-spinning" : "nobody-accepts");
    expect(worst?.severity).toBe("critical");
    expect(worst?.title).toContain(words);
  });

  it("does not claim that accept() fails while descriptors are left", () => {
    const titleAt = (openFiles: number) =>
      findForListener(facts({ owner: owner({ openFiles }) })).find(({ code }) => code === "owner-at-fd-limit")
        ?.title;
    expect(titleAt(1024)).toContain("accept() fails");
    expect(titleAt(1022)).toContain("accept() has 2 left");
    expect(titleAt(1021)).toBeUndefined();
  });

  it("calls a member stuck that stood still with room in its queue, beside one that idles", () => {
    const [stuck, idle] = [
      { ...member(1), acceptQueue: queue(3, 511) },
      { ...member(0), acceptQueue: queue(0, 511) },
    ];
    const found = (window: ListenerWindow) =>
      codes(findForListener(facts({ listener: stuck, members: [stuck, idle], window })));
    expect(found(standing)).toContain("reuseport-member-stuck");
    expect(found({ ...standing, hasFallen: true })).not.toContain("reuseport-member-stuck");
    const same = findForListener(facts({ listener: stuck, members: [stuck, stuck], window: standing }));
    expect(codes(same)).not.toContain("reuseport-member-stuck");
  });

  it.each([
    ["5.3.18", "nginx", 100, "info"],
    ["5.3.18", "nginx", 128, "warning"],
    ["5.3.18", "node", 128, "warning"],
    // Since 5.4 net.core.somaxconn was never 128 by itself: somebody asked for it.
    ["5.4.0", "nginx", 128, "info"],
    ["6.18.44", "node", 128, undefined],
    [null, "node", 128, undefined],
    // In a program any number may stand.
    ["5.3.18", "node", 100, undefined],
    ["5.3.18", "nginx", 600, undefined],
  ])(
    "weighs what one look can tell of an old somaxconn: on %s, %s with %i",
    (kernelVersion, name, limit, severity) => {
      const one = listener({ acceptQueue: queue(0, limit), process: { pid: 9, name, fd: 3 } });
      const found = findForListener(facts({ listener: one, machine: machine({ kernelVersion }) }));
      expect(found.find(({ code }) => code === "limit-stale")?.severity).toBe(severity);
    },
  );

  it("does not call a listener abandoned that somebody takes connections from, or may, out of sight", () => {
    const unheld = listener({ acceptQueue: queue(3, 511), process: null });
    const found = (changes: Partial<LiveFacts>) =>
      codes(findForListener(facts({ listener: unheld, ...changes })));
    expect(found({})).toContain("listener-without-acceptor");
    expect(found({ window: { ...standing, hasFallen: true } })).not.toContain("listener-without-acceptor");
    const inPod = machine({ seesAllProcesses: false });
    expect(found({ machine: inPod })).toEqual([]);
    const [nobody] = findForListener(facts({ listener: unheld, window: standing, machine: inPod }));
    expect(nobody?.code).toBe("nobody-accepts");
    expect(nobody?.title).toContain("not visible in this PID namespace");
  });

  it("says nothing of a single client that has gone", () => {
    const one = facts({ waiting: waiting({ closed: 1 }) });
    expect(codes(findForListener(one))).not.toContain("queue-holds-dead-clients");
  });

  it("does not promise cookies while the accept queue is full: the kernel tests it for them too", () => {
    const both = listener({ acceptQueue: queue(2, 1), synQueue: { length: 2, limit: 1, capacity: 2 } });
    const title = (one: ReturnType<typeof listener>) =>
      findForListener(facts({ listener: one })).find(({ code }) => code === "syn-queue-full")?.title;
    expect(title(both)).toContain("dropped");
    expect(title({ ...both, acceptQueue: queue(1, 1) })).toContain("answered by cookies");
  });

  it("knows that a SYN queue tested by >= is full at its limit, before the last quarter begins", () => {
    const [one] = CASES.filter(([code]) => code === "last-quarter-drops");
    const told = (limit: number, kernelVersion: string) => {
      const quarterly = one?.[1] as LiveFacts;
      const changed = { ...quarterly, machine: machine({ kernelVersion }) };
      const { listener: its } = quarterly;
      const found = findForListener({ ...changed, listener: { ...its, acceptQueue: queue(0, limit) } });
      return codes(found).includes("last-quarter-drops");
    };
    expect([told(193, "6.18.44"), told(193, "6.0.0"), told(194, "6.0.0")]).toEqual([true, false, true]);
  });

  it("tells a limit of before a raise of somaxconn that it watched, of whatever software", () => {
    const own = listener({ acceptQueue: queue(0, 100), process: { pid: 9, name: "my-server", fd: 3 } });
    expect(codes(findForListener(facts({ listener: own, formerSomaxconn: [100] })))).toContain("limit-stale");
    expect(codes(findForListener(facts({ listener: own, formerSomaxconn: [50] })))).toEqual([]);
  });

  it("says that the number is an estimate where another listener's counter rose too", () => {
    const shared = refused({ "accept-queue-full": [0, 7] });
    const window = watch({ dropsRise: 7, refused: shared, othersDropping: ["0.0.0.0:81"] });
    const [finding] = findForListener(facts({ window }));
    expect(finding?.title).toMatch(/^About 7 packets refused/);
    expect(finding?.evidence.text).toContain("0.0.0.0:81");
  });

  it.each([
    ["frozen", owner({ isFrozen: true }), "docker unpause"],
    ["held by a debugger", owner({ state: "t" }), "TracerPid"],
    ["throttled", owner({ throttledPeriods: 30, throttledMs: 2000 }), "resources.limits.cpu"],
  ])("says how the owner stands still: %s", (words, state, remedy) => {
    const found = findForListener(facts({ listener: three, window: standing, owner: state }));
    const finding = found.find(({ code }) => code === "owner-not-running");
    expect(finding?.title).toContain(words);
    expect(finding?.remedy.join()).toContain(remedy);
  });

  it("does not call an owner throttled that lost a moment only", () => {
    const brief = owner({ throttledPeriods: 1, throttledMs: 20 });
    expect(codes(findForListener(facts({ listener: three, window: watch(), owner: brief })))).toEqual([]);
  });
});

describe("findings of a closer watch", () => {
  const one = (changes: Partial<LiveFacts>, code: LiveFindingCode) =>
    findForListener(facts(changes)).find((finding) => finding.code === code);

  it("says nothing of a longer queue where a flood, a silent client or too long a queue fills it", () => {
    const silent = {
      listener: listener({ synQueue: { length: 512, limit: 511, capacity: 512 } }),
      window: watch({ synLengthMost: 512, counters: { SyncookiesSent: 40, SyncookiesRecv: 40 } }),
      course: requests({ deferred: 500 }),
    };
    const crowd = {
      listener: full,
      window: watch({ lengthLeast: 300, lengthMost: 512, hasFallen: true, dropsRise: 7, refused: overflow }),
      waiting: waiting({ oldestMs: 60_000, takenAtLeast: 10 }),
    };
    for (const changes of [cookies(3), facts(silent), facts(crowd)])
      expect(
        findForListener(changes)
          .flatMap(({ remedy }) => remedy)
          .join("\n"),
      ).not.toMatch(/backlog=(1024|2044)/);
  });

  it("gives a full queue of before limit 0 no other name: a backlog is the first remedy", () => {
    const none = listener({ acceptQueue: queue(1, 0), synQueue: { length: 0, limit: 0, capacity: 0 } });
    const window = watch({
      lengthLeast: 1,
      lengthMost: 1,
      lengthFirst: 1,
      fullMs: 5000,
      dropsRise: 5,
      refused: overflow,
    });
    const found = findForListener(
      facts({ listener: none, window, namespace: namespace({ tcp_syncookies: 0 }) }),
    );
    expect(found[0]?.code).toBe("limit-too-small");
    expect(found[0]?.remedy[0]).toMatch(/^listenq raise 80 --to 1024/);
    expect(found[0]?.remedy[1]).toContain("backlog=1024");
    expect(codes(found)).not.toContain("syn-queue-full");
  });

  it("does not say that cookies answer while the accept queue is full, where SYNs are dropped", () => {
    const both = listener({
      acceptQueue: queue(512, 511),
      synQueue: { length: 512, limit: 511, capacity: 512 },
    });
    expect(one({ listener: both }, "syn-queue-full")?.title).toContain("further SYNs are dropped");
  });

  it.each([
    [3, 4, "its loop is busy computing", "top -b"],
    [1, 4, "slept in hrtimer_nanosleep", "wchan"],
  ])(
    "tells a loop that computes from one that sleeps: on a CPU in %i of %i looks",
    (onCpuLooks, looks, words, command) => {
      const holder = {
        process: { pid: 7, name: "node", fd: 18 },
        onCpuLooks,
        looks,
        sleptIn: "hrtimer_nanosleep",
      };
      const found = one(
        {
          window: watch(),
          course: course({ late: { longestMs: 2000, client: "10.0.0.1:5", looks, looksAtAll: 9, holder } }),
        },
        "taken-late",
      );
      expect(found?.evidence.text).toContain(words);
      expect(found?.remedy[0]).toContain(command);
    },
  );

  it.each([
    [{ opened: 5, closed: 5, lostWaiting: 0, absentMs: 2000 }, "critical"],
    [{ opened: 1, closed: 1, lostWaiting: 4, absentMs: 0 }, "warning"],
    [{ opened: 1, closed: 1, lostWaiting: 0, absentMs: 0 }, "info"],
  ])("weighs a listener that comes and goes by who was harmed: %j", (comings, severity) => {
    const found = one(
      { course: course({ comings: { ...comings, durationMs: 5000 } }) },
      "listener-comes-and-goes",
    );
    expect(found?.severity).toBe(severity);
  });

  it("sends to the queue behind, by its port or its path", () => {
    const path = { ...behind, place: "/run/php.sock", port: null, path: "/run/php.sock", dropsRise: null };
    const remedyFor = (facts: BehindFacts) =>
      one({ window: watch(), course: course({ behind: [facts] }) }, "queue-behind-full")?.remedy[0];
    expect(remedyFor(behind)).toMatch(/^listenq why 9000 {2}#/);
    expect(remedyFor(path)).toMatch(/^listenq why \/run\/php.sock {2}#/);
  });

  it("turns TCP_DEFER_ACCEPT off by the software's own option, and minds it less where it fills little", () => {
    const pooler = listener({ process: { pid: 9, name: "pgbouncer", fd: 5 } });
    const found = (deferred: number) =>
      one({ listener: pooler, course: requests({ deferred }) }, "defer-accept-waits");
    expect(found(300)?.remedy[0]).toContain("tcp_defer_accept = 0");
    expect([found(300)?.severity, found(3)?.severity]).toEqual(["warning", "info"]);
  });

  it("knows a flood with cookies off by requests that nobody answers", () => {
    const window = watch({
      synLengthMost: 512,
      dropsRise: 200,
      refused: refused({ "syn-queue-full": [200, 0] }),
    });
    const off = { window, namespace: namespace({ tcp_syncookies: 0, tcp_max_syn_backlog: 4096 }) };
    expect(one({ ...off, course: requests({ unanswered: 290 }) }, "syn-flood")?.severity).toBe("critical");
    expect(one({ ...off, course: requests({ unanswered: 2 }) }, "syn-flood")).toBeUndefined();
  });

  it("knows a flood by those that fill the queue and do not answer, before many cookies were sent", () => {
    const few = (more: Parameters<typeof requests>[0]) =>
      one({ ...cookies(0, 12), course: requests(more) }, "syn-flood")?.title;
    expect(few({ unanswered: 290 })).toContain("12 SYN cookies sent in");
    expect(few({ unanswered: 2 })).toBeUndefined();
    expect(few({ unanswered: 12, count: 15 })).toBeUndefined();
    expect(few({ unanswered: 290, deferred: 5 })).toBeUndefined();
  });

  it("does not tell a flood of a few addresses from SYN+ACKs that are lost, and says so", () => {
    const flood = (addresses: number) =>
      one({ ...cookies(3), course: requests({ addresses, unanswered: 300 }) }, "syn-flood")?.title;
    expect(flood(290)).toMatch(/^A SYN flood, or clients/);
    expect(flood(2)).toMatch(
      /^SYN\+ACKs that are lost on the way back, or a SYN flood from 2 addresses: 1000/,
    );
  });

  it("tells of a queue behind that is short and stands still, as a warning", () => {
    const still: BehindFacts = { ...behind, length: 3, capacity: 245, dropsRise: 0, standing: 2 };
    const found = one({ window: watch(), course: course({ behind: [still] }) }, "queue-behind-full");
    expect(found?.severity).toBe("warning");
    expect(found?.title).toContain("stands still: 3 of 245 wait, 2 of them since before the watch");
    expect(
      one({ window: watch(), course: course({ behind: [behind] }) }, "queue-behind-full")?.severity,
    ).toBe("critical");
  });

  it("does not say of a listener whose holder it cannot see that nobody accepts, where somebody was taken", () => {
    const hidden = listener({ process: null, acceptQueue: queue(3, 511) });
    expect(one({ listener: hidden }, "listener-without-acceptor")?.severity).toBe("info");
    expect(
      one(
        { listener: hidden, window: watch({ lengthMost: 3, hasFallen: true }) },
        "listener-without-acceptor",
      ),
    ).toBeUndefined();
    expect(one({ listener: hidden, window: standing }, "listener-without-acceptor")?.severity).toBe(
      "warning",
    );
  });

  it("says nothing of a single client that has gone", () => {
    const waitingOne = {
      listener: listener({ acceptQueue: queue(1, 511) }),
      waiting: waiting({ closed: 1 }),
    };
    expect(one(waitingOne, "queue-holds-dead-clients")).toBeUndefined();
  });
});

describe("findForNamespace", () => {
  it.each(NAMESPACE_CASES)("finds %s, and not where one thing differs", (code, applies, violation) => {
    expect(codes(findForNamespace(applies))).toContain(code);
    expect(codes(findForNamespace(violation))).not.toContain(code);
  });
});

describe("dropsNotOverflow", () => {
  it("names the missing way back where the kernel counted as many packets without a route", () => {
    const titleOf = (OutNoRoutes: number) =>
      findForListener(
        facts({
          window: watch({ dropsRise: 8, refused: refused({ other: [8, 0] }), counters: { OutNoRoutes } }),
        }),
      ).find(({ code }) => code === "drops-not-overflow")?.title;
    expect(titleOf(8)).toMatch(/: no route leads back to the client\.$/);
    expect(titleOf(1)).toMatch(/than a full queue\.$/);
  });
});

describe("notTheQueue", () => {
  const nothing = { port: 80, limitedReach: null, counters: {}, conntrack: null, conntrackDrops: null };

  it("is said of a watched listener that refused nothing, and not of one that did or was full", () => {
    expect(notTheQueue(facts({ window: watch() }), nothing)?.code).toBe("not-the-queue");
    expect(notTheQueue(facts({ window: watch({ refused: overflow }) }), nothing)).toBeNull();
    expect(notTheQueue(facts({ window: watch({ lengthMost: 512 }) }), nothing)).toBeNull();
    expect(notTheQueue(facts(), nothing)).toBeNull();
  });

  it("points first at what it saw: a full connection tracker, the reverse path filter", () => {
    const elsewhere = {
      port: 80,
      limitedReach: null,
      counters: { IPReversePathFilter: 12 },
      conntrack: { count: 65_000, max: 65_536 },
      conntrackDrops: 0,
    };
    const finding = notTheQueue(facts({ window: watch() }), elsewhere);
    expect(finding?.remedy[0]).toContain("nf_conntrack has 65000 of 65536");
    expect(finding?.remedy[1]).toContain("12 packets (IPReversePathFilter)");
    expect(finding?.title).toMatch(/it is not the queue\. But nf_conntrack has 65000 of 65536 entries\.$/);
  });

  it("names the addresses on which it listens where more was reset than who was served explains", () => {
    const local = { ...nothing, limitedReach: "on 127.0.0.1 only" };
    const titleOf = (counters: Record<string, number>, facing: typeof nothing | typeof local = local) =>
      notTheQueue(facts({ window: watch() }), { ...facing, counters })?.title;
    expect(titleOf({ OutRsts: 53 })).toContain("it listens on 127.0.0.1 only, and at least 53 packets");
    expect(titleOf({ OutRsts: 53, EstabResets: 53 })).toMatch(/it is not the queue\.$/);
    expect(titleOf({ OutRsts: 53, PassiveOpens: 60 })).toMatch(/it is not the queue\.$/);
    expect(titleOf({ OutRsts: 53 }, nothing)).toMatch(/it is not the queue\.$/);
    expect(notTheQueue(facts({ window: watch() }), local)?.remedy[1]).toContain("on 127.0.0.1 only");
  });
});

describe("notTheQueue of a short watch", () => {
  const nothing = { port: 80, limitedReach: null, counters: {}, conntrack: null, conntrackDrops: null };
  const findingOfWatch = (durationMs: number) =>
    notTheQueue(facts({ window: watch({ durationMs }) }), nothing);
  const titleAfter = (durationMs: number) => findingOfWatch(durationMs)?.title ?? "";

  it("does not clear the queue before a refused client would have come again", () => {
    expect(titleAfter(999)).toContain("too short to tell");
    expect(titleAfter(999)).not.toContain("it is not the queue");
    expect(titleAfter(1000)).toContain("it is not the queue");
    expect(findingOfWatch(999)?.detail).not.toContain("elsewhere");
    expect(findingOfWatch(999)?.remedy[0]).toContain("listenq why 80 ");
    expect(findingOfWatch(1000)?.remedy[0]).not.toContain("listenq why");
    const unix = notTheQueue(facts({ window: watch({ durationMs: 999 }) }), { ...nothing, port: null });
    expect(unix?.title).toContain("it is not the queue");
  });
});

describe("LIVE_FINDINGS", () => {
  it("has a case here for each code", () => {
    const tested = [...CASES, ...NAMESPACE_CASES].map(([code]) => code as string);
    expect(new Set([...tested, "not-the-queue"])).toEqual(new Set(Object.keys(LIVE_FINDINGS)));
  });
});
