/**
 * `top` as one component: it takes samples and keys, and draws the screen that they make.
 *
 * @module
 */
import { type Key as InkKey, useApp, useInput, useStdout } from "ink";
import { type ReactNode, useEffect, useReducer, useState } from "react";
import type { LiveFacts } from "../findings/live/facts.ts";
import type { ListenerSample, Sample } from "../observe/sampler/sample.ts";
import type { SampleOrder } from "../report/sample-table.ts";
import {
  type Key,
  lineKey,
  pressKey,
  startTop,
  type TopState,
  takeSample,
  visibleLines,
} from "./top-state.ts";
import { detailView, helpView, pageLinesOf, type ScreenSize, tableView } from "./views.ts";

/** What `top` needs of the world. */
export interface TopProps {
  /** Gives samples from now on; returns how to stop it. */
  readonly subscribe: (onSample: (sample: Sample) => void) => () => void;
  /** Who waits in a listener's queue now, and how its owner fares; null where it cannot be told. */
  readonly inspect: (listener: ListenerSample) => Pick<LiveFacts, "waiting" | "owner">;
  readonly order: SampleOrder;
  readonly filter: string;
  /** Of the terminal; ink's own if left out. */
  readonly size?: ScreenSize;
}

type Happening = { readonly sample: Sample } | { readonly key: Key; readonly pageLines: number };

/** The screen. */
export function Top({ subscribe, inspect, order, filter, size }: TopProps): ReactNode {
  const [state, happen] = useReducer(next, startTop(order, filter));
  const terminal = useTerminalSize();
  const screen = size ?? terminal;
  const { exit } = useApp();
  useEffect(() => subscribe((sample) => happen({ sample })), [subscribe]);
  useEffect(() => {
    if (state.isDone) exit();
  }, [state.isDone, exit]);
  useInput((input, key) => happen({ key: keyOf(input, key), pageLines: pageLinesOf(screen) }));
  return draw(state, inspect, screen);
}

function next(state: TopState, happening: Happening): TopState {
  if ("sample" in happening) return takeSample(state, happening.sample);
  return pressKey(state, happening.key, happening.pageLines);
}

function draw(state: TopState, inspect: TopProps["inspect"], screen: ScreenSize): ReactNode {
  if (state.view === "help") return helpView(screen);
  const opened =
    state.view === "detail" ? visibleLines(state).find((one) => lineKey(one) === state.selected) : undefined;
  if (opened === undefined) return tableView(state, screen);
  const key = lineKey(opened);
  const facts = state.facts.get(key);
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

function keyOf(input: string, key: InkKey): Key {
  if (key.ctrl && input === "c") return { input: "", name: "interrupt" };
  if (key.upArrow) return { input: "", name: "up" };
  if (key.downArrow) return { input: "", name: "down" };
  if (key.pageUp) return { input: "", name: "pageUp" };
  if (key.pageDown) return { input: "", name: "pageDown" };
  if (key.return) return { input: "", name: "enter" };
  if (key.escape) return { input: "", name: "escape" };
  // Terminals send DEL for the key above Enter, and ink calls that delete.
  if (key.backspace || key.delete) return { input: "", name: "backspace" };
  return { input: key.ctrl || key.meta ? "" : input, name: null };
}
