/**
 * An explanation as a page: the verdict, every finding with its evidence, the listeners, the handshakes that suffered.
 *
 * @module
 */
import type { Explanation, Handshake, ListenerReport } from "../../explain/index.ts";
import type { Finding } from "../../finding.ts";
import type { CaptureSummary } from "../document/explain-document.ts";
import { handshakesSvg } from "../picture/handshakes-svg.ts";
import { verdictOf } from "../text/explain-verdict.ts";
import { type Insertable, type Markup, markup } from "./markup.ts";
import { page, picture, section, table, withCode } from "./page.ts";

/** More rows would be no page; the JSON document has all. */
const MOST_HANDSHAKES = 1000;

/** The page. Times are milliseconds since the capture's first packet. */
export function explainPage(captures: readonly CaptureSummary[], explanation: Explanation): string {
  const { listeners, handshakes, findings } = explanation;
  const files = captures.map(({ file }) => file).join(", ");
  const left = handshakes.length - MOST_HANDSHAKES;
  return page(`What ${files} shows`, [
    markup`<h1>What ${files} shows</h1>\n<p>${verdictOf(explanation)}</p>\n`,
    summary(captures, explanation),
    section("Over time", handshakes.length === 0 ? null : timeline(handshakes)),
    section("Findings", findings.map(findingBlock)),
    section("Listeners", listeners.length === 0 ? null : listenerTable(listeners)),
    section(
      "Handshakes",
      handshakes.length === 0 ? null : handshakeTable(handshakes.slice(0, MOST_HANDSHAKES)),
    ),
    left > 0 ? markup`<p>${left} more are in the JSON document.</p>\n` : null,
    section("Captures", captureTable(captures)),
  ]);
}

const TONES = { critical: "bad", warning: "warning", info: "quiet" } as const;

/** The numbers that somebody looks for first. */
function summary(
  captures: readonly CaptureSummary[],
  { listeners, handshakes, findings }: Explanation,
): Markup {
  const packets = captures.reduce((sum, one) => sum + one.packets, 0);
  const all = listeners.reduce((sum, one) => sum + one.handshakes, 0);
  const completed = listeners.reduce((sum, one) => sum + (one.outcomes.completed ?? 0), 0);
  const notServed = handshakes.filter(({ served }) => served === false).length;
  const grave = findings.filter(({ severity }) => severity !== "info").length;
  const rows = [
    ["packets", packets],
    ["listeners", listeners.length],
    ["handshakes with them", all],
    ["of these, simply completed", completed],
    ["handshakes that were not served", notServed],
    ["findings above info", grave],
  ];
  return markup`<div class="summary">${table(["", ""], rows, [1])}</div>
`;
}

function timeline(handshakes: readonly Handshake[]): Markup | null {
  const svg = handshakesSvg(handshakes);
  return svg === null ? null : picture(svg);
}

function findingBlock({ code, severity, title, detail, evidence, remedy, docs }: Finding): Markup {
  const tone = TONES[severity];
  return markup`<h3><span class="${tone}">${severity}</span> ${title}</h3>
<p class="quiet"><code>${code}</code></p>
<p>${withCode(detail)}</p>
<p>${withCode(evidence.text)}${evidence.filter === null ? null : markup`<br><code>${evidence.filter}</code>`}</p>
${remedy.length === 0 ? null : markup`<ul>${remedy.map((line) => markup`<li>${withCode(line)}</li>`)}</ul>`}
<p class="quiet"><code>${docs}</code></p>
`;
}

function listenerTable(listeners: readonly ListenerReport[]): Markup {
  const rows = listeners.map(
    ({ address, port, handshakes, inferredBacklog, abortOnOverflow, outcomes, note }): Insertable[] => [
      address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`,
      handshakes,
      Object.entries(outcomes)
        .map(([outcome, count]) => `${count} ${outcome}`)
        .join(", "),
      inferredBacklog === null ? (note ?? "") : backlogText(inferredBacklog),
      abortOnOverflow === null ? "unknown" : abortOnOverflow ? "on" : "off",
    ],
  );
  return table(["listener", "handshakes", "outcomes", "backlog", "tcp_abort_on_overflow"], rows, [1]);
}

function backlogText({
  atMost,
  value,
  assumes,
  why,
}: NonNullable<ListenerReport["inferredBacklog"]>): string {
  const number =
    value === null ? `at most ${atMost}` : `${value}${assumes === null ? "" : `, if ${assumes}`}`;
  return `${number}: ${why}`;
}

function handshakeTable(handshakes: readonly Handshake[]): Markup {
  const rows = handshakes.map((one): Insertable[] => [
    one.client,
    one.server,
    milliseconds(one.startedAt),
    one.outcome,
    one.served === null ? "unknown" : one.served ? "yes" : "no",
    one.synRetransmissions,
    one.synAckRetransmissions,
    one.dataRetransmissionsBeforeAccept,
    milliseconds(one.handshakeMs),
    milliseconds(one.firstResponseMs),
    one.packets.join(", "),
  ]);
  const head = [
    ...["client", "server", "began (ms)", "outcome", "served", "SYN again", "SYN+ACK again", "data again"],
    ...["connected (ms)", "answered (ms)", "packets"],
  ];
  return table(head, rows, [2, 5, 6, 7, 8, 9]);
}

function captureTable(captures: readonly CaptureSummary[]): Markup {
  const rows = captures.map(({ file, format, linkTypes, packets, first, last, skipped }): Insertable[] => [
    file,
    format,
    linkTypes.join(", "),
    packets,
    first,
    last,
    skipped.map(({ reason, count }) => `${count} ${reason}`).join(", "),
  ]);
  return table(["file", "format", "link types", "packets", "first", "last", "skipped"], rows, [3]);
}

function milliseconds(ms: number | null): string {
  return ms === null ? "" : ms.toFixed(1);
}
