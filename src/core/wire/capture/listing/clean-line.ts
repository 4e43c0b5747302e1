/**
 * Takes off what mail programs, web pages, terminals and log collectors put around a line of tcpdump.
 *
 * @module
 */

const ESCAPE = "\u001b";
/** Colours and erasing, as `grep --color` writes them. */
const ESCAPES = new RegExp(`${ESCAPE}\\[[0-9;?]*[A-Za-z]`, "g");
const TAGS = /<\/?(?:pre|code|p|br|div|span|tt|li|blockquote)\b[^<>]*>/gi;
const ENTITIES: Readonly<Record<string, string>> = {
  "&gt;": ">",
  "&lt;": "<",
  "&quot;": '"',
  "&#39;": "'",
  "&nbsp;": " ",
  "&amp;": "&",
};
const QUOTED = /^ ?(?:> ?)+/;

/** A frame that is drawn around a text, and a list of strings in JSON. */
const FRAMED = /^\s*[\u2502\u2503|] ?(.*?)\s*[\u2502\u2503|]\s*$/;
const STRING = /^\s*"([^"]*)"\s*,?\s*$/;

/** What a line begins with, before tcpdump's own words. */
const PREFIXES = [
  // kubectl logs --prefix, --timestamps
  /^\[pod\/[\w./-]+\] /,
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d) (?=\s?\d)/,
  // the log files of containerd and CRI-O
  /^\d{4}-\d\d-\d\dT\S+ (?:stdout|stderr) [FP] /,
  // journald and syslog, with their own time or in ISO 8601
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)? \S+ [^\s:]+: /,
  /^\d{4}-\d\d-\d\dT\S+ \S+ [^\s:]+\[\d+\]: /,
  // docker compose
  /^[\w.-]+ +\| /,
  // by hand: 1) 1. (1)
  /^\s*(?:\(?\d{1,6}[).]|[-*\u2022]) +(?=\d\d:\d\d:|\d{4}-\d\d-|\d+[.,]\d{3}|IP)/,
];

/** The line as tcpdump printed it, as far as can be told; a blank that was before the time stays. */
export function cleanLine(line: string): string {
  let text = line;
  if (text.includes(ESCAPE)) text = text.replace(ESCAPES, "");
  if (text.includes("&"))
    text = text.replace(/&(?:gt|lt|quot|#39|nbsp|amp);/g, (found) => ENTITIES[found] ?? found);
  if (text.includes("<")) text = text.replace(TAGS, "");
  text = text.replaceAll("\u00a0", " ").replace(QUOTED, "");
  text = text.replace(FRAMED, "$1").replace(STRING, "$1");
  return PREFIXES.reduce((rest, prefix) => rest.replace(prefix, ""), text);
}
