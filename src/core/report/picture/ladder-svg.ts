/**
 * One connection as a sequence diagram: the client's lane and the server's, an arrow for each packet whose slope is its delay, a
 * cross at the queue for what was refused, a tie from each resend to what it repeats, accept() and close() on the server's lane,
 * and beside it in which queue the connection stood. The client's lane is thick from where the client takes itself for connected.
 *
 * @module
 */
import { type Markup, markup } from "../page/markup.ts";
import type { Conversation } from "./conversation.ts";
import {
  LANE_GAP_PX,
  type LadderArrow,
  type LadderLabel,
  type LadderLayout,
  ladderLayout,
  TIME_PX,
} from "./ladder-layout.ts";
import { clipped, type Frame, LINE_PX, px } from "./picture-frame.ts";
import { PICTURE_NS } from "./picture-style.ts";

const HEAD_PX = 54;
const CROSS_PX = 5;
/** The queue's band begins here, right of the server's lane. */
const BAND_PX = 8;

/** A drawing that has its place inside a picture. */
export interface Drawing {
  readonly body: Markup;
  readonly height: number;
}

/** The diagram as a picture of its own. */
export function ladderSvg(conversation: Conversation, frame: Frame): Markup {
  const { body, height } = ladderDrawing(conversation, frame);
  const { client, server, summary } = conversation;
  return markup`<svg xmlns="${PICTURE_NS}" viewBox="0 0 ${frame.width} ${height}" width="${frame.width}" role="img" class="listenq-picture">
<title>${client} and ${server}: ${summary}</title>
${body}</svg>
`;
}

/** The diagram without the picture around it. */
export function ladderDrawing(conversation: Conversation, frame: Frame): Drawing {
  const layout = ladderLayout(conversation, frame, HEAD_PX);
  const { count, y } = layout.left;
  const body = markup`${lanes(conversation, layout, frame)}
${layout.folds.map((fold) => foldMark(fold.y, fold.text, frame))}
${ties(layout.arrows, frame)}
${layout.arrows.map((arrow) => arrowOf(arrow, frame))}
${conversation.calls.map(({ at }) => callMark(layout, at, frame))}
${layout.labels.map((label) => labelOf(label, frame))}
${count > 0 ? markup`<text x="${middle(frame)}" y="${px(y)}" class="middle soft">${leftWords(count, frame)}</text>` : null}
`;
  return { body, height: px(layout.bottom + 6) };
}

function leftWords(count: number, { name }: Frame): string {
  return name === "wide"
    ? `${count} more packets in between and after are left out`
    : `${count} more packets`;
}

function middle({ lanes }: Frame): number {
  return (lanes.client + lanes.server) / 2;
}

function lanes(
  { client, server, connectedAt, stays }: Conversation,
  layout: LadderLayout,
  frame: Frame,
): Markup {
  const { client: left, server: right } = frame.lanes;
  const [top, bottom] = [HEAD_PX - 14, px(layout.bottom)];
  const end = px(layout.y(Number.POSITIVE_INFINITY) + 10);
  const connected =
    connectedAt === null
      ? null
      : markup`<line x1="${left}" y1="${px(layout.y(connectedAt))}" x2="${left}" y2="${end}" class="connected"/>`;
  const room = frame.name === "wide" ? 180 : 150;
  return markup`<text x="${left}" y="16" class="${frame.name === "wide" ? "end" : "middle"} strong">client</text>
<text x="${left}" y="32" class="${frame.name === "wide" ? "end" : "middle"} soft">${clipped(client, room)}</text>
<text x="${right}" y="16" class="strong">server</text>
<text x="${right}" y="32" class="soft">${clipped(server, room)}</text>
<line x1="${left}" y1="${top}" x2="${left}" y2="${bottom}" class="lane"/>
<line x1="${right}" y1="${top}" x2="${right}" y2="${bottom}" class="lane"/>
${connected}
${stays.map(({ where, from, to }) => {
  const [y1, y2] = [px(layout.y(from)), to === null ? end : px(layout.y(to))];
  return where === "program"
    ? markup`<rect x="${right + BAND_PX - 4}" y="${y1}" width="9" height="${px(Math.max(2, y2 - y1))}" class="in-program"/>`
    : markup`<line x1="${right + BAND_PX}" y1="${y1}" x2="${right + BAND_PX}" y2="${px(Math.max(y2, y1 + 2))}" class="in-${where}"/>`;
})}
`;
}

/** A strip that says how long nothing happened. */
function foldMark(y: number, text: string, frame: Frame): Markup {
  const { client, server } = frame.lanes;
  const zigzag = (
    x: number,
  ) => markup`<rect x="${x - 12}" y="${px(y - 7)}" width="${x === server ? 32 : 24}" height="14" class="halo"/>
<path d="M${x - 7} ${px(y - 3)}l5 -4l4 8l5 -4M${x - 7} ${px(y + 3)}l5 -4l4 8l5 -4" class="fold"/>`;
  return markup`${zigzag(client)}${zigzag(server)}
<text x="${middle(frame)}" y="${px(y + 4)}" class="middle soft">${text}${frame.name === "wide" ? " of silence" : ""}</text>
`;
}

/** A bracket on the sender's lane from each resend to the packet it repeats. */
function ties(arrows: readonly LadderArrow[], { lanes }: Frame): Markup[] {
  const byNumber = new Map(arrows.map((arrow) => [arrow.packet.number, arrow]));
  return arrows.flatMap(({ packet, fromY }) => {
    const first = packet.resendOf === null ? undefined : byNumber.get(packet.resendOf);
    if (first === undefined) return [];
    const isClient = packet.from === "client";
    const [x, out] = isClient ? [lanes.client - 4, -11] : [lanes.server + BAND_PX + 8, 9];
    return [
      markup`<path d="M${x} ${px(first.fromY + 3)}h${out}V${px(fromY)}h${-out}" class="tie"/>
`,
    ];
  });
}

function arrowOf({ packet, fromY, toY }: LadderArrow, { lanes }: Frame): Markup {
  const isRight = packet.from === "client";
  const [x1, x2] = isRight ? [lanes.client, lanes.server] : [lanes.server, lanes.client];
  const isLost = packet.arrivedAt === null;
  const isCrossed = isLost || packet.isRefused;
  const reset = packet.label.startsWith("RST");
  const end = isLost ? x1 + (x2 - x1) * 0.55 : packet.isRefused ? x2 - CROSS_PX - 1 : x2;
  const endY = isLost ? fromY + 12 : toY;
  const kind = reset ? "reset" : isCrossed ? "refused" : "packet";
  return markup`<line x1="${x1}" y1="${px(fromY)}" x2="${px(end)}" y2="${px(endY)}" class="${kind}"/>
${isCrossed ? cross(px(end), px(endY)) : head(x1, px(fromY), x2, px(endY), reset)}
`;
}

/** An arrow's head, turned as the arrow is. */
function head(x1: number, y1: number, x2: number, y2: number, isReset: boolean): Markup {
  const length = Math.hypot(x2 - x1, y2 - y1);
  const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
  const [bx, by] = [x2 - 9 * ux, y2 - 9 * uy];
  const points = [
    [x2, y2],
    [bx - 4 * uy, by + 4 * ux],
    [bx + 4 * uy, by - 4 * ux],
  ];
  return markup`<polygon points="${points.map(([x = 0, y = 0]) => `${px(x)},${px(y)}`).join(" ")}" class="${isReset ? "reset-head" : "head"}"/>`;
}

function cross(x: number, y: number): Markup {
  return markup`<path d="M${px(x - CROSS_PX)} ${px(y - CROSS_PX)}l${2 * CROSS_PX} ${2 * CROSS_PX}m0 ${-2 * CROSS_PX}l${-2 * CROSS_PX} ${2 * CROSS_PX}" class="cross"/>`;
}

function callMark(layout: LadderLayout, at: number, { lanes }: Frame): Markup {
  const y = px(layout.labels.find((label) => label.kind === "call" && label.at === at)?.y ?? layout.y(at));
  return markup`<line x1="${lanes.server - 5}" y1="${y}" x2="${lanes.server + BAND_PX + 8}" y2="${y}" class="call"/>
`;
}

function labelOf({ lane, y, time, lines, kind, isBad }: LadderLabel, frame: Frame): Markup {
  const tone = isBad ? "bad-text" : kind === "call" ? "call-text" : kind === "note" ? "soft" : "";
  const base = px(y + 4);
  const isWide = frame.name === "wide";
  if (lane === "client") {
    const x = frame.lanes.client - LANE_GAP_PX.client;
    return isWide
      ? markup`${lines.map((line, at) => markup`<text x="${x - TIME_PX}" y="${px(base + at * LINE_PX)}" class="end ${tone}">${line}</text>`)}<text x="${x}" y="${base}" class="end soft">${time}</text>
`
      : stacked(x, base, time, lines, `end ${tone}`, "end soft");
  }
  const x = frame.lanes.server + LANE_GAP_PX.server;
  return isWide
    ? markup`<text x="${x}" y="${base}" class="soft">${time}</text>${lines.map((line, at) => markup`<text x="${x + TIME_PX}" y="${px(base + at * LINE_PX)}" class="${tone}">${line}</text>`)}
`
    : stacked(x, base, time, lines, tone, "soft");
}

function stacked(
  x: number,
  base: number,
  time: string,
  lines: readonly string[],
  lineClass: string,
  timeClass: string,
): Markup {
  return markup`<text x="${x}" y="${base}" class="${timeClass}">${time}</text>${lines.map((line, at) =>
    line === ""
      ? null
      : markup`<text x="${x}" y="${px(base + at * LINE_PX)}" class="${lineClass}">${line}</text>`,
  )}
`;
}
