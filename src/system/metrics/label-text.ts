/**
 * Names that anybody may have chosen (a process, a container, the path of a unix socket) as label values. Quotes,
 * backslashes and line ends are escaped by whoever writes the exposition; what is made harmless here is what a terminal or a
 * dashboard would obey: control characters, direction marks, halves of characters. Pure.
 *
 * @module
 */

/** Longer than any name that the kernel or a container runtime gives. */
const LONGEST = 200;

const OBEYED = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The same text with such characters as `\x1b` or `\u{202e}`, cut after 200 characters. */
export function labelText(text: string): string {
  const harmless = text.replace(OBEYED, escapeCharacter);
  return harmless.length <= LONGEST ? harmless : `${harmless.slice(0, LONGEST - 1)}…`;
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}
