/**
 * Explanations of recordings held against what is known of them: which final packets and SYNs the lab's own record says a
 * full accept queue refused, where the kernel's counter agrees with that record.
 *
 * @module
 */

import { writeFileSync } from "node:fs";
import { segmentsOfTrace } from "../../src/core/explain/follow/trace-segments.ts";
import {
  conclude,
  Explainer,
  type Explanation,
  type Handshake,
  type InferredBacklog,
} from "../../src/core/explain/index.ts";
import {
  type ListenerPlan,
  listenerEndpoint,
  listenerNameAt,
  type Scenario,
} from "../../src/core/scenario/index.ts";
import {
  type Arrival,
  arrivalsOf,
  counterRise,
  type Trace,
  type TracePacket,
} from "../../src/core/trace/index.ts";
import { groupArrivals } from "./group-arrivals.ts";

/** What was found of what there was, and what was claimed of what was not there. */
export interface Score {
  /** Recordings that were judged; the others have no certain truth. */
  recordings: number;
  readonly drops: Tally;
  readonly resets: Tally;
  readonly syns: Tally;
  /** Listeners whose backlog was said, and of those where the upper bound is below the limit. */
  readonly backlogs: { said: number; exact: number; falselyLow: number; values: number; valuesExact: number };
  readonly aborts: { said: number; wrong: number };
  /** "A full accept queue is likely" about SYNs, and where none was refused by one. */
  readonly likelySyns: { said: number; wrong: number };
  /** Listeners whose accept queue refused somebody of whom a packet tells, and those that were said to. */
  readonly listeners: Tally;
  /** Overflows of which a finding says that they were none. */
  arguedAway: number;
  /** What was missed or false, by scenario and client. */
  readonly remarks: string[];
}

/** One kind of thing to be found. */
export interface Tally {
  truth: number;
  found: number;
  /** Seen, and said to be undecided. */
  undecided: number;
  /** No packet tells of it: nobody sent anything again. */
  withoutSign: number;
  false: number;
}

/** From so many refused packets on, of clients of whom a packet tells, a listener counts as one that overflowed. */
const FEWEST_TOLD = 4;

/** With fewer refused packets in all a final ACK that was dropped cannot be told from one that was lost. */
const FEWEST_IN_ALL = 3;

/** Nothing seen yet. */
export function emptyScore(): Score {
  const tally = (): Tally => ({ truth: 0, found: 0, undecided: 0, withoutSign: 0, false: 0 });
  return {
    recordings: 0,
    drops: tally(),
    resets: tally(),
    syns: tally(),
    backlogs: { said: 0, exact: 0, falselyLow: 0, values: 0, valuesExact: 0 },
    aborts: { said: 0, wrong: 0 },
    likelySyns: { said: 0, wrong: 0 },
    listeners: tally(),
    arguedAway: 0,
    remarks: [],
  };
}

/** Writes it where the script that prints it wants it. */
export function writeScore(score: Score): void {
  const file = process.env["LISTENQ_EXPLAIN_SCORE"];
  if (file !== undefined) writeFileSync(file, JSON.stringify(score));
}

/** Explains one recording as a capture at the server would show it, and adds to the score. */
export function scoreRecording(score: Score, scenario: Scenario, trace: Trace): void {
  const truth = truthOf(scenario, trace);
  if (truth === null) return;
  score.recordings += 1;
  const explainer = new Explainer({ keepAll: true });
  for (const segment of segmentsOfTrace(trace)) explainer.see(segment);
  const explanation = conclude([explainer.finish()], { all: true });
  const told = toldOf(explanation);
  const pairs = [
    ["drop", score.drops, truth.dropped, told.dropped, truth.withoutSign],
    ["reset", score.resets, truth.reset, told.reset, new Set<string>()],
    ["SYN", score.syns, truth.unanswered, told.unanswered, new Set<string>()],
  ] as const;
  for (const [kind, tally, there, said, besides] of pairs) {
    for (const remark of scoreClients(tally, there, said, { undecided: told.undecided, besides })) {
      score.remarks.push(`${scenario.title} ${kind} ${remark}`);
    }
  }
  score.drops.withoutSign += truth.withoutSign.size;
  scoreNamed(score, scenario, explanation, truth);
  scoreListeners(score, scenario, explanation, truth);
}

interface Truth {
  readonly dropped: ReadonlySet<string>;
  readonly withoutSign: ReadonlySet<string>;
  readonly reset: ReadonlySet<string>;
  readonly unanswered: ReadonlySet<string>;
  readonly refused: readonly Arrival[];
  readonly refusedSyns: readonly Arrival[];
  /** Listeners that refused so many packets of which something tells; fewer are what chance does. */
  readonly overflowed: ReadonlySet<string>;
}

/**
 * Null where frames are missing, somebody forged packets, or the kernel counted otherwise than the record says.
 */
function truthOf(scenario: Scenario, trace: Trace): Truth | null {
  if (trace.recording.framesLost > 0) return null;
  if (scenario.wire.rules.some(({ forgery }) => forgery !== null)) return null;
  const arrivals = allArrivals(scenario, trace);
  const refused = arrivals.filter(({ outcome }) => outcome === "final-refused");
  const syns = arrivals.filter(({ outcome }) => outcome === "syn-refused-accept-queue-full");
  if (counterRise(trace, "ListenOverflows") !== refused.length + syns.length) return null;
  const clients = new Set(refused.map(({ packet }) => packet.from));
  const isOnlyOne = refused.length + syns.length < FEWEST_IN_ALL;
  const reset = new Set([...clients].filter((client) => wasReset(trace, client, refused)));
  const silent = [...clients].filter((client) => !reset.has(client));
  const dropped = new Set(silent.filter((client) => !isOnlyOne && leavesSign(trace, client, refused)));
  const unanswered = unansweredClients(trace, arrivals);
  return {
    dropped,
    withoutSign: new Set(silent.filter((client) => !dropped.has(client))),
    reset,
    unanswered,
    refused,
    refusedSyns: syns,
    overflowed: overflowedOf([...refused, ...syns], new Set([...dropped, ...reset, ...unanswered])),
  };
}

function allArrivals(scenario: Scenario, trace: Trace): Arrival[] {
  const arrivals = arrivalsOf(trace, (endpoint) => listenerNameAt(scenario, endpoint));
  const shared = scenario.listeners.filter(({ reusePort }) => reusePort);
  const endpoints = new Set(shared.map((member) => listenerEndpoint(scenario, member)));
  const ofGroups = [...endpoints].flatMap((endpoint) => {
    const members = shared.filter((member) => listenerEndpoint(scenario, member) === endpoint);
    return groupArrivals(trace, endpoint, members);
  });
  return [...arrivals, ...ofGroups].sort(
    (a, b) => (a.packet.arrivedAt ?? a.packet.at) - (b.packet.arrivedAt ?? b.packet.at),
  );
}

function overflowedOf(refused: readonly Arrival[], told: ReadonlySet<string>): Set<string> {
  const counts = new Map<string, number>();
  for (const { listener, packet } of refused) {
    if (listener === null || !told.has(packet.from)) continue;
    counts.set(listener, (counts.get(listener) ?? 0) + 1);
  }
  return new Set([...counts].filter(([, count]) => count >= FEWEST_TOLD).map(([name]) => name));
}

/** Whether the server answered a refused packet with a reset at once. */
function wasReset(trace: Trace, client: string, refused: readonly Arrival[]): boolean {
  return refused.some(({ packet }) => {
    const at = packet.arrivedAt ?? packet.at;
    const isAnswer = (one: TracePacket) => one.to === client && one.flags === "R";
    return packet.from === client && trace.packets.some((one) => isAnswer(one) && isWithin(one.at - at, 20));
  });
}

function isWithin(ms: number, most: number): boolean {
  return ms >= -0.5 && ms <= most;
}

/** Whether anything shows at the server that the client was refused: the SYN+ACK or the client's bytes once more. */
function leavesSign(trace: Trace, client: string, refused: readonly Arrival[]): boolean {
  const own = refused.filter(({ packet }) => packet.from === client).map(({ packet }) => packet);
  const firstAt = own[0]?.arrivedAt ?? Number.POSITIVE_INFINITY;
  const data = own.find(speaks);
  return trace.packets.some((one) => {
    if (one.to === client) return one.flags === "S." && one.at > firstAt + 10;
    if (one.from !== client || data === undefined || !speaks(one)) return false;
    return one.seq === data.seq && (one.arrivedAt ?? 0) > (data.arrivedAt ?? 0) + 205;
  });
}

/** Whether a packet asks for an answer. */
function speaks({ length, flags }: TracePacket): boolean {
  return length > 0 || flags.includes("F");
}

/** Clients whose first SYN got there and no answer, though the recording goes on for long enough to tell. */
function unansweredClients(trace: Trace, arrivals: readonly Arrival[]): Set<string> {
  const first = new Map<string, Arrival>();
  for (const arrival of arrivals) {
    if (arrival.packet.flags === "S" && !first.has(arrival.packet.from))
      first.set(arrival.packet.from, arrival);
  }
  const endAt = trace.packets.reduce((latest, { at, arrivedAt }) => Math.max(latest, arrivedAt ?? at), 0);
  const cameAgain = (packet: TracePacket) =>
    arrivals.some((one) => one.packet.from === packet.from && one.packet.number > packet.number);
  const isTold = ({ packet, outcome }: Arrival) =>
    outcome !== "syn-answered" &&
    outcome !== "completed" &&
    (cameAgain(packet) || endAt - (packet.arrivedAt ?? packet.at) >= 1000);
  return new Set([...first.values()].filter(isTold).map(({ packet }) => packet.from));
}

interface Told {
  readonly dropped: ReadonlySet<string>;
  readonly reset: ReadonlySet<string>;
  readonly unanswered: ReadonlySet<string>;
  readonly undecided: ReadonlySet<string>;
}

function toldOf({ handshakes, findings }: Explanation): Told {
  const cited = (...codes: string[]) =>
    new Set(findings.filter(({ code }) => codes.includes(code)).flatMap(({ evidence }) => evidence.packets));
  const clientsIn = (packets: ReadonlySet<number>) =>
    handshakes.filter((one) => one.packets.some((packet) => packets.has(packet))).map(({ client }) => client);
  const named = (test: (one: Handshake) => boolean) => handshakes.filter(test).map(({ client }) => client);
  return {
    dropped: new Set(clientsIn(cited("capture-accept-overflow"))),
    reset: new Set(clientsIn(cited("capture-overflow-reset"))),
    unanswered: new Set(named(({ outcome }) => /^syn-/.test(outcome))),
    undecided: new Set([
      ...clientsIn(
        cited("capture-final-ack-lost", "capture-reset-at-handshake", "capture-silent-after-handshake"),
      ),
      ...named(({ outcome }) => outcome === "cut-off"),
    ]),
  };
}

interface Around {
  readonly undecided: ReadonlySet<string>;
  /** Clients of whom it is true too, though they need not be found. */
  readonly besides: ReadonlySet<string>;
}

/** Adds to the tally; returns what went wrong. */
function scoreClients(
  tally: Tally,
  truth: ReadonlySet<string>,
  told: ReadonlySet<string>,
  { undecided, besides }: Around,
): string[] {
  const missed = [...truth].filter((client) => !told.has(client));
  const open = missed.filter((client) => undecided.has(client));
  const wrong = [...told].filter((client) => !truth.has(client) && !besides.has(client));
  tally.truth += truth.size;
  tally.found += truth.size - missed.length;
  tally.undecided += open.length;
  tally.false += wrong.length;
  return [...missed.map((client) => `missed ${client}`), ...wrong.map((client) => `false ${client}`)];
}

function scoreListeners(score: Score, scenario: Scenario, explanation: Explanation, truth: Truth): void {
  for (const { port, inferredBacklog, abortOnOverflow } of explanation.listeners) {
    const plan = scenario.listeners.find((one) => listenerEndpoint(scenario, one).endsWith(`:${port}`));
    const all = [...truth.refused, ...truth.refusedSyns];
    const limits = all.filter(({ listener }) => listener === plan?.name).map(({ limit }) => limit);
    if (inferredBacklog !== null) scoreBacklog(score, scenario, inferredBacklog, Math.min(...limits));
    if (abortOnOverflow === null) continue;
    score.aborts.said += 1;
    if (abortOnOverflow !== (scenario.sysctls["net.ipv4.tcp_abort_on_overflow"] === 1))
      score.aborts.wrong += 1;
  }
  const isLikely = explanation.findings.some(
    ({ code, detail }) => code === "capture-syn-unanswered" && detail.includes("Grade: likely."),
  );
  if (!isLikely) return;
  score.likelySyns.said += 1;
  if (truth.refusedSyns.length > 0) return;
  score.likelySyns.wrong += 1;
  score.remarks.push(`${scenario.title} likely, falsely`);
}

function scoreBacklog(score: Score, { title }: Scenario, told: InferredBacklog, limit: number): void {
  const { backlogs, remarks } = score;
  backlogs.said += 1;
  if (told.atMost === limit) backlogs.exact += 1;
  if (told.atMost < limit) {
    backlogs.falselyLow += 1;
    remarks.push(`${title} bound ${told.atMost} below ${limit}`);
  }
  if (told.value === null) return;
  backlogs.values += 1;
  if (told.value === limit) backlogs.valuesExact += 1;
  else remarks.push(`${title} value ${told.value} instead of ${limit}`);
}

const ARGUED =
  /full accept queue does not do|full queue does not explain|No queue is involved|nobody was refused/;

/** The endpoints, each with its listener; of a group the first one stands for all. */
function firstAtEach(scenario: Scenario): Map<string, ListenerPlan> {
  return new Map(scenario.listeners.toReversed().map((plan) => [listenerEndpoint(scenario, plan), plan]));
}

/** What is said of each listener's queue. */
function scoreNamed(score: Score, scenario: Scenario, { findings }: Explanation, truth: Truth): void {
  for (const [endpoint, plan] of firstAtEach(scenario)) {
    const own = findings.filter(({ title }) => title.includes(endpoint.slice(endpoint.lastIndexOf(":"))));
    const isNamed = own.some(
      ({ code, detail }) =>
        code === "capture-accept-overflow" ||
        code === "capture-overflow-reset" ||
        detail.includes("A full accept queue is likely"),
    );
    const isTrue = truth.overflowed.has(plan.name);
    const isRefused = [...truth.refused, ...truth.refusedSyns].some(({ listener }) => listener === plan.name);
    score.listeners.truth += isTrue ? 1 : 0;
    score.listeners.found += isTrue && isNamed ? 1 : 0;
    score.listeners.false += isNamed && !isRefused ? 1 : 0;
    if (isTrue && !isNamed) score.remarks.push(`${scenario.title} listener ${plan.name} not named`);
    if (isNamed && !isRefused) score.remarks.push(`${scenario.title} listener ${plan.name} falsely named`);
    if (!isTrue || !own.some(({ title, detail }) => ARGUED.test(`${title} ${detail}`))) continue;
    score.arguedAway += 1;
    score.remarks.push(`${scenario.title} listener ${plan.name} argued away`);
  }
}
