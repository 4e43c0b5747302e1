/**
 * How much of the exporter's pages may be on its way to scrapers at once. A page stays in memory until its last byte is taken, and the
 * kernel keeps a copy of what was written: both count here, for each reader. Who takes nothing makes room for whoever comes; where
 * nobody stalls, whoever comes is told to come back.
 *
 * @module
 */

/** Whoever takes a page, and can be ended. */
export interface PageReader {
  destroy(): void;
}

/** A page that somebody has begun to take. */
export interface PageUnderWay {
  /** Some of it was taken. */
  moved(): void;
  /** It was taken, or nobody takes it any more. */
  ended(): void;
}

/** The bounds. */
export interface UnderWayBounds {
  /** Of all pages that are being sent, each counted whole; a single one may be larger. */
  readonly mostBytes: number;
  /** A reader that has taken nothing for so long has stalled. */
  readonly stalledMs: number;
  /** Milliseconds of a clock that does not go backwards. */
  now(): number;
}

interface Sending {
  readonly bytes: number;
  readonly reader: PageReader;
  movedAt: number;
}

/** The pages that are being sent. */
export class PagesUnderWay {
  readonly #bounds: UnderWayBounds;
  readonly #sending = new Set<Sending>();

  constructor(bounds: UnderWayBounds) {
    this.#bounds = bounds;
  }

  /** Of all of them, each counted whole. */
  get bytes(): number {
    let sum = 0;
    for (const { bytes } of this.#sending) sum += bytes;
    return sum;
  }

  /** Somebody asks for a page; null where there is no room for it, and nobody has stalled. */
  begin(bytes: number, reader: PageReader): PageUnderWay | null {
    this.#makeRoom(bytes);
    if (!this.#hasRoom(bytes)) return null;
    const page: Sending = { bytes, reader, movedAt: this.#bounds.now() };
    this.#sending.add(page);
    return {
      moved: () => {
        page.movedAt = this.#bounds.now();
      },
      ended: () => this.#sending.delete(page),
    };
  }

  #hasRoom(bytes: number): boolean {
    return this.#sending.size === 0 || this.bytes + bytes <= this.#bounds.mostBytes;
  }

  #makeRoom(bytes: number): void {
    const stalledSince = this.#bounds.now() - this.#bounds.stalledMs;
    const stalled = [...this.#sending].filter(({ movedAt }) => movedAt <= stalledSince);
    for (const page of stalled.sort((one, other) => one.movedAt - other.movedAt)) {
      if (this.#hasRoom(bytes)) return;
      this.#sending.delete(page);
      page.reader.destroy();
    }
  }
}
