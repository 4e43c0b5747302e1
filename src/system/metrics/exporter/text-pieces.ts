/**
 * Texts in pieces of one size. A text of 5,000 listeners has ten megabytes and is made anew every few seconds; its pieces are used again
 * once nobody sends it any more, so that memory does not depend on when garbage is collected.
 *
 * @module
 */
const PIECE_BYTES = 64 * 1024;
/** What is free beyond that is left to the garbage collector: 32 MiB. */
const MOST_FREE = 512;

/** A text in UTF-8, for as long as somebody holds it. */
export class TextPieces {
  /** One after the other they are the text. */
  readonly pieces: readonly Buffer[];
  /** In bytes. */
  readonly length: number;
  #holders = 1;
  readonly #onFree: () => void;

  /** Whoever makes it holds it. */
  constructor(pieces: readonly Buffer[], onFree: () => void) {
    this.pieces = pieces;
    this.length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    this.#onFree = onFree;
  }

  /** One more holds it, and must release it. */
  hold(): this {
    this.#holders += 1;
    return this;
  }

  /** Once for each hold: when nobody is left the bytes become those of another text. */
  release(): void {
    this.#holders -= 1;
    if (this.#holders === 0) this.#onFree();
  }

  toString(): string {
    return Buffer.concat(this.pieces).toString();
  }
}

/** Makes texts. */
export class PiecePool {
  readonly #encoder = new TextEncoder();
  readonly #free: Buffer[] = [];
  #made = 0;

  /** How many pieces it ever had to make. */
  get made(): number {
    return this.#made;
  }

  /** Writes a text whose parts come one after the other, each of whole characters. */
  write(parts: Iterable<string>): TextPieces {
    const written: Piece[] = [];
    for (const part of parts) this.#append(part, written);
    return new TextPieces(
      written.map(({ bytes, used }) => bytes.subarray(0, used)),
      () => this.#giveBack(written),
    );
  }

  #append(text: string, written: Piece[]): void {
    let rest = text;
    while (rest !== "") {
      let piece = written.at(-1);
      // A character takes four bytes at most.
      if (piece === undefined || piece.used > PIECE_BYTES - 4) {
        piece = { bytes: this.#take(), used: 0 };
        written.push(piece);
      }
      const done = this.#encoder.encodeInto(rest, piece.bytes.subarray(piece.used));
      piece.used += done.written;
      rest = rest.slice(done.read);
    }
  }

  #take(): Buffer {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    this.#made += 1;
    return Buffer.allocUnsafeSlow(PIECE_BYTES);
  }

  #giveBack(written: readonly Piece[]): void {
    for (const { bytes } of written) if (this.#free.length < MOST_FREE) this.#free.push(bytes);
  }
}

interface Piece {
  readonly bytes: Buffer;
  used: number;
}
