/**
 * The figures that have an aim as one picture in SVG: each on a line of its own by how far it is from its aim, with its quartiles.
 * The line in the middle is the aim; what is left of it is better than asked. Pure.
 *
 * @module
 */
import { told } from "./bench-table.mjs";

const WIDTH = 900;
const ROW = 22;
const [LEFT, RIGHT, TOP, BOTTOM] = [430, 90, 34, 30];
/** The scale is logarithmic, from a tenth of the aim to ten times as bad. */
const DECADES = 1;
const STYLE = `
text { font: 12px system-ui, sans-serif; fill: #1f2328; }
.quiet { fill: #59636e; } .aim { stroke: #59636e; } .row { stroke: #d1d9e0; }
.met { fill: #1a7f37; stroke: #1a7f37; } .missed { fill: #cf222e; stroke: #cf222e; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } .quiet { fill: #9198a1; } .row { stroke: #3d444d; } .aim { stroke: #9198a1; }
  .met { fill: #3fb950; stroke: #3fb950; } .missed { fill: #f85149; stroke: #f85149; }
}`;

/** @param document what `run-benches.mjs` writes with `--json` */
export function benchPicture({ benches }) {
  const figures = benches.flatMap(({ figures }) => figures).filter(({ met }) => met !== null);
  const height = TOP + ROW * figures.length + BOTTOM;
  const middle = placeOf(1);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img">
<title>${figures.filter(({ met }) => met).length} of ${figures.length} figures meet their aim</title>
<style>${STYLE}</style>
<text class="quiet" x="${middle}" y="18" text-anchor="middle">the aim</text>
<text class="quiet" x="${LEFT}" y="18">better</text>
<text class="quiet" x="${WIDTH - RIGHT}" y="18" text-anchor="end">worse</text>
${figures.map((one, place) => rowOf(one, TOP + ROW * (place + 0.5))).join("\n")}
<line class="aim" x1="${middle}" x2="${middle}" y1="24" y2="${height - BOTTOM}"/>
<text class="quiet" x="${LEFT}" y="${height - 10}">a tenth</text>
<text class="quiet" x="${WIDTH - RIGHT}" y="${height - 10}" text-anchor="end">ten times</text>
</svg>
`;
}

function rowOf({ text, value, low, high, unit, aim, met }, y) {
  const kind = met ? "met" : "missed";
  const place = (one) => placeOf(badness(one, aim));
  const ends = low === null ? [] : [place(low), place(high)].sort((a, b) => a - b);
  const spread =
    ends.length === 0 ? "" : `<line class="${kind}" x1="${ends[0]}" x2="${ends[1]}" y1="${y}" y2="${y}"/>`;
  return `<line class="row" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/>${spread}
<circle class="${kind}" cx="${place(value)}" cy="${y}" r="4"/>
<text x="${LEFT - 10}" y="${y + 4}" text-anchor="end">${escaped(text)}</text>
<text x="${WIDTH - RIGHT + 10}" y="${y + 4}">${escaped(told(value, unit))}</text>`;
}

/** 1 at the aim, more where it is missed. */
function badness(value, { atMost, atLeast }) {
  return atMost === undefined ? atLeast / value : value / atMost;
}

function placeOf(badness) {
  // A loss below nothing is a gain.
  const logarithm = badness > 0 ? Math.log10(badness) : -DECADES;
  const decades = Math.min(DECADES, Math.max(-DECADES, logarithm));
  const share = (decades + DECADES) / (2 * DECADES);
  return Math.round((LEFT + share * (WIDTH - RIGHT - LEFT)) * 10) / 10;
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
