/**
 * A terminal with a screen of its own, so that what was there before comes back. Only lines that changed are written: between two
 * samples most stay as they are.
 *
 * @module
 */
import type { Look, ScreenLine, ScreenSize } from "./screen-lines.ts";

/** What is needed of stdout. */
export interface TerminalOutput {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

const ENTER_SCREEN = "\u001b[?1049h\u001b[?25l";
const LEAVE_SCREEN = "\u001b[?25h\u001b[?1049l";
const CLEAR_SCREEN = "\u001b[2J";
const RESET = "\u001b[0m";
/** As SGR has them. */
const COLOUR_CODES = { red: 31, yellow: 33, cyan: 36 } as const;

/** Its screen. */
export class Terminal {
  readonly #output: TerminalOutput;
  readonly #hasColours: boolean;
  /** What stands on it, line by line; null while that is not known. */
  #shown: readonly string[] | null = null;

  constructor(output: TerminalOutput, hasColours: boolean) {
    this.#output = output;
    this.#hasColours = hasColours;
  }

  get size(): ScreenSize {
    return { columns: this.#output.columns || 80, rows: this.#output.rows || 24 };
  }

  /** Takes the screen, empty and without a cursor. */
  enter(): void {
    this.#shown = null;
    this.#output.write(ENTER_SCREEN);
  }

  /** Gives it back as it was. */
  leave(): void {
    this.#output.write(LEAVE_SCREEN);
  }

  /** What stands there is not known any more: after another size the terminal may have broken lines. */
  forget(): void {
    this.#shown = null;
  }

  /** Shows these lines, from the top on, and nothing else. */
  draw(lines: readonly ScreenLine[]): void {
    const wanted = lines.slice(0, this.size.rows).map((line) => this.#textOf(line));
    const shown = this.#shown ?? [];
    const rows = Math.max(wanted.length, shown.length);
    let changes = this.#shown === null ? CLEAR_SCREEN : "";
    for (let row = 0; row < rows; row += 1) {
      const text = wanted[row] ?? "";
      // Erased before it is written: after a full line the cursor stands on its last character.
      if (text !== (shown[row] ?? "")) changes += `\u001b[${row + 1};1H\u001b[2K${text}`;
    }
    this.#shown = wanted;
    if (changes !== "") this.#output.write(changes);
  }

  #textOf({ text, look }: ScreenLine): string {
    const codes = this.#hasColours ? codesOf(look) : [];
    return codes.length === 0 ? text : `\u001b[${codes.join(";")}m${text}${RESET}`;
  }
}

function codesOf({ isBold, isDim, isInverse, colour }: Look): number[] {
  return [
    ...(isBold === true ? [1] : []),
    ...(isDim === true ? [2] : []),
    ...(isInverse === true ? [7] : []),
    ...(colour === undefined ? [] : [COLOUR_CODES[colour]]),
  ];
}
