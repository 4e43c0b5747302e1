/**
 * What a scrape is answered with: the text of all metrics, in the format that the scraper prefers, built at most once in a
 * while however many ask.
 *
 * @module
 */
import { CONTENT_TYPES, type Format } from "./text-format.ts";

/** A body and what it is. */
export interface Exposed {
  readonly contentType: string;
  readonly body: Buffer;
}

/** How to build it. */
export interface ExpositionOptions {
  /** The text of every metric as it is now. */
  write(format: Format): Buffer;
  /** For so long at least the same text is given out. */
  readonly keepMs: number;
  /** Of a core, for building texts: one that takes long to build is given out for longer. */
  readonly mostShare: number;
  /** Milliseconds of a clock that does not go backwards. */
  now(): number;
}

/** The newest text in each format. */
export class Exposition {
  readonly #options: ExpositionOptions;
  readonly #newest = new Map<Format, { readonly goodUntil: number; readonly exposed: Exposed }>();

  constructor(options: ExpositionOptions) {
    this.#options = options;
  }

  /** The text in one format. */
  get(format: Format): Exposed {
    const { write, keepMs, mostShare, now } = this.#options;
    const known = this.#newest.get(format);
    const askedAt = now();
    if (known !== undefined && askedAt < known.goodUntil) return known.exposed;
    const exposed = { contentType: CONTENT_TYPES[format], body: write(format) };
    const writtenAt = now();
    const goodUntil = writtenAt + Math.max(keepMs, (writtenAt - askedAt) / mostShare);
    this.#newest.set(format, { goodUntil, exposed });
    return exposed;
  }
}

/** The format that an Accept header asks for: OpenMetrics only if it is named. */
export function preferredFormat(accept: string | undefined): Format {
  return accept?.includes("application/openmetrics-text") === true ? "openmetrics" : "prometheus";
}
