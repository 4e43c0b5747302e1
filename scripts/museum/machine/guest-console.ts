/**
 * A guest's console: its last lines, and what they say about how the guest ended.
 *
 * @module
 */

const SHOWN_LINES = 15;
const KEPT_CHARACTERS = 65_536;

/** What a console has said. */
export class GuestConsole {
  #text = "";

  /** Takes more of it. */
  add(chunk: string): void {
    this.#text = (this.#text + chunk).slice(-KEPT_CHARACTERS);
  }

  /** Whether the kernel has given up. */
  get hasPanicked(): boolean {
    return this.#text.includes("Kernel panic - not syncing");
  }

  /** Modules that were there and did not load. */
  get unloaded(): string[] {
    return [...this.#text.matchAll(/^museum: module (\S+) does not load/gm)].flatMap(
      ([, name]) => name ?? [],
    );
  }

  /** The last lines. */
  get end(): string[] {
    const lines = this.#text
      .replaceAll("\r", "")
      .split("\n")
      .filter((line) => line.trim() !== "");
    return lines.slice(-SHOWN_LINES);
  }
}
