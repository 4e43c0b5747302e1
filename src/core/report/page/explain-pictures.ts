/**
 * The pictures of a capture's page: who waited for what, how many waited at each listener meanwhile, the packets.
 *
 * @module
 */
import type { Explanation, ListenerReport } from "../../explain/index.ts";
import { formatEndpoint } from "../../wire/address.ts";
import type { TimeSpan } from "../picture/axis.ts";
import type { Conversation } from "../picture/conversation.ts";
import { legendSvg, waitsLegend } from "../picture/legend-svg.ts";
import { COMPLETED_RANK } from "../picture/outcome-groups.ts";
import type { Frame } from "../picture/picture-frame.ts";
import { queueSeriesOfCapture } from "../picture/queue-series.ts";
import { queueSvg } from "../picture/queue-svg.ts";
import { waitsSvg } from "../picture/waits-svg.ts";
import { type Insertable, type Markup, markup } from "./markup.ts";
import { figure, section } from "./page.ts";
import { sequenceSection } from "./sequence-section.ts";

/** Charts of more listeners would push the packets out of sight. */
const MOST_CHARTS = 3;

const LADDER_CAPTION =
  "Each arrow is a packet. A capture tells one moment of each; when it left and arrived is estimated from the handshake's round trip. Times count from the connection's first packet; long silences are folded.";
const CHART_CAPTION =
  "Counted from the packets: clients that are connected and have no answer yet. How many of them stand in the accept queue, a capture does not show.";

/** The sections. */
export function explainPictures(
  explanation: Explanation,
  conversations: readonly Conversation[],
): (Markup | null)[] {
  if (conversations.length === 0) return [];
  const listeners = [...explanation.listeners]
    .sort((a, b) => troubles(b) - troubles(a))
    .slice(0, MOST_CHARTS);
  return [
    section("Who waited for what", [
      uncountedNote(explanation, conversations),
      figure((frame) => overTime(listeners, conversations, frame), CHART_CAPTION),
    ]),
    section("The packets", sequenceSection(conversations, LADDER_CAPTION)),
  ];
}

/** Of a large capture not all that completed was kept. */
function uncountedNote({ listeners }: Explanation, conversations: readonly Conversation[]): Markup | null {
  const completed = listeners.reduce((sum, { outcomes }) => sum + (outcomes.completed ?? 0), 0);
  const drawn = conversations.filter(({ rank }) => rank >= COMPLETED_RANK).length;
  if (completed <= drawn) return null;
  return markup`<p class="quiet small">${completed - drawn} more handshakes simply completed; of these only their number was kept.</p>`;
}

function troubles({ handshakes, outcomes }: ListenerReport): number {
  return handshakes - (outcomes.completed ?? 0);
}

function overTime(
  listeners: readonly ListenerReport[],
  conversations: readonly Conversation[],
  frame: Frame,
): Insertable[] {
  const span = spanOf(conversations);
  const charts = listeners.flatMap(({ address, port, inferredBacklog }) => {
    const endpoint = formatEndpoint(address, port);
    return queueSeriesOfCapture(endpoint, conversations, inferredBacklog?.atMost ?? null) ?? [];
  });
  return [
    legendSvg(waitsLegend(conversations), frame),
    waitsSvg(conversations, span, frame),
    charts.map((series) => queueSvg(series, span, frame)),
  ];
}

function spanOf(conversations: readonly Conversation[]): TimeSpan {
  const from = conversations.reduce(
    (first, { startedAt }) => Math.min(first, startedAt),
    Number.POSITIVE_INFINITY,
  );
  const to = conversations.reduce((last, { endedAt }) => Math.max(last, endedAt), from);
  return { from: Math.min(0, from), to };
}
