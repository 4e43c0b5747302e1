/**
 * TCP's flags as tcpdump writes them: `S`, `S.`, `P.`, `R`, `none`.
 *
 * @module
 */

import { DecodeError } from "../../errors.ts";

/**
 * The bits of the flags.
 *
 * @rfc 9293 §3.1
 * @rfc 9768 §3.1
 */
export const TCP_FLAG = {
  FIN: 0x001,
  SYN: 0x002,
  RST: 0x004,
  PSH: 0x008,
  ACK: 0x010,
  URG: 0x020,
  ECE: 0x040,
  CWR: 0x080,
  AE: 0x100,
} as const;

/** In tcpdump's order: the letter at index n is bit n. */
const LETTERS = "FSRP.UEWe";

/** The letters of the flags that are set, `none` if there are none. */
export function formatTcpFlags(flags: number): string {
  const letters = Array.from(LETTERS).filter((_, bit) => (flags & (1 << bit)) !== 0);
  return letters.length === 0 ? "none" : letters.join("");
}

/**
 * The flags that the letters name, in whatever order.
 *
 * @throws {DecodeError} BAD_VALUE on another letter, a letter twice, or no letter.
 */
export function parseTcpFlags(text: string): number {
  if (text === "none") return 0;
  let flags = 0;
  for (const letter of text) {
    const bit = 1 << LETTERS.indexOf(letter);
    if (!LETTERS.includes(letter) || (flags & bit) !== 0) throw notFlags(text);
    flags |= bit;
  }
  if (flags === 0) throw notFlags(text);
  return flags;
}

function notFlags(text: string): DecodeError {
  const expected = `letters of ${LETTERS}, each once, or "none" expected, is ${JSON.stringify(text)}`;
  return new DecodeError("BAD_VALUE", "TCP flags", 0, expected);
}
