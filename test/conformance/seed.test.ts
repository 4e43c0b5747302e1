/**
 * The original's experiment, on its own kernel: the model of 3.10 held against the published listings, event by event.
 */
import { describe, expect, it } from "vitest";
import { rulesOf, simulate, withRules } from "../../src/core/model/index.ts";
import { clientTimes } from "../../src/core/report/text/client-times.ts";
import { summarizeLoad } from "../../src/core/report/text/load/load-table.ts";
import { FIRST_CLIENT_PORT, parseScenario, type Scenario } from "../../src/core/scenario/index.ts";
import type { Trace } from "../../src/core/trace/index.ts";
import {
  type ListedPacket,
  type ListedSocket,
  linesOf,
  listedPackets,
  listedTables,
} from "./seed-listing.ts";

/** CentOS 7 counts 1000 ticks a second. */
const HZ = 1000;
/** One tick of the sweep that looks at requests. */
const SWEEP_MS = 200;
/** What a tick, the programs' own time and a round trip of some microseconds in the client's timeout may shift anything else by. */
const ELSE_MS = 15;
const ELSE_SHARE = 0.002;
/** In which bucket of the table a request lies, and so when the sweep comes by, is chance. */
const SEEDS = Array.from({ length: 24 }, (_, place) => place + 1);

/** Four SYNs, as far apart as the listings have them. */
const DROP = scenarioOf(
  0,
  `clients:
  - { at: 0ms, send: 82B }
  - { at: 172us, send: 82B }
  - { at: 206us, send: 82B }
  - { at: 230us, send: 82B }`,
);
/** ab gives up when its fourth connection is reset: it closes the others, the last one first. */
const ABORT = scenarioOf(
  1,
  `clients:
  - { at: 0ms, send: 82B, close-after: 334us }
  - { at: 191us, send: 82B, close-after: 138us }
  - { at: 224us, send: 82B, close-after: 99us }
  - { at: 258us, send: 82B }`,
);

function scenarioOf(abort: 0 | 1, clients: string): Scenario {
  return parseScenario(
    `
scenario: The original's experiment.
topology: loopback
sysctls: { net.core.somaxconn: 128, net.ipv4.tcp_abort_on_overflow: ${abort} }
listener: { backlog: 1, accept: { how: one-at-a-time, hold: 10s, answer: 130B } }
${clients}
look: [45ms, 5s, 35s]
duration: 45s
`,
    "the original's experiment",
  );
}

/** One packet of one connection. */
interface Event {
  readonly atMs: number;
  readonly text: string;
}

/** By connection, in the order of their SYNs. */
type Conversations = readonly (readonly Event[])[];

function simulated(scenario: Scenario, seed: number): Trace {
  return simulate(scenario, { rules: rulesOf("3.10"), hz: HZ, seed }).trace;
}

function conversationsOf({ packets }: Trace): Conversations {
  const first = packets[0]?.at ?? 0;
  return byClient(
    packets.map(({ at, from, to, flags, length }) => {
      const isFromServer = from.endsWith(":8088");
      const port = Number((isFromServer ? to : from).split(":")[1]);
      return { atMs: at - first, port, isFromServer, flags, length };
    }),
    (port) => port - FIRST_CLIENT_PORT,
  );
}

function listedConversations(name: string): Conversations {
  const packets = listedPackets(name);
  const ports = [...new Set(packets.filter(({ flags }) => flags === "S").map(({ port }) => port))];
  return byClient(withoutHalves(packets), (port) => ports.indexOf(port));
}

/** The original writes its header and its body: two segments, two ACKs. The scenario's server writes both at once. */
function withoutHalves(packets: readonly ListedPacket[]): ListedPacket[] {
  return packets.flatMap((packet, place) => {
    const isHeader = packet.isFromServer && packet.length === 117;
    const isHeadersAck = packets[place - 1]?.isFromServer === true && packets[place - 1]?.length === 117;
    if (isHeader || (isHeadersAck && packet.flags === ".")) return [];
    return [packet.length === 13 ? { ...packet, length: 130 } : packet];
  });
}

function byClient(packets: readonly ListedPacket[], placeOf: (port: number) => number): Conversations {
  const conversations: Event[][] = [[], [], [], []];
  for (const { atMs, port, isFromServer, flags, length } of packets)
    conversations[placeOf(port)]?.push({ atMs, text: `${isFromServer ? "<" : ">"} ${flags} ${length}` });
  return conversations;
}

const RESENT = "< S. 0";

/** The SYN+ACKs that the sweep sends, each with the ACK that answers it; and all the rest. They may overtake each other. */
function parted(events: readonly Event[]): { swept: Event[]; others: Event[] } {
  const isSwept = (place: number) =>
    place > 1 && (events[place]?.text === RESENT || (place > 2 && events[place - 1]?.text === RESENT));
  return {
    swept: events.filter((_, place) => isSwept(place)),
    others: events.filter((_, place) => !isSwept(place)),
  };
}

/** The lines that the listing lacks, by connection and place: the model has them. */
const MISSING: Readonly<Record<string, readonly (readonly number[])[]>> = {
  // Data of the second and third client (their ACKs are there); the fourth's SYN+ACK and final ACK.
  "tcpdump-drop.txt": [[], [3], [3], [1, 2]],
  "tcpdump-abort.txt": [[], [], [], []],
};

/** What the model has and the listing has not, or not then. The model may go on where the listing ends. */
function differences(name: string, trace: Trace, sweepMs: number): string[] {
  const listed = listedConversations(name);
  const endMs = Math.max(...listed.flat().map(({ atMs }) => atMs)) + ELSE_MS;
  return conversationsOf(trace).flatMap((events, client) => {
    const kept = events.filter(
      ({ atMs }, place) => atMs <= endMs && MISSING[name]?.[client]?.includes(place) !== true,
    );
    const [mine, theirs] = [parted(kept), parted(listed[client] ?? [])];
    return [
      ...unlike(client, mine.swept, theirs.swept, () => sweepMs),
      ...unlike(client, mine.others, theirs.others, (atMs) => ELSE_MS + ELSE_SHARE * atMs),
    ];
  });
}

function unlike(
  client: number,
  mine: readonly Event[],
  theirs: readonly Event[],
  mostMs: (atMs: number) => number,
): string[] {
  return Array.from({ length: Math.max(mine.length, theirs.length) }, (_, place) => {
    const [one, other] = [mine[place], theirs[place]];
    const apartMs = Math.abs((one?.atMs ?? 0) - (other?.atMs ?? 0));
    const isSame = one?.text === other?.text && apartMs <= mostMs(other?.atMs ?? 0);
    return isSame ? [] : [`client ${client + 1}, ${place}: ${tell(one)}, not ${tell(other)}`];
  }).flat();
}

function tell(event: Event | undefined): string {
  return event === undefined ? "nothing" : `${event.text} at ${event.atMs.toFixed(1)}`;
}

/** When the SYN+ACK to the fourth client came again, in ms after the first. */
function resends(trace: Trace): number[] {
  const [first = 0, ...again] = (conversationsOf(trace)[3] ?? [])
    .filter(({ text }) => text === RESENT)
    .map(({ atMs }) => atMs);
  return again.map((atMs) => atMs - first);
}

/** One row of a table, without what chance and the system decide: ports and process numbers. */
interface Row {
  readonly end: string;
  readonly state: string;
  readonly queues: readonly [number, number];
  readonly hasProcess: boolean;
}

const byEnd = (one: Row, other: Row) => one.end.localeCompare(other.end);

function socketsOf(trace: Trace | undefined, atMs: number): Row[] {
  const rows = trace?.sockets.filter(({ at, state }) => Math.abs(at - atMs) < 1 && state !== "LISTEN") ?? [];
  return rows
    .map(({ host, state, local, remote, recvQueue, sendQueue, process }): Row => {
      const port = Number((host === "server" ? remote : local).split(":")[1]);
      const end = `${host} ${port - FIRST_CLIENT_PORT + 1}`;
      return { end, state, queues: [recvQueue, sendQueue], hasProcess: process !== null };
    })
    .sort(byEnd);
}

function told(table: readonly ListedSocket[] | undefined, firstPort: number): Row[] {
  return (table ?? [])
    .map(({ isServer, port, state, recvQueue, sendQueue, hasProcess }): Row => {
      // ab takes every second port.
      const end = `${isServer ? "server" : "client"} ${(port - firstPort) / 2 + 1}`;
      return { end, state, queues: [recvQueue, sendQueue], hasProcess };
    })
    .sort(byEnd);
}

/** A time in milliseconds that a listing rounds, and that a busy machine stretches. */
const near = (ms: number | undefined) => expect.closeTo(ms ?? Number.NaN, -1);

/** Runs in which the sweep came by as it did in the listing, to within a hundredth of a second; and the others. */
const runs = SEEDS.map((seed) => simulated(DROP, seed));
const isAsListed = (trace: Trace) =>
  [1200, 3400, 7600].every((ms, place) => Math.abs((resends(trace)[place] ?? 0) - ms) < 10);
const asListed = runs.filter(isAsListed);
const others = runs.filter((trace) => !isAsListed(trace));

describe("the model of 3.10 and the listing of the dropped final ACK", () => {
  it("has runs with the request in the listing's part of the table, and runs with it elsewhere", () => {
    expect(asListed.length).toBeGreaterThan(3);
    expect(others.length).toBeGreaterThan(3);
  });

  it.each(asListed.map((trace) => [trace]))("agree packet by packet, to a few milliseconds", (trace) => {
    expect(differences("tcpdump-drop.txt", trace, ELSE_MS)).toEqual([]);
  });

  it.each(others.map((trace) => [trace]))("agree but for the moment at which the sweep comes by", (trace) => {
    expect(differences("tcpdump-drop.txt", trace, 2 * SWEEP_MS + ELSE_MS)).toEqual([]);
    expect(differences("tcpdump-drop.txt", trace, ELSE_MS)).not.toEqual([]);
  });

  it("would not agree on the model of a kernel with a timer for each request, or another first timeout", () => {
    for (const changes of [{ requestTimer: "own" }, { firstTimeoutMs: 3000 }] as const) {
      const rules = withRules(rulesOf("3.10"), changes);
      const { trace } = simulate(DROP, { rules, hz: HZ });
      expect(differences("tcpdump-drop.txt", trace, SWEEP_MS)).not.toEqual([]);
    }
  });

  it("have the same socket tables while the fourth waits, and at the end", () => {
    const [early, late] = [listedTables("netstat-drop.txt")[0], listedTables("netstat-drop.txt")[3]];
    expect(socketsOf(asListed[0], 5000)).toEqual(told(early, 59_830));
    expect(socketsOf(asListed[0], 35_000)).toEqual(told(late, 59_830));
  });

  it("have the same table of times", () => {
    const { connectMs, processingMs, waitingMs, totalMs } = summarizeLoad(
      clientTimes(DROP, asListed[0] as Trace),
    );
    const listed = linesOf("ab-drop.txt");
    for (const [name, row] of Object.entries({
      Processing: processingMs,
      Waiting: waitingMs,
      Total: totalMs,
    })) {
      const numbers = listed.find((line) => line.startsWith(`${name}:`))?.match(/[\d.]+/g) ?? [];
      const [least, mean, deviation, median, most] = numbers.map(Number);
      expect(row).toEqual({
        min: near(least),
        mean: near(mean),
        sd: near(deviation),
        median: near(median),
        max: near(most),
      });
    }
    expect(connectMs?.max).toBeLessThan(1);
  });
});

describe("the model of 3.10 and the listing of the reset", () => {
  it("agree packet by packet", () => {
    expect(differences("tcpdump-abort.txt", simulated(ABORT, 1), ELSE_MS)).toEqual([]);
  });

  it("would not agree with tcp_abort_on_overflow 0", () => {
    const trace = simulated({ ...ABORT, sysctls: DROP.sysctls }, 1);
    expect(differences("tcpdump-abort.txt", trace, ELSE_MS)).not.toEqual([]);
  });

  it("have the same socket table", () => {
    expect(socketsOf(simulated(ABORT, 1), 45)).toEqual(told(listedTables("netstat-abort.txt")[0], 33_536));
  });
});
