/**
 * The handshakes of a capture as a picture: one line each, from the first SYN to the server's first answer, over the time of
 * the capture. What suffered is red, and what was never served ends in a cross.
 *
 * @module
 */
import type { Handshake } from "../../explain/index.ts";
import { type Markup, markup, Markup as RawMarkup } from "../page/markup.ts";
import { STYLE } from "./picture-style.ts";
import { roundMarks } from "./round-marks.ts";

const WIDTH = 1000;
const MARGIN = { left: 220, right: 260, top: 34, bottom: 34 } as const;
const ROW_PX = 18;
/** More would be no picture. */
const MOST_ROWS = 60;
const MOST_MARKS = 8;
const CROSS_PX = 4;

/** The picture; null where nobody's beginning is known. */
export function handshakesSvg(handshakes: readonly Handshake[]): Markup | null {
  const known = handshakes.filter(({ startedAt }) => startedAt !== null);
  if (known.length === 0) return null;
  const shown = known.slice(0, MOST_ROWS);
  const lastMs = Math.max(1, ...shown.map(endOf));
  const bottom = MARGIN.top + shown.length * ROW_PX;
  const left = known.length - shown.length;
  const x = (ms: number) =>
    Math.round((MARGIN.left + (ms / lastMs) * (WIDTH - MARGIN.left - MARGIN.right)) * 10) / 10;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + MARGIN.bottom}" role="img" class="listenq-picture">
<title>handshakes over time</title>
${new RawMarkup(STYLE)}
<text x="${MARGIN.left}" y="18" class="note">thick: until the client was connected, thin: until the server's first answer, cross: not served</text>
${timeMarks(lastMs, x, bottom)}
${shown.map((one, place) => row(one, MARGIN.top + (place + 0.5) * ROW_PX, x))}
${left > 0 ? markup`<text x="${MARGIN.left}" y="${bottom + 30}" class="note">and ${left} more handshakes</text>` : null}
</svg>
`;
}

function endOf({ startedAt, handshakeMs, firstResponseMs }: Handshake): number {
  return (startedAt ?? 0) + Math.max(handshakeMs ?? 0, firstResponseMs ?? 0);
}

function timeMarks(lastMs: number, x: (ms: number) => number, bottom: number): Markup[] {
  const { values, text } = roundMarks(lastMs / 1000, MOST_MARKS);
  return values.map(
    (
      seconds,
    ) => markup`<line x1="${x(seconds * 1000)}" y1="${MARGIN.top - 6}" x2="${x(seconds * 1000)}" y2="${bottom}" class="grid"/>
<text x="${x(seconds * 1000)}" y="${bottom + 14}" class="middle">${text(seconds)} s</text>
`,
  );
}

function row(one: Handshake, y: number, x: (ms: number) => number): Markup {
  const { client, startedAt, handshakeMs, firstResponseMs, outcome, served } = one;
  const from = startedAt ?? 0;
  const connected = from + (handshakeMs ?? 0);
  const end = endOf(one);
  const answered = firstResponseMs === null ? "" : ` in ${(firstResponseMs / 1000).toFixed(3)} s`;
  const fate = served === null ? "" : served ? `, served${answered}` : ", not served";
  return markup`<g class="${outcome === "completed" ? "plain" : "bad"}">
<text x="${MARGIN.left - 10}" y="${y + 4}" class="end">${client}</text>
<line x1="${x(from)}" y1="${y}" x2="${x(end)}" y2="${y}" class="packet"/>
<line x1="${x(from)}" y1="${y}" x2="${Math.max(x(connected), x(from) + 2)}" y2="${y}" class="packet connected"/>
${served === false ? cross(x(end), y) : null}
<text x="${x(end) + 8}" y="${y + 4}">${outcome}${fate}</text>
</g>
`;
}

function cross(x: number, y: number): Markup {
  const [left, right, above, below] = [x - CROSS_PX, x + CROSS_PX, y - CROSS_PX, y + CROSS_PX];
  return markup`<path d="M${left} ${above}L${right} ${below}M${left} ${below}L${right} ${above}" class="cross"/>`;
}
