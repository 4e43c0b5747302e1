/**
 * How the pictures look, in light and in dark. A page has these rules once; a picture that is a file of its own carries them.
 * No picture has a style attribute, so that they also show under a strict Content-Security-Policy.
 *
 * @module
 */
import { Markup, markup } from "../page/markup.ts";

/** The namespace that a picture names, so that it is a file of its own too. */
export const PICTURE_NS = "http://www.w3.org/2000/svg";

const LIGHT =
  "--lq-paper:#fff;--lq-ink:#1b1f24;--lq-soft:#59636e;--lq-line:#afb8c1;--lq-grid:#e4e8ec;--lq-blue:#1f6fb2;--lq-amber:#9a5b00;--lq-red:#c0182d;--lq-violet:#6b4fa3;--lq-green:#1b7a43;--lq-wash:#fdeced;";
const DARK =
  "--lq-paper:#15181d;--lq-ink:#e6e9ed;--lq-soft:#a3adb8;--lq-line:#5b6570;--lq-grid:#2a3038;--lq-blue:#6db6ee;--lq-amber:#f0b35a;--lq-red:#ff7b86;--lq-violet:#b79cf0;--lq-green:#7fd6a0;--lq-wash:#3a1d22;";

/** The style sheet. */
export const PICTURE_CSS: string = `.listenq-picture{${LIGHT}font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif;font-variant-numeric:tabular-nums;display:block;max-width:100%;height:auto;color:var(--lq-ink);background:var(--lq-paper)}
.listenq-picture text{fill:var(--lq-ink);white-space:pre}
.listenq-picture .end{text-anchor:end}
.listenq-picture .middle{text-anchor:middle}
.listenq-picture .strong{font-weight:600}
.listenq-picture .title{font-weight:600;font-size:14px}
.listenq-picture .soft{fill:var(--lq-soft)}
.listenq-picture .bad-text{fill:var(--lq-red);font-weight:600}
.listenq-picture .call-text{fill:var(--lq-green);font-weight:600}
.listenq-picture .halo{fill:var(--lq-paper)}
.listenq-picture .wash{fill:var(--lq-wash)}
.listenq-picture line,.listenq-picture path{fill:none}
.listenq-picture .lane{stroke:var(--lq-line);stroke-width:1.5}
.listenq-picture .grid{stroke:var(--lq-grid)}
.listenq-picture .axis{stroke:var(--lq-line)}
.listenq-picture .packet{stroke:var(--lq-ink);stroke-width:1.4}
.listenq-picture .head{fill:var(--lq-ink)}
.listenq-picture .refused{stroke:var(--lq-red);stroke-width:1.6}
.listenq-picture .cross{stroke:var(--lq-red);stroke-width:2.4}
.listenq-picture .reset{stroke:var(--lq-red);stroke-dasharray:7 3}
.listenq-picture .reset-head{fill:var(--lq-red)}
.listenq-picture .tie{stroke:var(--lq-amber);stroke-width:1.3;stroke-dasharray:2 2}
.listenq-picture .fold{stroke:var(--lq-line);stroke-width:1.5}
.listenq-picture .call{stroke:var(--lq-green);stroke-width:2.5}
.listenq-picture .connected{stroke:var(--lq-green);stroke-width:4}
.listenq-picture .in-syn-queue{stroke:var(--lq-amber);stroke-width:9;stroke-dasharray:2 2}
.listenq-picture .in-accept-queue{stroke:var(--lq-blue);stroke-width:9}
.listenq-picture .in-program{fill:var(--lq-paper);stroke:var(--lq-green);stroke-width:1.2}
.listenq-picture .wait-syn-ack{stroke:var(--lq-amber);stroke-width:10;stroke-dasharray:2 2}
.listenq-picture .wait-final-ack{stroke:var(--lq-soft);stroke-width:8;stroke-dasharray:1.5 4}
.listenq-picture .wait-room{stroke:var(--lq-red);stroke-width:10;stroke-dasharray:7 2}
.listenq-picture .wait-accept{stroke:var(--lq-blue);stroke-width:10}
.listenq-picture .wait-answer{stroke:var(--lq-violet);stroke-width:5}
.listenq-picture .wait-server{stroke:var(--lq-violet);stroke-width:10}
.listenq-picture .queue-accept{stroke:var(--lq-blue);stroke-width:2}
.listenq-picture .queue-syn{stroke:var(--lq-amber);stroke-width:1.8;stroke-dasharray:5 3}
.listenq-picture .capacity{stroke:var(--lq-red);stroke-width:1.5;stroke-dasharray:1.5 3}
.listenq-picture .accept-text{fill:var(--lq-blue);font-weight:600}
.listenq-picture .syn-text{fill:var(--lq-amber);font-weight:600}
.listenq-picture .capacity-text{fill:var(--lq-red)}
.listenq-picture .ok{stroke:var(--lq-green);stroke-width:2}
.listenq-picture .open-end{stroke:var(--lq-soft);stroke-width:1.5}
@media (prefers-color-scheme:dark){.listenq-picture{${DARK}}}
@media print{.listenq-picture{${LIGHT}}}
`;

/** A picture as a file of its own. Its title stays first: that is the text for whoever does not see it. */
export function standalonePicture(picture: Markup): string {
  const end = "</title>\n";
  const at = picture.text.indexOf(end) + end.length;
  const style = markup`<style>${new Markup(PICTURE_CSS)}</style>
`;
  return `${picture.text.slice(0, at)}${style.text}${picture.text.slice(at)}`;
}
