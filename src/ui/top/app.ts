/**
 * `top` as one component: it takes samples and keys, and draws the screen that they make.
 *
 * @module
 */
import { type Key as InkKey, useApp, useInput, useStdout } from "ink";
import { type ReactNode, useEffect, useReducer, useState } from "react";
import type { LiveFacts } from "../../core/listener/facts.ts";
import type { ListenerSample, Sample } from "../../core/listener/sample/sample.ts";
import type { SampleOrder } from "../../core/report/text/sample-table.ts";
import {
  factsOf,
  type Key,
  lineKey,
  pressKey,
  startTop,
  type TopState,
  takeSample,
  visibleLines,
} from "./top-state.ts";
import { detailView, helpView, pageLinesOf, type ScreenSize, tableView } from "./views.ts";

/** Takes a sample, and what this process cost since the one before, as a share of a core. */
export type OnSample = (sample: Sample, processShare?: number | null) => void;

/** What `top` needs of the world. */
export interface TopProps {
  /** Gives samples from now on; returns how to stop it. */
  readonly subscribe: (onSample: OnSample) => () => void;
  /** Who waits in a listener's queue now, and how its owner fares; null where it cannot be told. */
  readonly inspect: (listener: ListenerSample) => Pick<LiveFacts, "waiting" | "owner">;
  /** Called when Ctrl-C ends it. */
  readonly onInterrupt?: () => void;
  readonly order: SampleOrder;
  readonly filter: string;
  /** Of the terminal; ink's own if left out. */
  readonly size?: ScreenSize;
}

type Happening =
  | { readonly sample: Sample; readonly processShare: number | null }
  | { readonly key: Key; readonly pageLines: number };

/** The screen. */
export function Top({ subscribe, inspect, onInterrupt, order, filter, size }: TopProps): ReactNode {
  const [state, happen] = useReducer(next, startTop(order, filter));
  const terminal = useTerminalSize();
  const screen = size ?? terminal;
  const { exit } = useApp();
  useEffect(() => subscribe((sample, processShare = null) => happen({ sample, processShare })), [subscribe]);
  useEffect(() => {
    if (state.isInterrupted) onInterrupt?.();
    if (state.isDone) exit();
  }, [state.isDone, state.isInterrupted, onInterrupt, exit]);
  useInput((input, key) => {
    for (const pressed of keysOf(input, key)) happen({ key: pressed, pageLines: pageLinesOf(screen) });
  });
  return draw(state, inspect, screen);
}

function next(state: TopState, happening: Happening): TopState {
  if ("sample" in happening) return takeSample(state, happening.sample, happening.processShare);
  return pressKey(state, happening.key, happening.pageLines);
}

function draw(state: TopState, inspect: TopProps["inspect"], screen: ScreenSize): ReactNode {
  if (state.view === "help") return helpView(screen);
  const opened =
    state.view === "detail" ? visibleLines(state).find((one) => lineKey(one) === state.selected) : undefined;
  if (opened === undefined) return tableView(state, screen);
  const key = lineKey(opened);
  const facts = factsOf(state, key);
  const closer = facts === undefined ? null : { ...facts, ...inspect(opened.listener) };
  return detailView(opened, state.history.get(key), closer, screen);
}

/** The terminal's size, also after it has changed. */
function useTerminalSize(): ScreenSize {
  const { stdout } = useStdout();
  const read = (): ScreenSize => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 });
  const [size, setSize] = useState(read);
  useEffect(() => {
    const onResize = () => setSize(read());
    stdout.on("resize", onResize);
    return () => void stdout.off("resize", onResize);
  });
  return size;
}

/** Over a slow line several keys come at once, and ink gives them as one text. */
function keysOf(input: string, key: InkKey): Key[] {
  if (input.length < 2 || key.ctrl || key.meta) return [keyOf(input, key)];
  return [...input].map((character) => ({
    input: character in CONTROL_KEYS ? "" : character,
    name: CONTROL_KEYS[character] ?? null,
  }));
}

const CONTROL_KEYS: Readonly<Record<string, Key["name"]>> = {
  "\r": "enter",
  "\n": "enter",
  "\u0003": "interrupt",
  "\b": "backspace",
  "\u007f": "backspace",
};

function keyOf(input: string, key: InkKey): Key {
  if (key.ctrl && input === "c") return { input: "", name: "interrupt" };
  const name = NAMED_KEYS.find(([pressed]) => key[pressed])?.[1];
  if (name !== undefined) return { input: "", name };
  return { input: key.ctrl || key.meta ? "" : input, name: null };
}

/** By ink's name. Terminals send DEL for the key above Enter, and ink calls that delete. */
const NAMED_KEYS: readonly (readonly [keyof InkKey, Key["name"]])[] = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["pageUp", "pageUp"],
  ["pageDown", "pageDown"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["escape", "escape"],
  ["backspace", "backspace"],
  ["delete", "backspace"],
];
