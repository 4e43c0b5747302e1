/**
 * Which notes on packets are bad news.
 *
 * @module
 */

/** Whether a note tells of a packet that the server had no use for. */
export function isBadNote(note: string): boolean {
  return /dropped|refused|reset/.test(note);
}
