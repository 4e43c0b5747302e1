/**
 * Words in which `code` stands between backticks, as in Markdown.
 *
 * @module
 */
import type { JSX } from "preact";

/** The words. */
export function WithCode({ text }: { readonly text: string }): JSX.Element {
  return (
    <>{text.split("`").map((part, place) => (place % 2 === 1 ? <code key={place}>{part}</code> : part))}</>
  );
}
