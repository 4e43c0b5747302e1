/**
 * This machine's listeners as a stream of server-sent events. One sampler looks for all tabs, from the first one that comes to
 * the last one that leaves.
 *
 * @module
 */
import type { ServerResponse } from "node:http";
import { findForListener } from "../../../core/findings/detect.ts";
import { findInWindowNamespaces } from "../../../core/findings/find-in-window.ts";
import type { ListenerSample, Sample } from "../../../core/listener/sample/sample.ts";
import { RecentSamples } from "../../../core/listener/window/recent-samples.ts";
import { SampleWindow, sampleKey } from "../../../core/listener/window/sample-window.ts";
import {
  type LiveMessage,
  liveLines,
  liveMessage,
  type OpenedListener,
} from "../../../core/report/document/live-document.ts";
import { ListenerInspector } from "../../../system/observe/inspect-listener.ts";
import {
  ListenerSampler,
  type ListenerSamplerOptions,
} from "../../../system/observe/sampler/listener-sampler.ts";
import { VictimFeed } from "./victim-feed.ts";

const EVERY_MS = 500;
/** Findings are made from the last ten intervals. */
const MOST_RECENT = 11;
/** A tab that does not read this much misses messages instead of filling memory. */
const MOST_UNREAD_BYTES = 1_000_000;
/** Browsers allow six connections to a host; these are for several browsers. */
const MOST_STREAMS = 16;

/** What a sampler does while somebody watches. */
interface Watch {
  readonly sampler: ListenerSampler;
  readonly inspector: ListenerInspector;
  readonly victims: VictimFeed;
  readonly timer: NodeJS.Timeout;
  recent: RecentSamples;
  last: Sample;
}

/** One tab. */
interface Tab {
  /** The key of the listener that it has opened. */
  readonly opened: string | null;
  /** How many of the victims it was told. */
  victimsTold: number;
}

/** The stream. */
export class LiveFeed {
  readonly #options: ListenerSamplerOptions;
  readonly #streams = new Map<ServerResponse, Tab>();
  #watch: Watch | null = null;

  constructor(options: ListenerSamplerOptions) {
    this.#options = options;
  }

  /** Whether a sampler looks at this moment. */
  get isWatching(): boolean {
    return this.#watch !== null;
  }

  get isFull(): boolean {
    return this.#streams.size >= MOST_STREAMS;
  }

  /**
   * Sends messages until the visitor leaves.
   *
   * @param opened the key of the listener that is told in detail; null for none
   * @throws {NotSupportedError | SyscallError} where listeners cannot be looked at
   */
  add(response: ServerResponse, opened: string | null): void {
    this.#watch ??= this.#begin();
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    const tab = { opened, victimsTold: 0 };
    this.#streams.set(response, tab);
    response.once("close", () => this.#remove(response));
    response.write(eventsOf(this.#watch)(tab));
  }

  /** Ends every stream. */
  close(): void {
    for (const response of this.#streams.keys()) response.end();
    this.#streams.clear();
    this.#end();
  }

  #begin(): Watch {
    const sampler = new ListenerSampler(this.#options);
    const last = sampler.sample();
    const timer = setInterval(() => this.#look(), EVERY_MS);
    const recent = new RecentSamples(MOST_RECENT).with(last);
    const inspector = new ListenerInspector(sampler);
    return { sampler, inspector, victims: new VictimFeed(), timer, recent, last };
  }

  #look(): void {
    const watch = this.#watch;
    if (watch === null) return;
    watch.last = watch.sampler.sample();
    watch.recent = watch.recent.with(watch.last);
    const eventFor = eventsOf(watch);
    for (const [response, tab] of this.#streams)
      if (response.writableLength < MOST_UNREAD_BYTES) response.write(eventFor(tab));
  }

  #remove(response: ServerResponse): void {
    this.#streams.delete(response);
    if (this.#streams.size === 0) this.#end();
  }

  #end(): void {
    if (this.#watch === null) return;
    clearInterval(this.#watch.timer);
    this.#watch.sampler.close();
    this.#watch.victims.close();
    this.#watch = null;
  }
}

/** One moment as each tab is told it: the listeners are the same for all. */
function eventsOf(watch: Watch): (tab: Tab) => string {
  const { recent, last, victims } = watch;
  const keys = liveLines(last).map(({ listener }) => sampleKey(listener));
  const facts = recent.factsOf(keys);
  const findingsOf = (listener: ListenerSample) => {
    const known = facts.get(sampleKey(listener));
    return known === undefined ? listener.findings : findForListener(known);
  };
  const window = new SampleWindow();
  window.add(last);
  const shared = liveMessage(last, findingsOf, findInWindowNamespaces(window));
  return (tab) => {
    const own: Pick<LiveMessage, "opened" | "victims"> = {
      opened: tab.opened === null ? null : openedListener(watch, tab.opened),
      victims: victims.after(tab.victimsTold),
    };
    tab.victimsTold = victims.count;
    return `data: ${JSON.stringify({ ...shared, ...own })}\n\n`;
  };
}

/** A closer look at one listener of the last sample; null if it is not there. */
function openedListener({ last, recent, inspector }: Watch, key: string): OpenedListener | null {
  const listener = last.listeners.find((one) => sampleKey(one) === key);
  if (listener === undefined) return null;
  const inspection = inspector.inspect(listener);
  const facts = recent.factsOf([key]).get(key);
  const findings = facts === undefined ? [] : findForListener({ ...facts, ...inspection });
  return { key, waiting: inspection.waiting, findings };
}
