/**
 * How a report looks: on a wide screen, on a telephone, in the dark, on paper.
 *
 * @module
 */
import { PICTURE_CSS } from "../picture/picture-style.ts";

const LIGHT =
  "--paper:#fff;--ink:#1b1f24;--soft:#59636e;--line:#d5dbe1;--panel:#f5f7f9;--bad:#b3152a;--bad-wash:#fdeced;--warn:#8a5200;--warn-wash:#fdf3e1;--good:#176b3a;--good-wash:#e8f5ed;--link:#1f6fb2;";
const DARK =
  "--paper:#15181d;--ink:#e6e9ed;--soft:#a3adb8;--line:#343b44;--panel:#1d2127;--bad:#ff8b95;--bad-wash:#331a1e;--warn:#f0b35a;--warn-wash:#30261a;--good:#7fd6a0;--good-wash:#17291e;--link:#6db6ee;";

/** The style sheet of a page, the pictures' included. */
export const PAGE_CSS: string = `:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif;max-width:1008px;margin:0 auto;padding:1.6rem 24px 3rem;color:var(--ink);background:var(--paper);overflow-wrap:break-word}
h1{font-size:1.65rem;line-height:1.25;margin:.2rem 0 .6rem}
h2{font-size:1.25rem;margin:2.4rem 0 .7rem;padding-top:1.1rem;border-top:1px solid var(--line)}
h3{font-size:1.02rem;margin:1.6rem 0 .5rem}
p{margin:.5rem 0;max-width:74ch}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.88em;background:var(--panel);padding:.08em .3em;border-radius:3px;overflow-wrap:anywhere}
.kicker{color:var(--soft);font-size:.9rem;margin:0}
.quiet{color:var(--soft)}
.small{font-size:.9rem}
.verdict{display:flex;gap:.8rem;align-items:flex-start;margin:1rem 0;padding:.8rem 1rem;border:1px solid var(--line);border-left:6px solid var(--soft);border-radius:6px;background:var(--panel);font-size:1.08rem}
.verdict p{margin:0;max-width:none}
.verdict .mark{font-weight:700;flex:none}
.verdict.bad{border-color:var(--bad);background:var(--bad-wash)}.verdict.warn{border-color:var(--warn);background:var(--warn-wash)}.verdict.good{border-color:var(--good);background:var(--good-wash)}
.badge{display:inline-block;font-size:.8rem;font-weight:700;line-height:1;padding:.28em .55em;border:1.5px solid currentColor;border-radius:4px;white-space:nowrap;vertical-align:.12em;color:var(--soft)}
.badge.bad{color:var(--bad)}.badge.warn{color:var(--warn)}.badge.good{color:var(--good)}
.bad-text{color:var(--bad);font-weight:600}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(140px,1fr));gap:.6rem;margin:1rem 0;padding:0}
.facts div{padding:.55rem .8rem;border:1px solid var(--line);border-radius:6px}
.facts dt{color:var(--soft);font-size:.85rem;line-height:1.3}
.facts dd{margin:.1rem 0 0;font-size:1.25rem;font-weight:600;font-variant-numeric:tabular-nums}
.finding{border:1px solid var(--line);border-left:6px solid var(--soft);border-radius:6px;padding:.7rem 1rem .8rem;margin:.9rem 0}
.finding.bad{border-left-color:var(--bad)}.finding.warn{border-left-color:var(--warn)}
.finding h3{margin:.35rem 0 .4rem}
.finding h4{font-size:.92rem;margin:.8rem 0 .2rem}
.finding ul{margin:.2rem 0;padding-left:1.2rem}
.claims{list-style:none;margin:.6rem 0;padding:0}
.claims li{display:grid;grid-template-columns:6.2rem 1fr;gap:0 .6rem;padding:.5rem 0;border-bottom:1px solid var(--line)}
.claims .evidence{grid-column:2;color:var(--soft);font-size:.9rem}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.88rem}
th,td{text-align:left;padding:.25rem 1.1rem .25rem 0;vertical-align:top;border-bottom:1px solid var(--line)}
th{font-weight:600;white-space:nowrap}
td.number,th.number{text-align:right}
.scroll{overflow-x:auto;margin:.6rem 0}
figure{margin:.8rem 0}
figcaption{color:var(--soft);font-size:.9rem;max-width:74ch;margin:.3rem 0}
.narrow{display:none}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(356px,100%),1fr));gap:1.2rem 2rem}
details{margin:.5rem 0}
summary{cursor:pointer;padding:.25rem 0}
summary:focus-visible{outline:2px solid var(--link);outline-offset:2px}
footer{margin-top:2.5rem;padding-top:.8rem;border-top:1px solid var(--line);color:var(--soft);font-size:.88rem}
@media (max-width:820px){body{padding:1rem 16px 2rem}h1{font-size:1.35rem}.wide{display:none}.narrow{display:block}.claims li{grid-template-columns:1fr}.claims .evidence{grid-column:1}.facts{grid-template-columns:repeat(2,1fr)}}
@media print{:root{color-scheme:light;${LIGHT}}body{font-size:11pt;max-width:none;padding:0}.wide{display:block}.narrow{display:none}.pair .narrow,.pair svg{display:block}.scroll{overflow:visible}table{font-size:7.5pt}th{white-space:normal}th,td{padding-right:.5rem}.finding,.verdict,tr{break-inside:avoid}h2,h3{break-after:avoid}details::details-content{content-visibility:visible;block-size:auto}}
${PICTURE_CSS}`;
