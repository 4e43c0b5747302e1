/**
 * A stream of bytes as lines of text, wherever the chunks end.
 *
 * @module
 */

/** No line of a listing is nearly as long; what goes beyond is left out, so that a file without line ends costs no memory. */
const LONGEST_LINE = 16_384;

/** Splits UTF-8 text; bytes that are not UTF-8 become U+FFFD. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  readonly #decoder = new TextDecoder();
  #rest = "";

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Hands on each line that is whole. */
  push(chunk: Uint8Array): void {
    this.#take(this.#decoder.decode(chunk, { stream: true }));
  }

  /** Hands on the last line, if it has no end. */
  end(): void {
    this.#take(this.#decoder.decode());
    if (this.#rest !== "") this.#onLine(this.#rest);
    this.#rest = "";
  }

  #take(text: string): void {
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      this.#keep(text.slice(from, end));
      this.#onLine(this.#rest.endsWith("\r") ? this.#rest.slice(0, -1) : this.#rest);
      this.#rest = "";
      from = end + 1;
    }
    this.#keep(text.slice(from));
  }

  #keep(part: string): void {
    this.#rest += part.slice(0, LONGEST_LINE - this.#rest.length);
  }
}
