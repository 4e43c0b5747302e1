/**
 * A sample as the local page takes it, again and again: the fullest listeners with their queues and what is wrong with them.
 *
 * @module
 */
import type { Finding } from "../../finding.ts";
import type { WaitingFacts } from "../../listener/facts.ts";
import type { ListenerSample, Sample } from "../../listener/sample/sample.ts";
import type { VictimLine } from "../../listener/victims/victims-document.ts";
import { sampleKey } from "../../listener/window/sample-window.ts";
import { type VictimWords, victimWords } from "../text/live/victims-text.ts";
import { listenerText, type SampleLine, sampleLines, sortLines } from "../text/sample-table.ts";

/** More are counted and not listed. */
export const MOST_LIVE_LISTENERS = 100;

/** One listener. */
export interface LiveListener {
  /** Names it for as long as it lives. */
  readonly key: string;
  readonly name: string;
  readonly protocol: ListenerSample["protocol"];
  readonly namespace: string;
  readonly process: string | null;
  readonly acceptQueue: ListenerSample["acceptQueue"];
  /** The longest since the last message. */
  readonly longest: number;
  readonly synQueue: ListenerSample["synQueue"];
  readonly drops: number | null;
  readonly dropsPerSecond: number;
  readonly refusals: ListenerSample["refusals"];
  readonly refusedBy: ListenerSample["refusedBy"];
  readonly fullMs: number;
  readonly findings: readonly Finding[];
}

/** Somebody who was refused, as the kernel's trace events tell it. */
export interface LiveVictim extends VictimWords {
  /** Names the line: who comes later is told again what was said. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** Who was refused. */
export interface LiveVictims {
  readonly lines: readonly LiveVictim[];
  /** Why nobody can be named here, and what would permit it; else null. */
  readonly needs: string | null;
}

/** The listener that this tab has opened, as it was in the message's sample. */
export interface OpenedListener {
  readonly key: string;
  readonly waiting: WaitingFacts | null;
  /** Also what a closer look at the queue and its owner tells. */
  readonly findings: readonly Finding[];
}

/** One message of the stream. */
export interface LiveMessage {
  /** Milliseconds since the sampler began. */
  readonly at: number;
  readonly takenAt: string;
  readonly listeners: readonly LiveListener[];
  /** How many listeners are not in this message. */
  readonly left: number;
  /** About namespaces. */
  readonly findings: readonly Finding[];
  readonly hiddenProcesses: number;
  /** Of every namespace, those that were told since the last message. */
  readonly victims: LiveVictims;
  /** Null where none is opened, or it is gone. */
  readonly opened: OpenedListener | null;
}

/** A victim under a name that no other line has. */
export function liveVictim(line: VictimLine, id: string): LiveVictim {
  return { id, at: line.at, ...victimWords(line) };
}

/** The lines of the listeners that a message lists: the fullest. */
export function liveLines(sample: Sample): SampleLine[] {
  return sortLines(sampleLines(sample), "fullness").slice(0, MOST_LIVE_LISTENERS);
}

/** The message, but for what is each tab's own; `findingsOf` tells what is wrong with a listener. */
export function liveMessage(
  sample: Sample,
  findingsOf: (listener: ListenerSample) => readonly Finding[],
  findings: readonly Finding[],
): Omit<LiveMessage, "victims" | "opened"> {
  const lines = liveLines(sample);
  return {
    at: sample.at,
    takenAt: sample.takenAt,
    listeners: lines.map((line) => liveListener(line, findingsOf(line.listener))),
    left: sample.listeners.length - lines.length,
    findings,
    hiddenProcesses: sample.hiddenProcesses,
  };
}

function liveListener(line: SampleLine, findings: readonly Finding[]): LiveListener {
  const { listener, namespace } = line;
  const { process, acceptQueue, intervalPeak, synQueue, drops, dropsPerSecond } = listener;
  return {
    key: sampleKey(listener),
    name: listenerText(line),
    protocol: listener.protocol,
    namespace,
    process: process === null ? null : `${process.name} ${process.pid}`,
    acceptQueue,
    longest: intervalPeak,
    synQueue,
    drops,
    dropsPerSecond,
    refusals: listener.refusals,
    refusedBy: listener.refusedBy,
    fullMs: listener.fullMs,
    findings,
  };
}
