/**
 * `top` as one component: it takes samples and keys, and draws the screen that they make.
 *
 * @module
 */
import { type Key as InkKey, useApp, useInput, useStdout } from "ink";
import { type ReactNode, useEffect, useReducer, useRef, useState } from "react";
import { findForListener } from "../../core/findings/detect.ts";
import type { LiveFacts } from "../../core/listener/facts.ts";
import type { ListenerSample, Sample } from "../../core/listener/sample/sample.ts";
import type { KernelWord } from "../../core/listener/victims/kernel-word.ts";
import type { SampleLine, SampleOrder } from "../../core/report/text/sample-table.ts";
import { detailEnd, detailView, type Opened } from "./detail-view.ts";
import type { ScreenSize } from "./screen-lines.ts";
import {
  type Key,
  lineKey,
  pressKey,
  type ScreenRoom,
  startTop,
  type TopState,
  takeSample,
  visibleLines,
} from "./top-state.ts";
import { helpView, pageLinesOf, pageOf, tableView } from "./views.ts";

/** Takes a sample, and what this process cost since the one before, as a share of a core. */
export type OnSample = (sample: Sample, processShare?: number | null) => void;

/** What `top` needs of the world. */
export interface TopProps {
  /** Gives samples from now on; returns how to stop it. */
  readonly subscribe: (onSample: OnSample) => () => void;
  /** Who waits in a listener's queue now, how its owner fares, and the kernel's word on it; null where it cannot be told. */
  readonly inspect: (
    listener: ListenerSample,
  ) => Pick<LiveFacts, "waiting" | "owner"> & { readonly kernelWord?: KernelWord | null };
  /** Called when Ctrl-C ends it. */
  readonly onInterrupt?: () => void;
  /** Called for Ctrl-Z: on a terminal in raw mode that is a key and no signal. */
  readonly onSuspend?: () => void;
  /** Called once the screen has another size: what the terminal had broken into two lines must go. */
  readonly onResize?: () => void;
  readonly order: SampleOrder;
  readonly filter: string;
  /** Of the terminal; ink's own if left out. */
  readonly size?: ScreenSize;
}

type Happening =
  | { readonly sample: Sample; readonly processShare: number | null }
  | { readonly key: Key; readonly room: ScreenRoom };

/** The screen. */
export function Top(props: TopProps): ReactNode {
  const { subscribe, inspect, onInterrupt, onSuspend, onResize, order, filter, size } = props;
  const [top, happen] = useReducer(next, startTop(order, filter));
  const terminal = useTerminalSize();
  const screen = size ?? terminal;
  const { exit } = useApp();
  useEffect(() => subscribe((sample, processShare = null) => happen({ sample, processShare })), [subscribe]);
  useEffect(() => {
    if (top.isInterrupted) onInterrupt?.();
    if (top.isDone) exit();
  }, [top.isDone, top.isInterrupted, onInterrupt, exit]);
  const drawnFor = useRef(screen);
  useEffect(() => {
    if (drawnFor.current !== screen) onResize?.();
    drawnFor.current = screen;
  }, [screen, onResize]);
  const lines = visibleLines(top);
  const page = pageOf(lines, top.selected, pageLinesOf(screen));
  const opened = top.selected === null ? null : look(top, page, inspect);
  useInput((input, key) => {
    const end = opened === null ? 0 : detailEnd(opened.selected, screen);
    const room = { pageLines: pageLinesOf(screen), detailEnd: end };
    for (const pressed of keysOf(input, key)) {
      if (pressed.name === "suspend") onSuspend?.();
      else happen({ key: pressed, room });
    }
  });
  if (top.view === "help") return helpView(screen);
  if (top.view === "detail" && opened !== null) return detailView(opened.selected, top.scroll, screen);
  return tableView({ state: top, count: lines.length, page: opened?.page ?? page }, screen);
}

function next(state: TopState, happening: Happening): TopState {
  if ("key" in happening) return pressKey(state, happening.key, happening.room);
  return takeSample(state, happening.sample, happening.processShare);
}

/**
 * The listeners that are seen, with their findings. That under the cursor is looked at closer, in the table as well, so that
 * opening it tells nothing else than its line did.
 */
function look(
  top: TopState,
  page: readonly SampleLine[],
  inspect: TopProps["inspect"],
): { readonly page: SampleLine[]; readonly selected: Opened } | null {
  const facts = top.recent.factsOf(page.map(lineKey));
  let selected: Opened | null = null;
  const found = page.map((line): SampleLine => {
    const key = lineKey(line);
    const known = facts.get(key);
    if (key !== top.selected)
      return known === undefined ? line : { ...line, findings: findForListener(known) };
    const closer = inspect(line.listener);
    const whole =
      known === undefined ? line : { ...line, findings: findForListener({ ...known, ...closer }) };
    selected = {
      line: whole,
      history: top.histories.get(key),
      waiting: closer.waiting,
      kernelWord: closer.kernelWord ?? null,
    };
    return whole;
  });
  return selected === null ? null : { page: found, selected };
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
  "\u001a": "suspend",
  "\b": "backspace",
  "\u007f": "backspace",
};

function keyOf(input: string, key: InkKey): Key {
  if (key.ctrl && input === "c") return { input: "", name: "interrupt" };
  if (key.ctrl && input === "z") return { input: "", name: "suspend" };
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
