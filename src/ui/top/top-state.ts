/**
 * What `top` shows and how keys change it. Pure: a key and a state in, the next state out; drawing is in the views.
 *
 * @module
 */

import { findForListener } from "../../core/findings/detect.ts";
import type { LiveFacts } from "../../core/listener/facts.ts";
import type { Sample } from "../../core/listener/sample/sample.ts";
import { SampleWindow, sampleKey } from "../../core/listener/window/sample-window.ts";
import {
  type FindingsByListener,
  filterLines,
  SAMPLE_ORDERS,
  type SampleLine,
  type SampleOrder,
  sampleLines,
  sortLines,
} from "../../core/report/text/sample-table.ts";

/** Samples that a sparkline can go back. */
const MOST_HISTORY = 240;
/** Samples that findings are made from: ten intervals. */
const MOST_RECENT = 11;

/** Queue lengths of one listener, a value for each sample. */
export interface QueueHistory {
  readonly accept: readonly number[];
  readonly syn: readonly (number | null)[];
}

/** Everything that is on the screen. */
export interface TopState {
  readonly sample: Sample | null;
  /** The last samples, this one included. */
  readonly recent: readonly Sample[];
  /** What they say of each listener. */
  readonly facts: ReadonlyMap<string, LiveFacts>;
  /** What follows from that. */
  readonly findings: FindingsByListener;
  readonly history: ReadonlyMap<string, QueueHistory>;
  readonly order: SampleOrder;
  readonly isReversed: boolean;
  readonly filter: string;
  readonly isTyping: boolean;
  readonly isPaused: boolean;
  readonly view: "table" | "detail" | "help";
  /** The listener under the cursor; null until one is there. */
  readonly selected: string | null;
  readonly isDone: boolean;
  /** Ended by Ctrl-C: on a terminal in raw mode that is a key and no signal. */
  readonly isInterrupted: boolean;
}

/** What a terminal said was pressed. */
export interface Key {
  /** The character, empty for a key without one. */
  readonly input: string;
  readonly name:
    | "up"
    | "down"
    | "pageUp"
    | "pageDown"
    | "home"
    | "end"
    | "enter"
    | "escape"
    | "backspace"
    | "interrupt"
    | null;
}

/** The first screen. */
export function startTop(order: SampleOrder, filter: string): TopState {
  return {
    sample: null,
    recent: [],
    facts: new Map(),
    findings: new Map(),
    history: new Map(),
    order,
    isReversed: false,
    filter,
    isTyping: false,
    isPaused: false,
    view: "table",
    selected: null,
    isDone: false,
    isInterrupted: false,
  };
}

/** The key of a line's listener. */
export function lineKey({ listener }: SampleLine): string {
  return sampleKey(listener);
}

/** A sample has come. While paused it is let go, so that what is on the screen can be read. */
export function takeSample(state: TopState, sample: Sample): TopState {
  if (state.isPaused) return state;
  const history = new Map(
    sampleLines(sample).map((line): [string, QueueHistory] => {
      const key = lineKey(line);
      return [key, extend(state.history.get(key), line)];
    }),
  );
  const recent = [...state.recent, sample].slice(-MOST_RECENT);
  const facts = factsOf(recent);
  const findings = new Map([...facts].map(([key, one]) => [key, findForListener(one)]));
  return keepSelection({ ...state, sample, recent, facts, findings, history });
}

function factsOf(samples: readonly Sample[]): Map<string, LiveFacts> {
  const window = new SampleWindow();
  for (const sample of samples) window.add(sample);
  return window.facts();
}

/** The lines to show, in order. */
export function visibleLines({ sample, findings, order, isReversed, filter }: TopState): SampleLine[] {
  if (sample === null) return [];
  const lines = sampleLines(sample, findings);
  return sortLines(filter === "" ? lines : filterLines(lines, filter), order, isReversed);
}

/** A key was pressed; `pageLines` is how many lines the table has room for. */
export function pressKey(state: TopState, key: Key, pageLines: number): TopState {
  if (key.name === "interrupt") return { ...state, isDone: true, isInterrupted: true };
  if (state.isTyping) return keepSelection(typeFilter(state, key));
  if (state.view !== "table") return leaveView(state, key);
  return moveCursor(state, key, pageLines) ?? pressCommand(state, key);
}

const SORT_KEYS: Readonly<Record<string, SampleOrder>> = {
  C: "fullness",
  L: "length",
  P: "peak",
  F: "full",
  D: "drops",
  S: "syn",
  N: "name",
};

function pressCommand(state: TopState, { input, name }: Key): TopState {
  const order = SORT_KEYS[input];
  if (order !== undefined) return { ...state, order };
  if (name === "enter") return state.selected === null ? state : { ...state, view: "detail" };
  if (name === "escape") return keepSelection({ ...state, filter: "" });
  const commands: Readonly<Record<string, Partial<TopState>>> = {
    q: { isDone: true },
    "?": { view: "help" },
    h: { view: "help" },
    "/": { isTyping: true },
    "\\": { isTyping: true },
    o: { isTyping: true },
    p: { isPaused: !state.isPaused },
    " ": { isPaused: !state.isPaused },
    r: { isReversed: !state.isReversed },
    R: { isReversed: !state.isReversed },
    I: { isReversed: !state.isReversed },
    s: { order: nextOrder(state.order, 1) },
    ">": { order: nextOrder(state.order, 1) },
    "<": { order: nextOrder(state.order, -1) },
  };
  return { ...state, ...commands[input] };
}

function leaveView(state: TopState, { input, name }: Key): TopState {
  if (input === "p") return { ...state, isPaused: !state.isPaused };
  if (input === "q" && state.view === "detail") return { ...state, isDone: true };
  return name === "escape" || name === "enter" || state.view === "help" ? { ...state, view: "table" } : state;
}

function typeFilter(state: TopState, { input, name }: Key): TopState {
  if (name === "enter") return { ...state, isTyping: false };
  if (name === "escape") return { ...state, isTyping: false, filter: "" };
  if (name === "backspace") return { ...state, filter: [...state.filter].slice(0, -1).join("") };
  return name === null ? { ...state, filter: state.filter + input } : state;
}

/** Null if the key moves nothing. */
function moveCursor(state: TopState, { input, name }: Key, pageLines: number): TopState | null {
  const lines = visibleLines(state);
  const place = Math.max(
    0,
    lines.findIndex((line) => lineKey(line) === state.selected),
  );
  const last = lines.length - 1;
  const target =
    name === "up" || input === "k"
      ? place - 1
      : name === "down" || input === "j"
        ? place + 1
        : name === "pageUp"
          ? place - pageLines
          : name === "pageDown"
            ? place + pageLines
            : input === "g" || name === "home"
              ? 0
              : input === "G" || name === "end"
                ? last
                : null;
  if (target === null) return null;
  const line = lines[Math.min(last, Math.max(0, target))];
  return line === undefined ? state : { ...state, selected: lineKey(line) };
}

/** The cursor stays on its listener; if that is gone, it goes to the first. An open detail closes with its listener. */
function keepSelection(state: TopState): TopState {
  const lines = visibleLines(state);
  if (lines.some((line) => lineKey(line) === state.selected)) return state;
  const [first] = lines;
  const view = state.view === "detail" ? "table" : state.view;
  return { ...state, view, selected: first === undefined ? null : lineKey(first) };
}

function nextOrder(order: SampleOrder, step: number): SampleOrder {
  const { length } = SAMPLE_ORDERS;
  return SAMPLE_ORDERS[(SAMPLE_ORDERS.indexOf(order) + step + length) % length] ?? "fullness";
}

function extend(known: QueueHistory | undefined, { listener }: SampleLine): QueueHistory {
  return {
    accept: [...(known?.accept ?? []), listener.intervalPeak].slice(-MOST_HISTORY),
    syn: [...(known?.syn ?? []), listener.synQueue.length].slice(-MOST_HISTORY),
  };
}
