/**
 * A report as one HTML file: no script, nothing fetched, readable in light and dark, printable.
 *
 * @module
 */
import { type Insertable, Markup, markup } from "./markup.ts";

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 1080px; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
th, td { text-align: left; padding: .15rem .9rem .15rem 0; vertical-align: top; } td.number, th.number { text-align: right; }
.bad { color: #b00020; } .warning { color: #8a5a00; } .good { color: #1b6e3c; } .quiet { color: #555; } .scroll { overflow-x: auto; }
code, pre { font-family: ui-monospace, monospace; font-size: .88rem; }
li { margin: .6rem 0; } svg { width: 100%; min-width: 760px; height: auto; }
.summary td { padding-right: 2rem; font-size: 1rem; }
@media (prefers-color-scheme: dark) { body { color: #e6e6e6; background: #16181c; } .bad { color: #ff7b86; } .warning { color: #f0b35a; } .good { color: #7fd6a0; } .quiet { color: #aaa; } }
`;

/** A whole document. */
export function page(title: string, body: Insertable): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="listenq">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
${body}
</body>
</html>
`.text;
}

/** A section with its heading; nothing where there is nothing to show. */
export function section(title: string, body: Insertable): Markup | null {
  if (body === null || (Array.isArray(body) && body.length === 0)) return null;
  return markup`<h2>${title}</h2>
${body}
`;
}

/** A picture that keeps its size on a narrow screen, where it can be scrolled. */
export function picture(svg: Markup): Markup {
  return markup`<div class="scroll">${svg}</div>
`;
}

/** Words in which `code` stands between backticks, as in Markdown. */
export function withCode(text: string): Insertable[] {
  return text.split("`").map((part, place) => (place % 2 === 1 ? markup`<code>${part}</code>` : part));
}

/** A table; columns of `numbers` are right-aligned. */
export function table(
  head: readonly string[],
  rows: readonly (readonly Insertable[])[],
  numbers: readonly number[] = [],
): Markup {
  const kind = (column: number) => (numbers.includes(column) ? markup` class="number"` : null);
  return markup`<div class="scroll"><table>
<thead><tr>${head.map((name, column) => markup`<th${kind(column)}>${name}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => markup`<tr>${row.map((cell, column) => markup`<td${kind(column)}>${cell}</td>`)}</tr>\n`)}</tbody>
</table></div>
`;
}
