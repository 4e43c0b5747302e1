/**
 * The sequence diagrams of a page: a heading for each group of the same fate, its first connection drawn, a few more to unfold,
 * the rest counted.
 *
 * @module
 */
import type { Conversation } from "../picture/conversation.ts";
import { ladderSvg } from "../picture/ladder-svg.ts";
import { ladderLegend, legendSvg } from "../picture/legend-svg.ts";
import type { Frame } from "../picture/picture-frame.ts";
import { type ShownGroup, shownGroups } from "../picture/sequence-svg.ts";
import { type Insertable, type Markup, markup } from "./markup.ts";
import { badge, details, figure } from "./page.ts";

/** The diagrams, in both sizes; null without packets. */
export function sequenceSection(conversations: readonly Conversation[], caption: string): Insertable {
  return sequenceIn(conversations, (draw) => figure(draw), caption);
}

/** The diagrams in one size. */
export function sequenceColumn(conversations: readonly Conversation[], frame: Frame): Insertable {
  return sequenceIn(conversations, (draw) => markup`<figure>${draw(frame)}</figure>`, null);
}

type Show = (draw: (frame: Frame) => Markup) => Markup;

function sequenceIn(conversations: readonly Conversation[], show: Show, caption: string | null): Insertable {
  const groups = shownGroups(conversations);
  if (groups.length === 0) return null;
  const legend = ladderLegend(groups.flatMap(({ shown }) => shown));
  return [
    caption === null ? null : markup`<p class="quiet small">${caption}</p>`,
    show((frame) => legendSvg(legend, frame) ?? markup``),
    ...groups.map((group) => groupBlock(group, show)),
  ];
}

function groupBlock({ group, shown: [first, ...others], left }: ShownGroup, show: Show): Markup {
  const sign = group.isBad ? markup`${badge("bad", "trouble")} ` : null;
  return markup`<h3>${sign}${group.title} (${group.members.length})</h3>
${first === undefined ? null : show((frame) => ladderSvg(first, frame))}
${others.map((one) =>
  details(
    `${one.client}: ${one.summary}`,
    show((frame) => ladderSvg(one, frame)),
  ),
)}
${left > 0 ? markup`<p class="quiet small">and ${left} more like these</p>` : null}
`;
}
