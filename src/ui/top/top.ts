/**
 * `top` without its terminal: samples and keys in, the lines of a screen out.
 *
 * @module
 */
import { findForListener } from "../../core/findings/detect.ts";
import type { LiveFacts } from "../../core/listener/facts.ts";
import type { ListenerSample, Sample } from "../../core/listener/sample/sample.ts";
import type { KernelWord } from "../../core/listener/victims/kernel-word.ts";
import type { SampleLine, SampleOrder } from "../../core/report/text/sample-table.ts";
import { detailEnd, detailView, type Opened } from "./detail-view.ts";
import type { ScreenLine, ScreenSize } from "./screen-lines.ts";
import {
  type Key,
  lineKey,
  pressKey,
  startTop,
  type TopState,
  takeSample,
  visibleLines,
} from "./top-state.ts";
import { helpView, pageLinesOf, pageOf, tableView } from "./views.ts";

/** Who waits in a listener's queue now, how its owner fares, and the kernel's word on it; null where it cannot be told. */
export type Inspect = (
  listener: ListenerSample,
) => Pick<LiveFacts, "waiting" | "owner"> & { readonly kernelWord?: KernelWord | null };

/** What `top` begins with. */
export interface TopOptions {
  readonly inspect: Inspect;
  readonly order: SampleOrder;
  readonly filter: string;
}

/** What is shown, and what was pressed. */
export class Top {
  readonly #inspect: Inspect;
  #state: TopState;

  constructor({ inspect, order, filter }: TopOptions) {
    this.#inspect = inspect;
    this.#state = startTop(order, filter);
  }

  /** Whether a key has ended it. */
  get isDone(): boolean {
    return this.#state.isDone;
  }

  /** Whether that was Ctrl-C. */
  get isInterrupted(): boolean {
    return this.#state.isInterrupted;
  }

  /** The next sample, and what this process cost since the one before, as a share of a core; null where that is not known. */
  take(sample: Sample, processShare: number | null): void {
    this.#state = takeSample(this.#state, sample, processShare);
  }

  /** A key that was pressed on a screen of this size. */
  press(key: Key, size: ScreenSize): void {
    const opened = this.#state.view === "detail" ? this.#look(size)?.selected : undefined;
    const room = {
      pageLines: pageLinesOf(size),
      detailEnd: opened === undefined ? 0 : detailEnd(opened, size),
    };
    this.#state = pressKey(this.#state, key, room);
  }

  /** The screen. */
  lines(size: ScreenSize): ScreenLine[] {
    const { view, scroll } = this.#state;
    if (view === "help") return helpView(size);
    const looked = this.#look(size);
    if (view === "detail" && looked !== null) return detailView(looked.selected, scroll, size);
    const lines = visibleLines(this.#state);
    const page = looked?.page ?? pageOf(lines, this.#state.selected, pageLinesOf(size));
    return tableView({ state: this.#state, count: lines.length, page }, size);
  }

  /**
   * The listeners that are seen, with their findings. That under the cursor is looked at closer, in the table as well, so that
   * opening it tells nothing else than its line did. Null where the cursor is on none.
   */
  #look(size: ScreenSize): { readonly page: SampleLine[]; readonly selected: Opened } | null {
    const { selected: key, recent } = this.#state;
    const seen = pageOf(visibleLines(this.#state), key, pageLinesOf(size));
    const facts = recent.factsOf(seen.map(lineKey));
    let selected: Opened | null = null;
    const page = seen.map((line): SampleLine => {
      const known = facts.get(lineKey(line));
      if (lineKey(line) !== key) return withFindings(line, known);
      const { waiting, owner, kernelWord = null } = this.#inspect(line.listener);
      const whole = withFindings(line, known === undefined ? known : { ...known, waiting, owner });
      selected = { line: whole, history: this.#state.histories.get(key), waiting, kernelWord };
      return whole;
    });
    return selected === null ? null : { page, selected };
  }
}

function withFindings(line: SampleLine, facts: LiveFacts | undefined): SampleLine {
  return facts === undefined ? line : { ...line, findings: findForListener(facts) };
}
