/**
 * What a scrape is answered with: the text of all metrics, in the format that the scraper prefers, built at most once in a
 * while however many ask.
 *
 * @module
 */
import { CONTENT_TYPES, type Format } from "./text-format.ts";
import type { TextPieces } from "./text-pieces.ts";

/** A body and what it is. */
export interface Exposed {
  readonly contentType: string;
  /** Held for whoever got it, who releases it. */
  readonly body: TextPieces;
}

/** How to build it. */
export interface ExpositionOptions {
  /** The text of every metric as it is now. */
  write(format: Format): TextPieces;
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
  readonly #newest = new Map<Format, { readonly goodUntil: number; readonly body: TextPieces }>();

  constructor(options: ExpositionOptions) {
    this.#options = options;
  }

  /** The text in one format. */
  get(format: Format): Exposed {
    const known = this.#newest.get(format);
    const isGood = known !== undefined && this.#options.now() < known.goodUntil;
    const body = isGood ? known.body : this.#renew(format);
    return { contentType: CONTENT_TYPES[format], body: body.hold() };
  }

  /** What stood before it may be written over from here on, unless it is still being sent. */
  #renew(format: Format): TextPieces {
    const { write, keepMs, mostShare, now } = this.#options;
    this.#newest.get(format)?.body.release();
    this.#newest.delete(format);
    const beganAt = now();
    const body = write(format);
    const writtenAt = now();
    const goodUntil = writtenAt + Math.max(keepMs, (writtenAt - beganAt) / mostShare);
    this.#newest.set(format, { goodUntil, body });
    return body;
  }
}

/** The format that an Accept header asks for: OpenMetrics only if it is named. */
export function preferredFormat(accept: string | undefined): Format {
  return accept?.includes("application/openmetrics-text") === true ? "openmetrics" : "prometheus";
}
