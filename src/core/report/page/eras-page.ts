/**
 * One experiment on several kernels as a page: where they part and why, the claims, and everything beside each other.
 *
 * @module
 */
import {
  besideRows,
  type EraComparison,
  type Lane,
  type LaneEvent,
  lanesOf,
} from "../../compare/eras/index.ts";
import type { KernelRules } from "../../model/index.ts";
import type { Scenario } from "../../scenario/index.ts";
import type { Trace } from "../../trace/index.ts";
import { conversationsOfTrace } from "../picture/conversations-of-trace.ts";
import { packetLabel } from "../picture/packet-label.ts";
import { NARROW } from "../picture/picture-frame.ts";
import { formatReasons } from "../text/beside-text.ts";
import type { ReportedExperiment } from "../text/experiment-text.ts";
import { LADDER_CAPTION } from "./experiment-page.ts";
import { type DrawnRun, runFacts, runTables, spanOf, waitsAndQueues } from "./experiment-views.ts";
import { type Insertable, type Markup, markup } from "./markup.ts";
import { badge, details, page, section, table, verdict, withCode } from "./page.ts";
import { reportBlock } from "./report-data.ts";
import { sequenceColumn } from "./sequence-section.ts";

/** The experiment on one kernel of the model. */
export interface EraResult {
  readonly rules: KernelRules;
  readonly result: ReportedExperiment & { readonly scenario: Scenario; readonly trace: Trace };
}

/** Two of them, and in what they differ. */
export interface EraPair {
  readonly one: EraResult;
  readonly other: EraResult;
  readonly comparison: EraComparison;
}

/** More lanes would bury the first one. */
const MOST_LANES = 4;

/**
 * The page.
 *
 * @param pairs each kernel and the one before it
 * @param document what `--json` says of these runs; the page carries it
 */
export function erasPage(
  results: readonly EraResult[],
  pairs: readonly EraPair[],
  document: Readonly<Record<string, unknown>>,
): string {
  const names = results.map(({ rules }) => rules.name).join(" and ");
  const experiment = results[0]?.result.experiment;
  const question = experiment?.question ?? "";
  const span = spanOf(results.map(({ result }) => drawn(result)));
  const beside = (show: (one: EraResult) => Insertable): Markup =>
    markup`<div class="pair">
${results.map(
  (one) => markup`<div><h3>Linux ${one.rules.name}</h3>
${show(one)}</div>
`,
)}</div>
`;
  return page(
    `${question} Linux ${names} beside each other`,
    [
      markup`<p class="kicker">Experiment ${experiment?.name ?? ""} on the model of Linux ${names}</p>
<h1>${withCode(question)}</h1>
`,
      pairs.map(pairVerdict),
      section("Claims", claimsTable(results)),
      section(
        "Who waited for what, and the queues meanwhile",
        beside(({ result }) => [runFacts(drawn(result)), waitsAndQueues(drawn(result), span, NARROW)]),
      ),
      section("The packets", [
        markup`<p class="quiet small">${LADDER_CAPTION}</p>`,
        beside(({ result }) => sequenceColumn(drawn(result).conversations, NARROW)),
      ]),
      section("Where they differ", pairs.map(differences)),
      section(
        "Tables",
        results.map(
          ({ rules, result }) =>
            markup`<h3>Linux ${rules.name}</h3>${runTables(result.scenario, result.trace)}`,
        ),
      ),
    ],
    reportBlock(document),
  );
}

function drawn({ scenario, trace }: EraResult["result"]): DrawnRun {
  return { scenario, trace, conversations: conversationsOfTrace(scenario, trace) };
}

function pairVerdict({ one, other, comparison }: EraPair): Markup {
  const [first] = comparison.partings;
  const [mine, yours] = [one.rules.name, other.rules.name];
  if (first === undefined)
    return verdict("quiet", "same", `Linux ${mine} and ${yours} do the same for every client.`);
  const why = formatReasons(one.rules, other.rules, comparison.because, {
    width: 100_000,
    paint: (_, text) => text,
  });
  return verdict("warn", "differ", [
    markup`Linux ${mine} and ${yours} part at ${inSeconds(first.at)} s, at ${first.lane}: `,
    markup`${mine} has <b>${tell(first.one)}</b>, ${yours} has <b>${tell(first.other)}</b>. `,
    ...withCode(why.join(" ")),
  ]);
}

function claimsTable(results: readonly EraResult[]): Markup {
  const texts = new Map(
    results.flatMap(({ result }) => result.claims.map(({ id, text }) => [id, text] as const)),
  );
  const rows = [...texts].map(([id, text]): Insertable[] => [
    withCode(text),
    ...results.map(({ result }) => {
      const claim = result.claims.find((one) => one.id === id);
      if (claim === undefined) return "";
      return claim.holds ? badge("good", "holds") : badge("bad", "fails");
    }),
  ]);
  return table(["claim", ...results.map(({ rules }) => rules.name)], rows);
}

function differences({ one, other, comparison }: EraPair): Insertable[] {
  const [mine, yours] = [one.rules.name, other.rules.name];
  const lanes = [one, other].map(({ result }) => lanesOf(result.scenario, result.trace));
  const counters = comparison.counters.map((counter) => [
    counter.name,
    `+${counter.one}`,
    `+${counter.other}`,
  ]);
  const left = comparison.partings.length - MOST_LANES;
  return [
    markup`<h3>${mine} and ${yours}</h3>`,
    counters.length === 0
      ? markup`<p>Every counter that both have rose by the same.</p>`
      : table(["counter", mine, yours], counters, [1, 2]),
    comparison.partings
      .slice(0, MOST_LANES)
      .map(({ lane }) => details(`${lane}, event by event`, laneTable(lane, lanes, mine, yours))),
    left > 0 ? markup`<p class="quiet">${left} more differ.</p>` : null,
  ];
}

function laneTable(lane: string, lanes: readonly (readonly Lane[])[], mine: string, yours: string): Markup {
  const eventsOf = (run: readonly Lane[] = []) => run.find(({ name }) => name === lane)?.events ?? [];
  const rows = besideRows(eventsOf(lanes[0]), eventsOf(lanes[1])).map((row) => [
    row.one === null || row.other === null ? "differs" : "",
    ...cells(row.one),
    ...cells(row.other),
  ]);
  return table(["", "at (s)", mine, "at (s)", yours], rows, [1, 3]);
}

function cells(event: LaneEvent | null): string[] {
  return event === null ? ["", ""] : [inSeconds(event.at), event.text];
}

function tell(event: LaneEvent | null): string {
  return event === null ? "nothing more" : `${eventWords(event.text)} at ${inSeconds(event.at)} s`;
}

/** A lane's event for people who do not read tcpdump: `"<- S."` is the server's SYN+ACK. */
function eventWords(text: string): string {
  const [, arrow, flags, bytes, lost] = /^(<-|->) (\S+?)(?: (\d+) bytes)?(, lost)?$/.exec(text) ?? [];
  if (arrow === undefined || flags === undefined) return text;
  const whose = arrow === "<-" ? "the server's" : "the client's";
  return `${whose} ${packetLabel(flags, Number(bytes ?? 0))}${lost ?? ""}`;
}

function inSeconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
