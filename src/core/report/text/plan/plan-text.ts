/**
 * The answer of `listenq plan` for people: the backlog first, then the arithmetic, what the model adds, and what to set.
 *
 * @module
 */
import {
  acceptsPerSecond,
  type Demand,
  isOverloaded,
  type Observation,
  type Plan,
  pauseQuantile,
} from "../../../plan/index.ts";
import { formatDuration } from "../../../scenario/index.ts";
import type { PlanReport, ProvedBacklog } from "../../document/plan-document.ts";
import { columns } from "../../layout/columns.ts";
import { wrap } from "../../layout/text-layout.ts";
import { entry, type PlanStyle, percent, range, round } from "./plan-entry.ts";
import { synQueueLines, synQueueTable, synQueueWarning } from "./plan-syn-queue-text.ts";

/** The text, with a newline at the end. */
export function formatPlan(report: PlanReport, style: PlanStyle): string {
  const { plan, demand, proof } = report;
  const lines = [
    ...wrap(style.paint("title", headline(plan, demand)), style.width, ""),
    "",
    ...seenLines(report, style),
    ...entry("arithmetic", arithmeticText(plan, demand), style),
    ...entry("model", modelText(report), style),
    ...limitLines(plan, demand, style),
    "",
    ...predictionTable(plan),
    ...synQueueTable(plan.synQueue),
    ...(proof === null ? [] : ["", ...proofLines(proof)]),
    ...(report.configuration.length === 0
      ? []
      : ["", "set it:", ...report.configuration.map((line) => `  ${line}`)]),
  ];
  return `${lines.join("\n")}\n`;
}

function headline({ backlog, synQueue }: Plan, demand: Demand): string {
  if (backlog !== null) return `backlog ${backlog}${synQueueWarning(synQueue, backlog)}`;
  return isOverloaded(demand)
    ? "No backlog is enough: more connections come than the server takes."
    : "No backlog up to 1,000,000 is enough.";
}

function seenLines({ observation, demand }: PlanReport, style: PlanStyle): string[] {
  if (observation === null) return [];
  const { source, pauses, longestQueue, limit, refused, notes } = observation;
  const queue =
    longestQueue === null || limit === null
      ? ""
      : `; the queue was at most ${longestQueue} long, with limit ${limit}`;
  const { pauseEveryMs } = demand;
  const every = pauseEveryMs === null ? "" : `, planned for as one every ${formatDuration(pauseEveryMs)}`;
  const refusals = refused === null || refused === 0 ? "" : `; ${refused} packets were refused`;
  return [
    ...entry(
      "seen",
      `${source}: ${rateText(observation)}; ${pausesText(pauses)}${every}${queue}${refusals}.`,
      style,
    ),
    ...notes.flatMap((note) => entry("", note, style)),
  ];
}

function rateText({ ratePerSecond }: Observation): string {
  return `${Number(ratePerSecond.toPrecision(3))} connections a second`;
}

function pausesText(pauses: Observation["pauses"]): string {
  if (pauses.length === 0) return "no pause was seen, so nothing says how long one may be: give --pause";
  const [median, longest] = [pauseQuantile(pauses, 0.5), pauseQuantile(pauses, 1)];
  return `${pauses.length} ${pauses.length === 1 ? "pause" : "pauses"}, the longest ${formatDuration(longest)}, half of them above ${formatDuration(median)}`;
}

function arithmeticText(
  { arithmetic }: Plan,
  { ratePerSecond, groupSize, pauseMs, pausesMs, share }: Demand,
): string {
  const { mean, quantile, backlog } = arithmetic;
  const pauses = pausesMs === undefined ? formatDuration(pauseMs) : listText(pausesMs);
  const each = groupSize === undefined ? "" : `each of ${groupSize} listeners gets a share: `;
  return `${each}${Number(ratePerSecond.toPrecision(6))}/s for ${pauses} are ${round(mean)} connections in the mean, at most ${quantile} in ${percent(share)} of pauses. The queue holds one more than its limit: backlog ${backlog}.`;
}

function listText(pausesMs: readonly number[]): string {
  const [least, most] = [
    pausesMs.reduce((a, b) => Math.min(a, b)),
    pausesMs.reduce((a, b) => Math.max(a, b)),
  ];
  return `${formatDuration(least)} to ${formatDuration(most)} (one of ${pausesMs.length} measured pauses)`;
}

function modelText({ plan, demand, era, seed }: PlanReport): string {
  const { simulated, predictions } = plan;
  if (simulated === null)
    return `${Number(demand.ratePerSecond.toPrecision(6))}/s come and ${round(acceptsPerSecond(demand))}/s can be taken while the server runs: the queue fills in the end, however long it is.`;
  const runs = predictions[0]?.runs ?? 0;
  return `with Linux ${era}'s rules (${runs} runs, seed ${seed}) ${percent(demand.share)} of the connections that come during a pause meet no refusal from backlog ${simulated} on. The model also sees refused SYNs come back, which the arithmetic does not.`;
}

function limitLines(plan: Plan, demand: Demand, style: PlanStyle): string[] {
  const { longestUseful, memoryBytes } = plan;
  return [
    ...(longestUseful === null || demand.patienceMs === null
      ? []
      : entry(
          "too large",
          `above ${longestUseful} who comes last waits longer than ${formatDuration(demand.patienceMs)}: a longer queue makes clients give up later, it serves none of them.`,
          style,
        )),
    ...synQueueLines(plan.synQueue, demand, style),
    ...(memoryBytes === null
      ? []
      : entry(
          "memory",
          `${round(memoryBytes / 1024)} KiB of the kernel's while the queue is full, without the data that waits in it.`,
          style,
        )),
  ];
}

const HEAD = [
  "BACKLOG",
  "REFUSED IN A PAUSE",
  "95 OF 100 RUNS",
  "REFUSED OF ALL",
  "NEVER SERVED",
  "WAIT p50",
  "p99",
  "p99.9",
  "PEAK",
];

function predictionTable({ predictions }: Plan): string[] {
  const rows = predictions.map(({ backlog, refused, refusedOfAll, lost, waitMs, peak }) => [
    String(backlog),
    percent(refused.mean),
    range(refused),
    percent(refusedOfAll.mean),
    percent(lost.mean),
    wait(waitMs.p50),
    wait(waitMs.p99),
    wait(waitMs.p999),
    `${peak.p50} to ${peak.most}`,
  ]);
  return columns(HEAD, rows, [...HEAD.keys()]);
}

function proofLines(proof: readonly ProvedBacklog[]): string[] {
  return proof.map((one) => {
    const { backlog, refusedShare, predicted } = one;
    return `on this kernel, backlog ${backlog}: ${percent(refusedShare)} refused in a pause; the model says ${range(predicted)} of the same arrivals${agreement(one)}`;
  });
}

/** A busy machine proves nothing, neither way. */
function agreement({ agrees, runs, lateMs }: ProvedBacklog): string {
  if (agrees === true) return "";
  if (agrees === false) return ": they disagree";
  return `. The machine was busy with other work and late by up to ${formatDuration(lateMs)}, in ${runs === 1 ? "this run" : `each of ${runs} runs`}, so this shows nothing; run it where less goes on`;
}

function wait(ms: number | null): string {
  return ms === null ? "gave up" : formatDuration(ms);
}
