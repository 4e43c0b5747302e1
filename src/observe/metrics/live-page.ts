/**
 * The newest page of metrics, kept by a watch: what the exporter, Prometheus' client and OpenTelemetry all show.
 *
 * @module
 */
import type { MetricsPage } from "./catalogue.ts";
import { ListenerWatch, SAMPLE_EVERY_MS, type WatchScope } from "./listener-watch.ts";
import { SampleReader } from "./sample-reader.ts";
import { SeriesBook } from "./series-book.ts";
import type { WatchedSample } from "./watched-sample.ts";

/** What to show. */
export interface LivePageOptions {
  readonly scope: WatchScope;
  /** Milliseconds between two looks at all accept queues. */
  readonly everyMs: number;
  /** Series of listeners at most; all others are folded into one. */
  readonly maxListeners: number;
  onTrouble(words: string): void;
}

/** A page older than this is no news. */
const STALE_MS = 10 * SAMPLE_EVERY_MS;

/** The page, renewed once a second. */
export class LivePage {
  readonly #reader = new SampleReader();
  readonly #book: SeriesBook;
  readonly #watch: ListenerWatch;
  readonly #onTrouble: LivePageOptions["onTrouble"];
  readonly #most: number;
  #newest: MetricsPage = { series: [], sockets: 0, folded: 0, namespaces: [] };
  #renewedAt = 0;
  #hasToldFolding = false;

  /** @throws {NotSupportedError | SyscallError} where listeners cannot be looked at */
  constructor({ scope, everyMs, maxListeners, onTrouble }: LivePageOptions) {
    this.#book = new SeriesBook(maxListeners);
    this.#most = maxListeners;
    this.#onTrouble = onTrouble;
    this.#watch = new ListenerWatch({ scope, everyMs, onTrouble, onSample: (sample) => this.#take(sample) });
  }

  get newest(): MetricsPage {
    return this.#newest;
  }

  /** Null while the page is fresh, else a sentence. */
  get trouble(): string | null {
    const ageMs = performance.now() - this.#renewedAt;
    return ageMs < STALE_MS ? null : `the last look at the listeners is ${(ageMs / 1_000).toFixed(0)} s old`;
  }

  close(): void {
    this.#watch.close();
  }

  #take(sample: WatchedSample): void {
    const { listeners, namespaces } = this.#reader.read(sample);
    this.#newest = { ...this.#book.update(listeners), namespaces };
    this.#renewedAt = performance.now();
    if (this.#newest.folded > 0) this.#tellFolding(this.#newest.folded);
  }

  #tellFolding(folded: number): void {
    if (this.#hasToldFolding) return;
    this.#hasToldFolding = true;
    this.#onTrouble(`${folded} listeners beyond the bound of ${this.#most} are folded into one series`);
  }
}
