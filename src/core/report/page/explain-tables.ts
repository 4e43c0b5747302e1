/**
 * The tables of a capture's page.
 *
 * @module
 */
import type { Explanation, Handshake, ListenerReport } from "../../explain/index.ts";
import { formatEndpoint } from "../../wire/address.ts";
import type { CaptureSummary } from "../document/explain-document.ts";
import type { Insertable, Markup } from "./markup.ts";
import { markup } from "./markup.ts";
import { details, table } from "./page.ts";

/** More rows would be no page; `explain --json` has all. */
const MOST_HANDSHAKES = 500;

/** The handshakes that a page has room for: what did not simply complete first. */
export function handshakesShown(handshakes: readonly Handshake[]): readonly Handshake[] {
  if (handshakes.length <= MOST_HANDSHAKES) return handshakes;
  const troubled = handshakes.filter(({ outcome }) => outcome !== "completed");
  const plain = handshakes.filter(({ outcome }) => outcome === "completed");
  return [...troubled, ...plain].slice(0, MOST_HANDSHAKES);
}

/** The listeners, the handshakes and the captures. */
export function captureTables(
  captures: readonly CaptureSummary[],
  { listeners, handshakes }: Explanation,
): Insertable[] {
  const shown = handshakesShown(handshakes);
  const left = handshakes.length - shown.length;
  const title =
    left > 0 ? `Handshakes (${shown.length} of ${handshakes.length})` : `Handshakes (${handshakes.length})`;
  return [
    listeners.length === 0 ? null : details(`Listeners (${listeners.length})`, listenerTable(listeners)),
    handshakes.length === 0
      ? null
      : details(title, [
          handshakeTable(shown),
          left > 0
            ? markup`<p class="quiet">${left} more are in <code>listenq explain --json</code>.</p>`
            : null,
        ]),
    details(captures.length === 1 ? "The capture" : "The captures", captureTable(captures)),
  ];
}

function listenerTable(listeners: readonly ListenerReport[]): Markup {
  const rows = listeners.map(
    ({ address, port, handshakes, inferredBacklog, abortOnOverflow, outcomes, note }): Insertable[] => [
      formatEndpoint(address, port),
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
    packetNumbers(one.packets),
  ]);
  const head = [
    ...["client", "server", "began (ms)", "outcome", "served", "SYN again", "SYN+ACK again", "data again"],
    ...["connected (ms)", "answered (ms)", "packets"],
  ];
  return table(head, rows, [2, 5, 6, 7, 8, 9]);
}

/** The first few; a filter of the finding has all. */
function packetNumbers(packets: readonly number[]): string {
  return packets.length <= 12
    ? packets.join(", ")
    : `${packets.slice(0, 12).join(", ")} and ${packets.length - 12} more`;
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
