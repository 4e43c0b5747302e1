/**
 * What `listenq plan` says about the SYN queue: the arithmetic, what the listener keeps, where cookies begin and what they cost.
 *
 * @module
 */
import type { Demand, SynQueueFate, SynQueuePlan } from "../../../plan/index.ts";
import { formatDuration } from "../../../scenario/index.ts";
import { columns } from "../../layout/columns.ts";
import { entry, type PlanStyle, percent, range } from "./plan-entry.ts";

/** The paragraphs `SYN queue` and `cookies`. */
export function synQueueLines(synQueue: SynQueuePlan, demand: Demand, style: PlanStyle): string[] {
  return [
    ...entry("SYN queue", arithmeticText(synQueue, demand), style),
    ...keptTexts(synQueue).flatMap((text) => entry("", text, style)),
    ...entry("cookies", cookieText(synQueue), style),
  ];
}

/** What to add to the answer where its own SYN queue is full; empty else. */
export function synQueueWarning({ fates }: SynQueuePlan, backlog: number): string {
  const full = fates.filter((fate) => fate.backlog === backlog && isTooShort(fate));
  if (full.length === 0) return "";
  const when = full.some(({ syncookies }) => syncookies === 1)
    ? "under this load"
    : "with net.ipv4.tcp_syncookies 0";
  return `, whose SYN queue is full ${when}: see there`;
}

/** With net.ipv4.tcp_syncookies 2 nothing is kept, however long the queue may be. */
function isTooShort({ syncookies, refused, cookies }: SynQueueFate): boolean {
  return syncookies !== 2 && refused.high + cookies.high > 0;
}

function arithmeticText({ standsMs, loss, mean, quantile }: SynQueuePlan, { ratePerSecond }: Demand): string {
  const stands =
    loss === 0 ? "" : ` (a round trip, and the SYN+ACK again where ${percent(loss)} are lost each way)`;
  return `${short(ratePerSecond)}/s x ${formatDuration(standsMs)}${stands} are ${short(mean)} handshakes on their way in the mean, at most ${quantile} in 99.9 % of moments.`;
}

/** For the first backlog, which is the answer where there is one; the table has the others. */
function keptTexts(synQueue: SynQueuePlan): string[] {
  const [off, whenFull] = synQueue.fates;
  if (off === undefined || whenFull === undefined) return [];
  const kept = `With backlog ${off.backlog} the listener keeps ${whenFull.capacity} requests, and ${off.capacity} with net.ipv4.tcp_syncookies 0 (net.ipv4.tcp_max_syn_backlog ${synQueue.maxSynBacklog}).`;
  const enough = isTooShort(whenFull)
    ? ` From backlog ${synQueue.enoughBacklog} on it is long enough in 99.9 % of moments.`
    : "";
  return [`${kept} ${refusedText(off)}; ${beginText(whenFull, synQueue)}${enough}`];
}

function refusedText({ refused, longest }: SynQueueFate): string {
  return refused.high > 0
    ? `With 0 the model drops ${percent(refused.mean)} of the SYNs (${range(refused)}) because the queue is full`
    : `With 0 the model drops no SYN for it (the longest queue was ${longest})`;
}

/** A queue is full in the mean when so many come a second as it keeps for the time that a request stands. */
function beginText({ cookies, capacity }: SynQueueFate, { standsMs }: SynQueuePlan): string {
  const from = standsMs === 0 ? "" : `, and they begin at some ${short((capacity * 1000) / standsMs)}/s`;
  return cookies.high > 0
    ? `with 1 it answers ${percent(cookies.mean)} of them (${range(cookies)}) by a cookie.`
    : `with 1 it sends no cookie${from}.`;
}

function cookieText({ fates }: SynQueuePlan): string {
  const always = fates.find(({ syncookies }) => syncookies === 2);
  const share =
    always === undefined
      ? ""
      : `With net.ipv4.tcp_syncookies 2 the model answers ${percent(always.cookies.mean)} of the SYNs by one. `;
  return `${share}A cookie keeps nothing of the SYN: without TCP timestamps on both sides the connection has neither window scaling nor SACK, and a lost SYN+ACK is not sent again.`;
}

const HEAD = [
  "BACKLOG",
  "SYNCOOKIES",
  "KEEPS",
  "LONGEST",
  "SYNS DROPPED",
  "95 OF 100 RUNS",
  "COOKIES",
  "95 OF 100 RUNS",
];

/** What becomes of SYNs by backlog and net.ipv4.tcp_syncookies; nothing where no SYN queue is ever full. */
export function synQueueTable({ fates }: SynQueuePlan): string[] {
  if (!fates.some(isTooShort)) return [];
  const rows = fates.map(({ backlog, syncookies, capacity, longest, refused, cookies }) => [
    ...[backlog, syncookies, capacity, longest].map(String),
    percent(refused.mean),
    range(refused),
    percent(cookies.mean),
    range(cookies),
  ]);
  return ["", "SYN queue:", ...columns(HEAD, rows, [...HEAD.keys()])];
}

function short(value: number): string {
  return String(Number(value.toPrecision(value >= 1000 ? 6 : 3)));
}
