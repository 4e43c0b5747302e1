/**
 * The newest page of metrics, kept by a sampler: what the exporter, Prometheus' client and OpenTelemetry all show. The sampler
 * looks all the time; a page is made when somebody asks, at most once a second, and now and then all the same, so that what
 * ended between two questions is counted.
 *
 * @module
 */
import { setInterval } from "node:timers";
import type { Sample } from "../../core/listener/sample/sample.ts";
import type { NamespaceScope } from "../observe/namespace-scope.ts";
import { ListenerSampler } from "../observe/sampler/listener-sampler.ts";
import { KernelWitness } from "../observe/victims/kernel-witness.ts";
import { blindSpots } from "./blind-spots.ts";
import type { MetricsPage } from "./metric-catalogue.ts";
import { onlyOwn } from "./own-listeners.ts";
import { SampleReader } from "./sample-reader.ts";
import { SeriesBook } from "./series-book.ts";
import { StuckClientsReader } from "./stuck-clients-reader.ts";
import { stuckCounts } from "./stuck-counts.ts";

/** Which listeners: those of this process alone, or those of a scope of namespaces. */
export type PageScope = "own" | NamespaceScope;

/** What to show. */
export interface LivePageOptions {
  readonly scope: PageScope;
  /** Also AF_UNIX listeners. */
  readonly unix: boolean;
  /** Milliseconds between two looks at all accept queues; the sampler goes slower before it costs more than its share. */
  readonly everyMs: number;
  /** What these looks may cost at most, as a share of a core. */
  readonly mostShare: number;
  /** Series of listeners at most; all others are folded into one. */
  readonly maxListeners: number;
  /** Also listens to the kernel's own word on refusals, where this user may; false if left out. */
  readonly hasWitness?: boolean;
  /** Also counts own connections that are stuck at somebody's listener; false if left out. */
  readonly hasClients?: boolean;
  /** Told once of each reason why something cannot be seen. */
  onTrouble(words: string): void;
}

/** A page is good for so long. */
const GOOD_MS = 1_000;
const RENEW_EVERY_MS = 10_000;
/** A page older than this is no news. */
const STALE_MS = 3 * RENEW_EVERY_MS;

/** The page, never older than a second when it is asked for. */
export class LivePage {
  readonly #options: LivePageOptions;
  readonly #sampler: ListenerSampler;
  readonly #reader = new SampleReader();
  readonly #book: SeriesBook;
  readonly #witness: KernelWitness | null;
  readonly #clients: StuckClientsReader | null;
  readonly #timer: NodeJS.Timeout;
  readonly #told = new Set<string>();
  #newest: MetricsPage;
  #renewedAt = 0;

  /** @throws {NotSupportedError | UsageError} where these listeners cannot be looked at */
  constructor(options: LivePageOptions) {
    const { scope, unix, everyMs, mostShare, maxListeners } = options;
    this.#options = options;
    this.#book = new SeriesBook(maxListeners);
    const isAsked = options.hasWitness === true && scope !== "own";
    this.#sampler = new ListenerSampler({
      netns: scope === "own" ? "self" : scope,
      owners: scope === "own" ? "own" : "all",
      unix,
      allEveryMs: everyMs,
      allMostShare: mostShare,
      hearsEntries: isAsked,
    });
    this.#witness = isAsked ? KernelWitness.open(scope) : null;
    const wantsClients = options.hasClients === true && scope !== "own";
    this.#clients = wantsClients ? new StuckClientsReader(scope) : null;
    this.#newest = this.#renew();
    this.#timer = setInterval(() => this.#renew(), RENEW_EVERY_MS).unref();
  }

  get newest(): MetricsPage {
    const isGood = performance.now() - this.#renewedAt < GOOD_MS;
    return isGood || this.#sampler.isClosed ? this.#newest : this.#renew();
  }

  /** Null while the page is fresh, else a sentence. */
  get trouble(): string | null {
    const ageMs = performance.now() - this.#renewedAt;
    return ageMs < STALE_MS ? null : `the last look at the listeners is ${(ageMs / 1_000).toFixed(0)} s old`;
  }

  /** Stops looking; the newest page stays. */
  close(): void {
    clearInterval(this.#timer);
    this.#witness?.close();
    this.#sampler.close();
  }

  #renew(): MetricsPage {
    const whole = this.#sampler.sample();
    const sample = this.#options.scope === "own" ? onlyOwn(whole) : whole;
    this.#witness?.refresh();
    const refusals = this.#witness?.refusals() ?? null;
    const { listeners, namespaces } = this.#reader.read(sample, refusals);
    const witness =
      this.#options.hasWitness === true
        ? { isHeard: refusals !== null, unnamed: refusals?.unnamed ?? 0 }
        : null;
    const stuckClients = this.#clients === null ? null : stuckCounts(this.#clients.read(), sample);
    const { coverage, hiddenProcesses } = sample;
    const { unseen, hiddenNamespaces } = this.#sampler;
    const hidden = {
      namespaces: unseen.length,
      byNamespace: hiddenNamespaces,
      byDescriptors: hiddenProcesses,
    };
    this.#newest = { ...this.#book.update(listeners), namespaces, coverage, hidden, witness, stuckClients };
    this.#renewedAt = performance.now();
    this.#tellTroubles(sample);
    return this.#newest;
  }

  #tellTroubles(sample: Sample): void {
    const { folded } = this.#newest;
    const { maxListeners, scope } = this.#options;
    if (folded > 0)
      this.#tell(
        "fold",
        `${folded} listeners beyond the bound of ${maxListeners} are folded into one series`,
      );
    for (const [what, words] of blindSpots(scope, this.#sampler, sample)) this.#tell(what, words);
  }

  #tell(what: string, words: string): void {
    if (this.#told.has(what)) return;
    this.#told.add(what);
    this.#options.onTrouble(words);
  }
}
