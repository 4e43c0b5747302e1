/**
 * The answer of `listenq why` for people: the verdict first, then what it stands on, what to do, and what else was seen.
 *
 * @module
 */
import type { Finding } from "../../finding.ts";
import { queueText, timeText } from "../../findings/listeners/finding-words.ts";
import type { ListenerWindow, OwnerFacts, WaitingFacts } from "../../listener/facts.ts";
import type { KernelWord } from "../../listener/victims/kernel-word.ts";
import type { Paint } from "../layout/paint.ts";
import { printable } from "../layout/printable.ts";
import { wrap } from "../layout/text-layout.ts";
import { SEVERITY_TONE } from "./finding-lines.ts";
import { LABEL_WIDTH, section } from "./labelled-section.ts";
import { listenerName, type NamedListener } from "./listener-name.ts";
import { betweenLooks } from "./live/entry-words.ts";
import { kernelWordText } from "./live/kernel-word-text.ts";
import { remedyLines } from "./remedy-lines.ts";

/** What the text shows of a listener. */
export interface WhyListener extends NamedListener {
  readonly acceptQueue: { readonly length: number; readonly limit: number; readonly capacity: number };
  readonly synQueue: { readonly length: number | null; readonly capacity: number | null };
  readonly process: { readonly pid: number; readonly name: string } | null;
  readonly limitSetByEvidence: string;
  readonly window: ListenerWindow | null;
  readonly waiting: WaitingFacts | null;
  readonly owner: OwnerFacts | null;
  readonly findings: readonly Finding[];
}

/** What the text shows. */
export interface WhyAnswer {
  readonly watchedMs: number;
  readonly verdict: Finding;
  readonly verdictListener: number;
  readonly kernelWord: KernelWord | null;
  readonly listeners: readonly WhyListener[];
  readonly findings: readonly Finding[];
}

interface Style {
  readonly width: number;
  readonly paint: Paint;
}

/** The text, with a newline at the end. */
export function formatWhy(answer: WhyAnswer, style: Style): string {
  const { verdict, listeners, verdictListener } = answer;
  const { paint, width } = style;
  const listener = listeners[verdictListener];
  const name = listener === undefined ? "" : ` ${listenerName(listener)}`;
  const lines = [
    `${paint(SEVERITY_TONE[verdict.severity], verdict.severity)}${name}  ${paint("title", verdict.code)}`,
    ...wrap(printable(verdict.title), width, ""),
    "",
    ...section("why", [printable(verdict.evidence.text), printable(verdict.detail)], style),
    ...doSection(verdict.remedy, style),
    ...section("seen", listener === undefined ? [] : seenLines(listener, answer), style),
    ...section("also", alsoLines(answer), style),
    paint("quiet", verdict.docs),
  ];
  return `${lines.join("\n")}\n`;
}

/** A command stands on a line of its own, however long: broken into two it could not be pasted. */
function doSection(remedies: readonly string[], { width, paint }: Style): string[] {
  if (remedies.length === 0) return [];
  const indent = " ".repeat(LABEL_WIDTH);
  const [first = "", ...rest] = remedies.flatMap((remedy) => remedyLines(remedy, { width, paint, indent }));
  return [paint("title", "do".padEnd(LABEL_WIDTH)) + first.slice(LABEL_WIDTH), ...rest, ""];
}

function seenLines(listener: WhyListener, { watchedMs, kernelWord }: WhyAnswer): string[] {
  const { acceptQueue, synQueue, process, window, waiting, owner } = listener;
  const holder = process === null ? "no visible process" : `${printable(process.name)} ${process.pid}`;
  return [
    `watched for ${timeText(watchedMs)}; accept queue ${queueText(acceptQueue)}, SYN queue ${synQueue.length ?? "?"} of ${synQueue.capacity ?? "?"}, held by ${holder}`,
    ...(kernelWord === null ? [] : [kernelWordText(kernelWord)]),
    ...(window === null ? [] : [windowLine(window)]),
    ...(waiting === null || waiting.alive + waiting.closed + waiting.reset === 0
      ? []
      : [waitingLine(waiting)]),
    ...(owner === null ? [] : [ownerLine(owner)]),
    printable(listener.limitSetByEvidence),
  ];
}

function windowLine(window: ListenerWindow): string {
  const { lengthLeast, lengthMost, fullMs, looks, longestGapMs, dropsRise } = window;
  const drops = dropsRise === null ? "unknown" : `+${dropsRise}`;
  return `length ${lengthLeast} to ${lengthMost}, full for ${timeText(fullMs)}, drop counter ${drops}; ${looks} looks, at most ${timeText(longestGapMs)} apart: ${betweenLooks(window)}`;
}

function waitingLine({ alive, closed, reset, oldestMs, oldest, left }: WaitingFacts): string {
  const age = oldestMs === null ? "" : `; the oldest, ${oldest}, for ${timeText(oldestMs)}`;
  const taken = left === null ? "" : `; ${left} of those who waited at first were taken or gave up`;
  return `waiting: ${alive} alive, ${closed} closed by the client, ${reset} reset${age}${taken}`;
}

function ownerLine({ process, state, openFiles, fileLimit, cpuPercent, others }: OwnerFacts): string {
  const cpu = cpuPercent === null ? "" : `, ${Math.round(cpuPercent)} % of a core`;
  const files = openFiles === null ? "" : `, ${openFiles} of ${fileLimit ?? "unlimited"} file descriptors`;
  const more = others.length === 0 ? "" : `, ${others.length} more hold it`;
  return `${printable(process.name)} ${process.pid}: state ${state ?? "?"}${cpu}${files}${more}`;
}

function alsoLines({ verdict, listeners, findings }: WhyAnswer): string[] {
  const others = listeners.flatMap((listener) =>
    listener.findings
      .filter((finding) => finding !== verdict)
      .map(
        ({ severity, code, title }) => `${severity} ${code} (${listenerName(listener)}): ${printable(title)}`,
      ),
  );
  return [
    ...others,
    ...findings.map(({ severity, code, title }) => `${severity} ${code}: ${printable(title)}`),
  ];
}
