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
  write(format: Format): string;
  /** For so long the same text is given out. */
  readonly keepMs: number;
  /** Milliseconds of a clock that does not go backwards. */
  now(): number;
}

/** The newest text in each format. */
export class Exposition {
  readonly #options: ExpositionOptions;
  readonly #newest = new Map<Format, { readonly builtAt: number; readonly exposed: Exposed }>();

  constructor(options: ExpositionOptions) {
    this.#options = options;
  }

  /** The text in one format. */
  get(format: Format): Exposed {
    const { write, keepMs, now } = this.#options;
    const known = this.#newest.get(format);
    const builtAt = now();
    if (known !== undefined && builtAt - known.builtAt < keepMs) return known.exposed;
    const exposed = { contentType: CONTENT_TYPES[format], body: Buffer.from(write(format)) };
    this.#newest.set(format, { builtAt, exposed });
    return exposed;
  }
}

/** The format that an Accept header asks for: OpenMetrics only if it is named. */
export function preferredFormat(accept: string | undefined): Format {
  return accept?.includes("application/openmetrics-text") === true ? "openmetrics" : "prometheus";
}
