/**
 * Remedies that are commands. Such a remedy is a whole line for a shell: the command, and behind `#` what it is for, so that it
 * can be pasted as it stands. What cannot be typed, such as a line of a configuration file, is a plain sentence.
 *
 * @module
 */

const GAP = "  # ";

/** A remedy that can be pasted. `words` say what it does, or when. */
export function shellLine(command: string, words: string): string {
  return `${command}${GAP}${words}`;
}

/** The two halves of such a remedy; null for a sentence. */
export function splitShellLine(remedy: string): { readonly command: string; readonly words: string } | null {
  const at = remedy.indexOf(GAP);
  return at === -1 ? null : { command: remedy.slice(0, at), words: remedy.slice(at + GAP.length) };
}
