/**
 * The packets of a run as a picture: clients to the left, the server to the right, time from top to bottom. An arrow that ends
 * in a cross was lost; what was refused is red.
 *
 * @module
 */

import { clientNameOf, type Scenario } from "../../scenario/index.ts";
import type { Trace, TracePacket } from "../../trace/index.ts";
import { Markup, markup } from "../page/markup.ts";
import { isBadNote } from "../text/note-tone.ts";
import { STYLE } from "./picture-style.ts";
import { type TimeAxis, timeAxis } from "./time-axis.ts";

const WIDTH = 1000;
const LEFT = 220;
const RIGHT = 520;
const TOP = 48;
const BOTTOM = 24;
const CROSS_PX = 5;
/** More would be no picture. */
const MOST_PACKETS = 400;

/** The picture, which stands alone as a file and inside a page. */
export function sequenceSvg(scenario: Scenario, { packets }: Trace): Markup {
  const shown = packets.slice(0, MOST_PACKETS);
  const axis = timeAxis(shown.flatMap(momentsOf), TOP);
  const height = TOP + axis.height + BOTTOM;
  const left = packets.length - shown.length;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" class="listenq-picture">
<title>${scenario.title}</title>
${new Markup(STYLE)}
<text x="${LEFT}" y="24" class="end head">clients</text>
<text x="${RIGHT}" y="24" class="head">server</text>
<line x1="${LEFT}" y1="${TOP - 12}" x2="${LEFT}" y2="${height}" class="life"/>
<line x1="${RIGHT}" y1="${TOP - 12}" x2="${RIGHT}" y2="${height}" class="life"/>
${shown.map((packet) => arrow(scenario, packet, axis))}
${left > 0 ? markup`<text x="${LEFT}" y="${height - 6}" class="note">and ${left} more packets</text>` : null}
</svg>
`;
}

function momentsOf({ at, arrivedAt }: TracePacket): number[] {
  return arrivedAt === null ? [at] : [at, arrivedAt];
}

function arrow(scenario: Scenario, packet: TracePacket, axis: TimeAxis): Markup {
  const { from, to, at, arrivedAt, flags, length, note } = packet;
  const sender = clientNameOf(scenario, from);
  const isFromClient = sender !== null;
  const name = sender ?? clientNameOf(scenario, to) ?? "";
  const [x1, x2] = isFromClient ? [LEFT, RIGHT] : [RIGHT, LEFT];
  const isLost = arrivedAt === null;
  const [y1, y2] = [axis.y(at), axis.y(arrivedAt ?? at)];
  const end = isLost ? (x1 + x2) / 2 : x2;
  const isBad = flags.includes("R") || (note !== null && isBadNote(note));
  const atClientMs = isFromClient ? at : (arrivedAt ?? at);
  const what = `${(atClientMs / 1000).toFixed(3)} s  ${name}  ${flags}${length > 0 ? ` ${length} B` : ""}`;
  return markup`<g class="${isBad ? "bad" : "plain"}">
<line x1="${x1}" y1="${y1}" x2="${end}" y2="${y2}" class="packet"/>
${isLost ? cross(end, y2) : head(x2, y2, isFromClient)}
<text x="${LEFT - 10}" y="${(isFromClient ? y1 : y2) + 4}" class="end">${what}</text>
${note === null ? null : markup`<text x="${RIGHT + 10}" y="${(isFromClient ? y2 : y1) + 4}" class="note">${note}</text>`}
</g>
`;
}

function head(x: number, y: number, isRightwards: boolean): Markup {
  const back = isRightwards ? x - 8 : x + 8;
  return markup`<polygon points="${x},${y} ${back},${y - 4} ${back},${y + 4}"/>`;
}

function cross(x: number, y: number): Markup {
  const [left, right, above, below] = [x - CROSS_PX, x + CROSS_PX, y - CROSS_PX, y + CROSS_PX];
  return markup`<path d="M${left} ${above}L${right} ${below}M${left} ${below}L${right} ${above}" class="cross"/>`;
}
