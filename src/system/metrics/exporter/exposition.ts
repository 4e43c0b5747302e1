/**
 * What a scrape is answered with: the text of all metrics, in the format that the scraper prefers, built at most once in a
 * while however many ask.
 *
 * @module
 */
import { Registry } from "prom-client";

/** The two text formats. */
export type Format = "prometheus" | "openmetrics";

/** A body and what it is. */
export interface Exposed {
  readonly contentType: string;
  readonly body: Buffer;
}

/** How to build it. */
export interface ExpositionOptions {
  /** Called for each of the two registries: adds every metric. */
  register(registry: Registry): void;
  /** For so long the same text is given out. */
  readonly keepMs: number;
  /** Milliseconds of a clock that does not go backwards. */
  now(): number;
}

/** The newest text in each format. */
export class Exposition {
  readonly #keepMs: number;
  readonly #now: () => number;
  readonly #registries: Readonly<Record<Format, Registry>>;
  readonly #newest = new Map<Format, { readonly builtAt: number; readonly exposed: Promise<Exposed> }>();

  constructor({ register, keepMs, now }: ExpositionOptions) {
    this.#keepMs = keepMs;
    this.#now = now;
    // prom-client renames the counters of an OpenMetrics registry, so the two share none.
    const openmetrics = new Registry() as Registry;
    openmetrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
    this.#registries = { prometheus: new Registry(), openmetrics };
    register(this.#registries.prometheus);
    register(openmetrics);
  }

  /** The text in one format. Whoever asks while it is being built gets the same. */
  get(format: Format): Promise<Exposed> {
    const known = this.#newest.get(format);
    const builtAt = this.#now();
    if (known !== undefined && builtAt - known.builtAt < this.#keepMs) return known.exposed;
    const exposed = build(this.#registries[format]);
    this.#newest.set(format, { builtAt, exposed });
    exposed.catch(() => this.#newest.delete(format));
    return exposed;
  }
}

/** The format that an Accept header asks for: OpenMetrics only if it is named. */
export function preferredFormat(accept: string | undefined): Format {
  return accept?.includes("application/openmetrics-text") === true ? "openmetrics" : "prometheus";
}

async function build(registry: Registry): Promise<Exposed> {
  return { contentType: registry.contentType, body: Buffer.from(await registry.metrics()) };
}
