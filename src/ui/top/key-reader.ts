/**
 * Keys out of what a terminal in raw mode sends. A key without a character is a sequence that begins with Escape; those that `top` does
 * not know do nothing, and nothing of them is taken for a character. Pure but for what it holds back.
 *
 * @module
 */
import type { Key } from "./top-state.ts";

/** Control sequences (the Linux console's F1 to F5 have one bracket more), keys of the keypad, Alt with a key, and single characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: Escape is what sequences begin with
const SEQUENCE = /\u001b(?:\[\[[A-E]|\[[0-?]*[ -/]*[@-~]|O[ -~]|[^[O\u001b])|./gsu;
/** What may be the beginning of a sequence. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same Escape
const UNFINISHED = /\u001b(?:\[\[?|\[[0-?]*[ -/]*|O)?$/u;

/** Takes pieces as they come: over a slow line a sequence may come in two, or several keys in one. */
export class KeyReader {
  #held = "";

  /** Whether something is held back that the next piece may go on with; a lone Escape is such. */
  get isWaiting(): boolean {
    return this.#held !== "";
  }

  /** The keys that are whole. */
  read(piece: string): Key[] {
    const text = this.#held + piece;
    this.#held = UNFINISHED.exec(text)?.[0] ?? "";
    return keysIn(text.slice(0, text.length - this.#held.length));
  }

  /** Nothing has come for a moment: what was held back is a key by itself. */
  finish(): Key[] {
    const held = this.#held;
    this.#held = "";
    return held === "\u001b" ? [{ input: "", name: "escape" }] : [];
  }
}

function keysIn(text: string): Key[] {
  return [...text.matchAll(SEQUENCE)].map(([sequence]) => keyOf(sequence));
}

function keyOf(sequence: string): Key {
  const name = NAMES.get(sequence) ?? null;
  const isCharacter = name === null && !/^\p{Cc}/u.test(sequence);
  return { input: isCharacter ? sequence : "", name };
}

/** As xterm, the Linux console, tmux and PuTTY send them. */
const NAMES: ReadonlyMap<string, Key["name"]> = new Map<string, Key["name"]>([
  ["\r", "enter"],
  ["\n", "enter"],
  ["\u001bOM", "enter"],
  ["\u0003", "interrupt"],
  ["\u001a", "suspend"],
  ["\b", "backspace"],
  ["\u007f", "backspace"],
  ["\u001b[3~", "backspace"],
  ["\u001b", "escape"],
  ...arrow("A", "up"),
  ...arrow("B", "down"),
  ...arrow("H", "home"),
  ...arrow("F", "end"),
  ["\u001b[1~", "home"],
  ["\u001b[7~", "home"],
  ["\u001b[4~", "end"],
  ["\u001b[8~", "end"],
  ["\u001b[5~", "pageUp"],
  ["\u001b[6~", "pageDown"],
]);

/** In both modes of the cursor's keys. */
function arrow(letter: string, name: Key["name"]): [string, Key["name"]][] {
  return [
    [`\u001b[${letter}`, name],
    [`\u001bO${letter}`, name],
  ];
}
