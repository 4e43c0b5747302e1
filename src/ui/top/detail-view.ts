/**
 * One listener of `top`, opened: its queues over time, who waits, and what is wrong, as lines that can be scrolled.
 *
 * @module
 */
import { Box } from "ink";
import { createElement as h, type ReactNode } from "react";
import type { Finding } from "../../core/finding.ts";
import type { WaitingFacts } from "../../core/listener/facts.ts";
import type { ListenerSample } from "../../core/listener/sample/sample.ts";
import type { KernelWord } from "../../core/listener/victims/kernel-word.ts";
import { printable } from "../../core/report/layout/printable.ts";
import { sparkline } from "../../core/report/layout/sparkline.ts";
import { wrap } from "../../core/report/layout/text-layout.ts";
import { peakBoundText } from "../../core/report/text/live/entry-words.ts";
import { kernelWordText } from "../../core/report/text/live/kernel-word-text.ts";
import {
  causeText,
  durationText,
  listenerText,
  type SampleLine,
} from "../../core/report/text/sample-table.ts";
import type { QueueHistory } from "./queue-history.ts";
import { type Look, line, type ScreenSize, screenBox, toneOf } from "./screen-lines.ts";

/** What is told of the listener. */
export interface Opened {
  /** With the findings of a closer look. */
  readonly line: SampleLine;
  readonly history: QueueHistory | undefined;
  readonly waiting: WaitingFacts | null;
  /** What the kernel's trace events said of it. */
  readonly kernelWord: KernelWord | null;
}

/** The heading and the footer stay where they are. */
const FRAME_LINES = 3;

/** How many lines of it are seen at once. */
export function detailRoom({ rows }: ScreenSize): number {
  return Math.max(1, rows - FRAME_LINES);
}

/** How far it can be scrolled. */
export function detailEnd(opened: Opened, size: ScreenSize): number {
  return Math.max(0, detailLines(opened, size).length - detailRoom(size));
}

/** The screen, from its `scroll`th line on. */
export function detailView(opened: Opened, scroll: number, size: ScreenSize): ReactNode {
  const end = detailEnd(opened, size);
  const first = Math.min(scroll, end);
  const shown = detailLines(opened, size).slice(first, first + detailRoom(size));
  return h(
    Box,
    screenBox(size),
    line(listenerText(opened.line), size, { bold: true }),
    ...shown.map(({ text, look }) => line(text, size, look)),
    line(`Esc back   ${end === 0 ? "" : `${scrollWords(first, end)}   `}p pause   q quit`, size, {
      dimColor: true,
    }),
  );
}

function scrollWords(first: number, end: number): string {
  const more = end - first;
  return more === 0 ? "up: more above" : `down: ${more} more ${more === 1 ? "line" : "lines"}`;
}

interface TextLine {
  readonly text: string;
  readonly look: Look;
}

function detailLines({ line: one, history, waiting, kernelWord }: Opened, size: ScreenSize): TextLine[] {
  const { capacity } = one.listener.acceptQueue;
  const synTop = one.listener.synQueue.capacity ?? 1;
  const width = Math.max(10, size.columns - 2);
  const quiet = { dimColor: true };
  return [
    ...detailSentences(one, waiting).flatMap((sentence) => paragraph(sentence, "", {}, size)),
    ...(kernelWord === null ? [] : paragraph(kernelWordText(kernelWord), "", {}, size)),
    { text: `accept queue, longest of each interval, a full bar is its capacity ${capacity}`, look: quiet },
    { text: `[${sparkline(history?.accept ?? [], capacity, width)}]`, look: { color: "cyan" } },
    { text: `SYN queue, a full bar is ${Number.isFinite(synTop) ? synTop : "its longest"}`, look: quiet },
    {
      text: `[${sparkline(history?.syn ?? [], synBarTop(history, synTop), width)}]`,
      look: { color: "cyan" },
    },
    ...findingLines(one.findings, size),
  ];
}

/** What is wrong with it, the worst first, each with what to do. */
function findingLines(findings: readonly Finding[], size: ScreenSize): TextLine[] {
  if (findings.length === 0)
    return [{ text: "no findings in the last ten intervals", look: { dimColor: true } }];
  return findings.flatMap((finding) => findingText(finding, size));
}

/** What to do stands before what it was told from. */
function findingText(finding: Finding, size: ScreenSize): TextLine[] {
  const { severity, code, title, evidence, remedy, docs } = finding;
  return [
    ...paragraph(`${severity} ${code}: ${title}`, "", { bold: true, ...toneOf(finding) }, size),
    ...remedy.flatMap((text) => paragraph(`do: ${text}`, "  ", {}, size)),
    ...paragraph(evidence.text, "  ", { dimColor: true }, size),
    ...paragraph(docs, "  ", { dimColor: true }, size),
  ];
}

function paragraph(text: string, indent: string, look: Look, { columns }: ScreenSize): TextLine[] {
  return wrap(printable(text), columns, indent).map((one) => ({ text: one, look }));
}

function detailSentences({ listener, namespace }: SampleLine, waiting: WaitingFacts | null): string[] {
  const { acceptQueue, peak, process, container, synQueue, rise } = listener;
  const who = process === null ? "no visible process" : `${printable(process.name)} ${process.pid}`;
  const where =
    container === null ? "" : `, ${container.runtime} ${printable(container.name ?? container.id)}`;
  return [
    `${who}${where}, namespace ${namespace}`,
    `accept queue ${acceptQueue.length} of ${acceptQueue.capacity}, peak ${peak.length} in 60 s${peak.by === "drops" ? " (known by drops)" : ""}${peakBoundText(listener)}, full for ${durationText(listener.fullMs)}`,
    ...enteredSentences(listener),
    `SYN queue ${synQueue.length ?? "?"} of ${synQueue.capacity ?? "?"}`,
    `drops ${listener.drops ?? "?"}, ${listener.dropsPerSecond.toFixed(1)}/s, refused ${listener.refusals.exact ? "" : "about "}${listener.refusals.value} packets since top began`,
    `cause: ${rise === null ? "nothing dropped in the last interval" : causeText(rise)}`,
    ...waitingSentences(waiting),
  ];
}

function enteredSentences({ entries }: ListenerSample): string[] {
  if (entries === null || entries.verdict === "unheard") return [];
  const most = entries.verdict === "at-most" ? "at most " : "";
  return [`entered: ${most}${entries.entered} since top began (the kernel said so)`];
}

function waitingSentences(waiting: WaitingFacts | null): string[] {
  if (waiting === null) return ["who waits: not known"];
  const { alive, closed, reset, oldestMs, oldest } = waiting;
  const clients = `waiting: ${alive} clients, ${closed} that have closed, ${reset} that were reset`;
  return oldestMs === null
    ? [clients]
    : [clients, `the oldest waits for ${durationText(oldestMs)}: ${oldest}`];
}

function synBarTop(history: QueueHistory | undefined, capacity: number): number {
  if (Number.isFinite(capacity)) return capacity;
  return Math.max(1, ...(history?.syn ?? []).map((length) => length ?? 0));
}
