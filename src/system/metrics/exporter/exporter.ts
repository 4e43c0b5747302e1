/**
 * The exporter: a page of metrics that is kept up to date, and a server that shows it.
 *
 * @module
 */
import { LivePage, type LivePageOptions } from "../live-page.ts";
import { METRICS } from "../metric-catalogue.ts";
import { Exposition } from "./exposition.ts";
import { startMetricsServer } from "./metrics-server.ts";
import { processMetrics } from "./process-metrics.ts";
import { formatMetrics, type MetricFamily } from "./text-format.ts";
import { PiecePool } from "./text-pieces.ts";

/** What to export and where. */
export interface ExporterOptions extends LivePageOptions {
  /** Null for every address of the machine. */
  readonly address: string | null;
  /** 0 for any free one. */
  readonly port: number;
  readonly version: string;
}

/** An exporter that runs. */
export interface RunningExporter {
  /** Where it listens, such as `"127.0.0.1:9842"`. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** The page changes at most once a second, so a text is good for as long. */
const KEEP_TEXT_MS = 1_000;
/** However many ask: texts of 5,000 listeners are then some seconds old at most. */
const MOST_SHARE = 0.05;

/**
 * Starts it.
 *
 * @throws {UsageError} when the address or port cannot be had
 * @throws {NotSupportedError | SyscallError} where listeners cannot be looked at
 */
export async function startExporter(options: ExporterOptions): Promise<RunningExporter> {
  // Who gave an address that cannot be had is told that alone.
  const troubles = new HeldTroubles(options.onTrouble);
  const page = new LivePage({ ...options, hasWitness: true, onTrouble: (words) => troubles.tell(words) });
  const pool = new PiecePool();
  const exposition = new Exposition({
    keepMs: KEEP_TEXT_MS,
    mostShare: MOST_SHARE,
    now: () => performance.now(),
    write: (format) => pool.write(formatMetrics(familiesOf(page, options.version), format)),
  });
  try {
    const server = await startMetricsServer({
      ...options,
      metrics: (format) => exposition.get(format),
      trouble: () => page.trouble,
    });
    troubles.release();
    return { endpoint: server.endpoint, close: () => closeBoth(page, server) };
  } catch (error) {
    page.close();
    throw error;
  }
}

/** One after the other, so that the points of one are garbage before those of the next are made. */
function* familiesOf(page: LivePage, version: string): Generator<MetricFamily> {
  const { newest } = page;
  for (const { name, help, type, points } of METRICS) yield { name, help, type, points: points(newest) };
  yield* processMetrics(version);
}

/** Keeps what is told until it is released, and from then on passes it on. */
class HeldTroubles {
  readonly #onTrouble: (words: string) => void;
  #held: string[] | null = [];

  constructor(onTrouble: (words: string) => void) {
    this.#onTrouble = onTrouble;
  }

  tell(words: string): void {
    if (this.#held === null) this.#onTrouble(words);
    else this.#held.push(words);
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const words of held) this.#onTrouble(words);
  }
}

async function closeBoth(page: LivePage, server: { close(): Promise<void> }): Promise<void> {
  page.close();
  await server.close();
}
