/**
 * A report as its own page shows it, inside this one: its markup in a tree of its own, with its own style, and without anything
 * that could run.
 *
 * @module
 */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** What a report has and may keep. Everything else of a dropped file is left out, with what is inside it. */
const KEPT = new Set([
  ...[
    "a",
    "article",
    "b",
    "br",
    "caption",
    "code",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
  ],
  ...[
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "header",
    "hr",
    "i",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "small",
  ],
  ...["span", "strong", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"],
  ...[
    "circle",
    "clippath",
    "defs",
    "desc",
    "ellipse",
    "g",
    "line",
    "marker",
    "path",
    "pattern",
    "polygon",
    "polyline",
  ],
  ...["rect", "svg", "symbol", "text", "title", "tspan", "use"],
]);

const STYLE = /<style[^>]*>(.*?)<\/style>/gis;

/** The report. */
export function ReportView({ html }: { readonly html: string }): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current !== null) showIn(host.current, html);
  }, [html]);
  return <div class="report" ref={host} />;
}

function showIn(host: HTMLElement, html: string): void {
  // Taken out of the text: the policy of this page would complain of each as it is parsed.
  const styles = [...html.matchAll(STYLE)].map(([, text = ""]) => text);
  const parsed = new DOMParser().parseFromString(html.replaceAll(STYLE, ""), "text/html");
  const body = document.createElement("div");
  body.className = "report-body";
  body.append(...[...parsed.body.childNodes].flatMap((node) => kept(node)));
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = styles.map(sheetOf);
  root.replaceChildren(body);
}

/** A report's page is here a part of a page: what it says of its body it says of that part. */
function sheetOf(text: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    text.replace(/(^|[\s,}{])body(?=[\s,.{:])/g, "$1.report-body").replaceAll(":root", ":host"),
  );
  return sheet;
}

function kept(node: Node): Node[] {
  if (node.nodeType === Node.TEXT_NODE) return [document.importNode(node)];
  if (!(node instanceof Element) || !KEPT.has(node.localName.toLowerCase())) return [];
  const copy = document.importNode(node, false) as Element;
  for (const { name, value } of [...copy.attributes])
    if (!isHarmless(name, value)) copy.removeAttribute(name);
  copy.append(...[...node.childNodes].flatMap((child) => kept(child)));
  return [copy];
}

/** No handlers, no addresses but places of the report itself. */
function isHarmless(name: string, value: string): boolean {
  const lower = name.toLowerCase();
  if (lower.startsWith("on") || lower === "style" || lower === "src" || lower === "srcset") return false;
  return !lower.endsWith("href") || value.startsWith("#");
}
