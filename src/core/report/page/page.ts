/**
 * A report as one HTML file: no script runs, nothing is fetched, readable in light and dark, on a telephone and on paper.
 *
 * @module
 */
import { type Frame, NARROW, WIDE } from "../picture/picture-frame.ts";
import { type Insertable, Markup, markup } from "./markup.ts";
import { PAGE_CSS } from "./page-style.ts";

/** Even what slipped through the escaping would neither run nor be fetched. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/**
 * A whole document.
 *
 * @param data what the page carries for programs (`report-data.ts`), or null
 */
export function page(title: string, body: Insertable, data: Markup | null = null): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="listenq">
<title>${plainText(title)}</title>
<style>${new Markup(PAGE_CSS)}</style>
</head>
<body>
${body}
<footer>Made by listenq. No script is needed to read this page, and nothing in it is fetched from elsewhere.${data === null ? null : " It carries its data: listenq explain FILE.html prints it as text, and with --json as a document."}</footer>
${data}
</body>
</html>
`.text;
}

/** A section with its heading; nothing where there is nothing to show. */
export function section(title: string, body: Insertable): Markup | null {
  if (isNothing(body)) return null;
  return markup`<section>
<h2>${title}</h2>
${body}
</section>
`;
}

function isNothing(body: Insertable): boolean {
  return body === null || (Array.isArray(body) && body.every(isNothing));
}

/** A picture in both sizes, of which the page shows the one that fits. */
export function figure(draw: (frame: Frame) => Insertable, caption: Insertable = null): Markup {
  return markup`<figure>
<div class="wide">${draw(WIDE)}</div>
<div class="narrow">${draw(NARROW)}</div>
${caption === null ? null : markup`<figcaption>${caption}</figcaption>`}
</figure>
`;
}

/** What can be unfolded, without a script. */
export function details(title: Insertable, body: Insertable): Markup | null {
  if (isNothing(body)) return null;
  return markup`<details>
<summary>${title}</summary>
${body}
</details>
`;
}

/** Numbers that somebody looks for first. */
export function facts(entries: readonly (readonly [name: string, value: Insertable])[]): Markup {
  return markup`<dl class="facts">
${entries.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>
`;
}

/** How good or bad something is; each has a sign of its own, so that nothing hangs on colour. */
export type PageTone = "bad" | "warn" | "good" | "quiet";

const SIGNS: Readonly<Record<PageTone, string>> = { bad: "✖", warn: "▲", good: "✔", quiet: "○" };

/** A word with its sign. */
export function badge(tone: PageTone, word: string): Markup {
  return markup`<span class="badge ${tone}">${SIGNS[tone]} ${word}</span>`;
}

/** The verdict: what is read first. */
export function verdict(tone: PageTone, word: string, body: Insertable): Markup {
  return markup`<div class="verdict ${tone}">
<span class="mark">${badge(tone, word)}</span>
<p>${body}</p>
</div>
`;
}

/** Words in which `code` stands between backticks, as in Markdown. A backtick without another one is left as it is. */
export function withCode(text: string): Insertable[] {
  const parts = text.split("`");
  const hasPairs = parts.length % 2 === 1;
  return hasPairs
    ? parts.map((part, place) => (place % 2 === 1 ? markup`<code>${part}</code>` : part))
    : [text];
}

/** The words without their backticks. */
export function plainText(text: string): string {
  return text.replaceAll("`", "");
}

/** A table; columns of `numbers` are right-aligned. */
export function table(
  head: readonly string[],
  rows: readonly (readonly Insertable[])[],
  numbers: readonly number[] = [],
): Markup {
  const kind = (column: number) => (numbers.includes(column) ? markup` class="number"` : null);
  return markup`<div class="scroll" tabindex="0"><table>
<thead><tr>${head.map((name, column) => markup`<th scope="col"${kind(column)}>${name}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => markup`<tr>${row.map((cell, column) => markup`<td${kind(column)}>${cell}</td>`)}</tr>\n`)}</tbody>
</table></div>
`;
}
