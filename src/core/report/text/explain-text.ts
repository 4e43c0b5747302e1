/**
 * An explanation as text: the verdict, then listeners, findings with their evidence and what to do, then who suffered.
 *
 * @module
 */
import type { Explanation, Finding, Handshake, ListenerReport } from "../../explain/index.ts";
import { formatEndpoint } from "../../wire/address.ts";
import type { CaptureSummary } from "../document/explain-document.ts";
import { columns } from "../layout/columns.ts";
import type { Tone } from "../layout/paint.ts";
import { wrap } from "../layout/text-layout.ts";
import type { TextStyle } from "./experiment-text.ts";
import { verdictOf } from "./explain-verdict.ts";

/** Most handshakes that are listed; the JSON document has them all. */
const MOST_VICTIMS = 50;
const MOST_LISTENERS = 40;

const TONES: Readonly<Record<Finding["severity"], Tone>> = {
  critical: "bad",
  warning: "warning",
  info: "quiet",
};

/** The whole report. */
export function formatExplanation(
  captures: readonly CaptureSummary[],
  explanation: Explanation,
  style: TextStyle,
): string {
  return [
    ...verdictLines(explanation, style),
    ...captures.flatMap((capture) => captureLines(capture, style)),
    "",
    ...listenerLines(explanation.listeners, style),
    ...findingLines(explanation.findings, style),
    ...victimLines(explanation.handshakes, style),
  ].join("\n");
}

function verdictLines(explanation: Explanation, { width, paint }: TextStyle): string[] {
  const tone = TONES[explanation.findings[0]?.severity ?? "info"];
  const lines = wrap(verdictOf(explanation), width, "");
  return [...lines.map((line) => paint(tone === "quiet" ? "good" : tone, line)), ""];
}

function captureLines(capture: CaptureSummary, { width, paint }: TextStyle): string[] {
  const format = [capture.format ?? "unknown format", ...capture.linkTypes].join(", ");
  const span = capture.first === null ? "" : `, ${capture.first} to ${capture.last}`;
  const skipped = capture.skipped.map(({ reason, count }) => `${reason} ${count}`).join(", ");
  const text = `${capture.file}: ${format}, ${capture.packets} packets${span}${skipped === "" ? "" : `; left out: ${skipped}`}`;
  return wrap(text, width, "").map((line) => paint("quiet", line));
}

function listenerLines(listeners: readonly ListenerReport[], style: TextStyle): string[] {
  if (listeners.length === 0) return [];
  const worst = [...listeners].sort((a, b) => troubles(b) - troubles(a) || b.handshakes - a.handshakes);
  const rest = worst.length - MOST_LISTENERS;
  return [
    style.paint("title", "Listeners"),
    ...worst.slice(0, MOST_LISTENERS).flatMap((listener) => listenerBlock(listener, style)),
    ...(rest > 0 ? [`  and ${rest} more; --json lists them all`] : []),
    "",
  ];
}

function troubles(listener: ListenerReport): number {
  return listener.handshakes - (listener.outcomes.completed ?? 0);
}

function listenerBlock(listener: ListenerReport, { width, paint }: TextStyle): string[] {
  const outcomes = Object.entries(listener.outcomes).map(([name, count]) => `${count} ${name}`);
  if (listener.leftOut > 0) outcomes.push(`${listener.leftOut} more attempts that never completed`);
  const head = `  ${formatEndpoint(listener.address, listener.port)}  ${listener.handshakes} ${listener.handshakes === 1 ? "handshake" : "handshakes"}: ${outcomes.join(", ")}`;
  const abort = { true: "on", false: "off", null: "unknown" }[String(listener.abortOnOverflow)];
  const facts = `backlog ${backlogWords(listener)}; tcp_abort_on_overflow ${abort}`;
  const isQuiet = troubles(listener) === 0;
  return [
    ...wrap(head.trimStart(), width, "  "),
    ...(isQuiet ? [] : wrap(facts, width, "    ").map((line) => paint("quiet", line))),
  ];
}

function backlogWords({ inferredBacklog, note }: ListenerReport): string {
  if (inferredBacklog === null) return `unknown (${note})`;
  const { atMost, value, assumes, confidence } = inferredBacklog;
  if (confidence === "certain" && value !== null) return `${value}, as the kernel says`;
  return value === null
    ? `at most ${atMost}`
    : `at most ${atMost}, and ${value} if ${assumes} (${confidence})`;
}

function findingLines(findings: readonly Finding[], style: TextStyle): string[] {
  if (findings.length === 0) return [];
  return [style.paint("title", "Findings"), ...findings.flatMap((finding) => findingBlock(finding, style))];
}

function findingBlock(finding: Finding, { width, paint }: TextStyle): string[] {
  const { severity, title, detail, evidence, remedy, code, docs } = finding;
  return [
    `  ${paint(TONES[severity], severity)}  ${code}`,
    ...wrap(title, width, "  "),
    ...detail.split(/ (?=Grade: )/).flatMap((part) => wrap(part, width, "    ")),
    ...wrap(`Evidence: ${evidence.text}`, width, "    "),
    ...(evidence.filter === null ? [] : filterLines(evidence.filter, width)),
    ...remedy.flatMap((line) => ["    - ", ...wrap(line, width, "      ")]).reduce(joinBullet, []),
    paint("quiet", `    ${docs}`),
    "",
  ];
}

/** A filter is to be copied, so it is broken at spaces only and said to be one. */
function filterLines(filter: string, width: number): string[] {
  return wrap(`Wireshark: ${filter}`, width, "    ");
}

/** Puts a bullet before the line that follows it. */
function joinBullet(lines: string[], line: string): string[] {
  const last = lines.at(-1);
  if (last === "    - ") lines[lines.length - 1] = last + line.trimStart();
  else lines.push(line);
  return lines;
}

function victimLines(handshakes: readonly Handshake[], style: TextStyle): string[] {
  if (handshakes.length === 0) return [];
  const shown = handshakes.slice(0, MOST_VICTIMS);
  const rows = shown.map((one) => [
    seconds(one.startedAt),
    one.client,
    one.server,
    one.outcome,
    servedWords(one),
  ]);
  const rest = handshakes.length - shown.length;
  return [
    style.paint("title", "Handshakes"),
    ...columns(["at (s)", "client", "server", "outcome", ""], rows, [0]).flatMap((line, place) =>
      withNote(line, shown[place - 1]?.note ?? null, style),
    ),
    ...(rest > 0 ? [`and ${rest} more; --json lists them all`] : []),
    "",
  ];
}

function withNote(line: string, note: string | null, { width, paint }: TextStyle): string[] {
  return note === null ? [line] : [line, ...wrap(note, width, "        ").map((one) => paint("quiet", one))];
}

function servedWords({ served, firstResponseMs }: Handshake): string {
  if (served === true) return firstResponseMs === null ? "served" : `served in ${seconds(firstResponseMs)} s`;
  return served === false ? "not served" : "";
}

function seconds(ms: number | null): string {
  return ms === null ? "-" : (ms / 1000).toFixed(ms < 10_000 ? 3 : 2);
}
