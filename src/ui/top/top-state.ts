/**
 * What `top` shows and how keys change it. Pure: a key and a state in, the next state out; drawing is in the views.
 *
 * @module
 */

import type { Sample } from "../../core/listener/sample/sample.ts";
import { RecentSamples } from "../../core/listener/window/recent-samples.ts";
import { sampleKey } from "../../core/listener/window/sample-window.ts";
import {
  filterLines,
  SAMPLE_ORDERS,
  type SampleLine,
  type SampleOrder,
  sampleLines,
  sortLines,
} from "../../core/report/text/sample-table.ts";
import { extendHistories, type QueueHistories } from "./queue-history.ts";

/** Samples that findings are made from: ten intervals. */
const MOST_RECENT = 11;

/** Everything that is on the screen. */
export interface TopState {
  readonly sample: Sample | null;
  /** The last samples, this one included. */
  readonly recent: RecentSamples;
  /** CPU that this process used since the sample before, as a share of one core; null where that is not known. */
  readonly processShare: number | null;
  readonly histories: QueueHistories;
  readonly order: SampleOrder;
  readonly isReversed: boolean;
  readonly filter: string;
  readonly isTyping: boolean;
  readonly isPaused: boolean;
  readonly view: "table" | "detail" | "help";
  /** The first line that is seen of an opened listener. */
  readonly scroll: number;
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
    | "suspend"
    | null;
}

/** The first screen. */
export function startTop(order: SampleOrder, filter: string): TopState {
  return {
    sample: null,
    recent: new RecentSamples(MOST_RECENT),
    processShare: null,
    histories: new Map(),
    order,
    isReversed: false,
    filter,
    isTyping: false,
    isPaused: false,
    view: "table",
    scroll: 0,
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
export function takeSample(state: TopState, sample: Sample, processShare: number | null = null): TopState {
  if (state.isPaused) return state;
  const recent = state.recent.with(sample);
  const histories = extendHistories(state.histories, sample.listeners);
  return keepSelection({ ...state, sample, recent, processShare, histories });
}

interface OrderedLines {
  readonly by: string;
  readonly lines: readonly SampleLine[];
}

/** The lines of a sample in the order that was last asked for: a screen needs them more than once. */
const ordered = new WeakMap<Sample, OrderedLines>();

/** The lines that the filter leaves, in order, without findings. */
export function visibleLines({ sample, order, isReversed, filter }: TopState): readonly SampleLine[] {
  if (sample === null) return [];
  const by = `${order} ${isReversed} ${filter}`;
  const known = ordered.get(sample);
  if (known?.by === by) return known.lines;
  const all = sampleLines(sample);
  const lines = sortLines(filter === "" ? all : filterLines(all, filter), order, isReversed);
  ordered.set(sample, { by, lines });
  return lines;
}

/** How much fits on the screen, and how far an opened listener can be scrolled. */
export interface ScreenRoom {
  readonly pageLines: number;
  readonly detailEnd: number;
}

/** A key was pressed. */
export function pressKey(state: TopState, key: Key, { pageLines, detailEnd }: ScreenRoom): TopState {
  if (key.name === "interrupt") return { ...state, isDone: true, isInterrupted: true };
  if (state.isTyping) return keepSelection(typeFilter(state, key));
  if (state.view === "detail") {
    const scroll = targetOf(key, state.scroll, pageLines, detailEnd);
    if (scroll !== null) return { ...state, scroll: Math.min(detailEnd, Math.max(0, scroll)) };
  }
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
  if (name === "enter") return state.selected === null ? state : { ...state, view: "detail", scroll: 0 };
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
function moveCursor(state: TopState, key: Key, pageLines: number): TopState | null {
  const lines = visibleLines(state);
  const place = Math.max(
    0,
    lines.findIndex((line) => lineKey(line) === state.selected),
  );
  const last = lines.length - 1;
  const target = targetOf(key, place, pageLines, last);
  if (target === null) return null;
  const line = lines[Math.min(last, Math.max(0, target))];
  return line === undefined ? state : { ...state, selected: lineKey(line) };
}

/** Where a key leads from a place among places from 0 to `last`, perhaps beyond them; null if the key moves nothing. */
function targetOf({ input, name }: Key, place: number, pageLines: number, last: number): number | null {
  if (name === "up" || input === "k") return place - 1;
  if (name === "down" || input === "j") return place + 1;
  if (name === "pageUp") return place - pageLines;
  if (name === "pageDown") return place + pageLines;
  if (name === "home" || input === "g") return 0;
  return name === "end" || input === "G" ? last : null;
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
