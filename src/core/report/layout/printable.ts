/**
 * Names that strangers chose, made harmless for a terminal and for a page: a process, a unix socket or a container may be called anything.
 *
 * @module
 */

/**
 * Control characters of both sets, line and paragraph separators, and the marks that turn the direction of writing: each
 * becomes U+FFFD, so that nothing is hidden and a column keeps its width.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being replaced
const STEERING = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A word that somebody typed, as a sentence about it shows it: an empty one is seen, and none steers a terminal. */
export function shownWord(text: string): string {
  return text === "" ? '""' : printable(text);
}

/** The text with nothing in it that steers a terminal. */
export function printable(text: string): string {
  return text.replace(STEERING, "\u{fffd}");
}
