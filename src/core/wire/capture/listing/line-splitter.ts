/**
 * A stream of bytes as lines of text, wherever the chunks end. The text is UTF-8, or UTF-16 with a byte-order mark, as
 * redirected output of Windows PowerShell is.
 *
 * @module
 */

/** No line of a listing is nearly as long; what goes beyond is left out, so that a file without line ends costs no memory. */
const LONGEST_LINE = 16_384;

/** Splits text; bytes that do not fit the encoding become U+FFFD. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  #decoder: InstanceType<typeof TextDecoder> | null = null;
  #rest = "";

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Hands on each line that is whole. The first chunk must hold the byte-order mark, if there is one. */
  push(chunk: Uint8Array): void {
    this.#decoder ??= decoderOf(chunk);
    this.#take(this.#decoder.decode(chunk, { stream: true }));
  }

  /** Hands on the last line, if it has no end. */
  end(): void {
    this.#take(this.#decoder?.decode() ?? "");
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

function decoderOf(head: Uint8Array): InstanceType<typeof TextDecoder> {
  return new TextDecoder(utf16Of(head) ?? "utf-8");
}

/** The encoding that a byte-order mark of UTF-16 names; null for any other beginning. */
export function utf16Of(head: Uint8Array): "utf-16le" | "utf-16be" | null {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  return head[0] === 0xfe && head[1] === 0xff ? "utf-16be" : null;
}
