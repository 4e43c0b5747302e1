/**
 * This machine's listeners as a stream of server-sent events. One sampler looks for all tabs, from the first one that comes to
 * the last one that leaves.
 *
 * @module
 */
import type { ServerResponse } from "node:http";
import type { Finding } from "../../../core/finding.ts";
import { findForListener } from "../../../core/findings/detect.ts";
import { findInWindowNamespaces } from "../../../core/findings/find-in-window.ts";
import type { WaitingFacts } from "../../../core/listener/facts.ts";
import type { ListenerSample, Sample } from "../../../core/listener/sample/sample.ts";
import { RecentSamples } from "../../../core/listener/window/recent-samples.ts";
import { SampleWindow, sampleKey } from "../../../core/listener/window/sample-window.ts";
import { liveLines, liveMessage } from "../../../core/report/document/live-document.ts";
import { ListenerInspector } from "../../../system/observe/inspect-listener.ts";
import {
  ListenerSampler,
  type ListenerSamplerOptions,
} from "../../../system/observe/sampler/listener-sampler.ts";

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
  readonly timer: NodeJS.Timeout;
  recent: RecentSamples;
  last: Sample;
}

/** One listener in detail. */
export interface OpenedListener {
  readonly waiting: WaitingFacts | null;
  /** Also what a closer look at the queue and its owner tells. */
  readonly findings: readonly Finding[];
}

/** The stream. */
export class LiveFeed {
  readonly #options: ListenerSamplerOptions;
  readonly #streams = new Set<ServerResponse>();
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
   * @throws {NotSupportedError | SyscallError} where listeners cannot be looked at
   */
  add(response: ServerResponse): void {
    this.#watch ??= this.#begin();
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    this.#streams.add(response);
    response.once("close", () => this.#remove(response));
    response.write(eventOf(this.#watch));
  }

  /** A closer look at one listener of the last message; null if it is not there. */
  open(key: string): OpenedListener | null {
    const listener = this.#watch?.last.listeners.find((one) => sampleKey(one) === key);
    if (this.#watch === null || listener === undefined) return null;
    const inspection = this.#watch.inspector.inspect(listener);
    const facts = this.#watch.recent.factsOf([key]).get(key);
    const findings = facts === undefined ? [] : findForListener({ ...facts, ...inspection });
    return { waiting: inspection.waiting, findings };
  }

  /** Ends every stream. */
  close(): void {
    for (const response of this.#streams) response.end();
    this.#streams.clear();
    this.#end();
  }

  #begin(): Watch {
    const sampler = new ListenerSampler(this.#options);
    const last = sampler.sample();
    const timer = setInterval(() => this.#look(), EVERY_MS);
    const recent = new RecentSamples(MOST_RECENT).with(last);
    return { sampler, inspector: new ListenerInspector(sampler), timer, recent, last };
  }

  #look(): void {
    const watch = this.#watch;
    if (watch === null) return;
    watch.last = watch.sampler.sample();
    watch.recent = watch.recent.with(watch.last);
    const event = eventOf(watch);
    for (const response of this.#streams)
      if (response.writableLength < MOST_UNREAD_BYTES) response.write(event);
  }

  #remove(response: ServerResponse): void {
    this.#streams.delete(response);
    if (this.#streams.size === 0) this.#end();
  }

  #end(): void {
    if (this.#watch === null) return;
    clearInterval(this.#watch.timer);
    this.#watch.sampler.close();
    this.#watch = null;
  }
}

function eventOf({ recent, last }: Watch): string {
  const keys = liveLines(last).map(({ listener }) => sampleKey(listener));
  const facts = recent.factsOf(keys);
  const findingsOf = (listener: ListenerSample) => {
    const known = facts.get(sampleKey(listener));
    return known === undefined ? listener.findings : findForListener(known);
  };
  const window = new SampleWindow();
  window.add(last);
  return `data: ${JSON.stringify(liveMessage(last, findingsOf, findInWindowNamespaces(window)))}\n\n`;
}
