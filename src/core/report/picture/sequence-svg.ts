/**
 * The sequence diagrams of several connections as one picture: groups of the same fate below each other, the most interesting
 * first, some of each, and the rest counted.
 *
 * @module
 */
import { type Markup, markup } from "../page/markup.ts";
import { type Conversation, type ConversationGroup, groupsOf, longestWaiting } from "./conversation.ts";
import { ladderDrawing } from "./ladder-svg.ts";
import { ladderLegend, legendDrawing } from "./legend-svg.ts";
import { type Frame, linesOf, px } from "./picture-frame.ts";
import { PICTURE_NS } from "./picture-style.ts";

/** Diagrams of a group at most, and of all groups together. */
const MOST_OF_A_GROUP = 3;
const MOST_DIAGRAMS = 14;

/** A group with the connections that are drawn, and how many are not. */
export interface ShownGroup {
  readonly group: ConversationGroup;
  readonly shown: readonly Conversation[];
  readonly left: number;
}

/** Which connections are drawn, of those whose packets are known: one of each group, and more while there is room. */
export function shownGroups(conversations: readonly Conversation[]): ShownGroup[] {
  const groups = groupsOf(conversations).flatMap((group) => {
    const drawable = group.members.filter(({ packets }) => packets.length > 0);
    return drawable.length === 0 ? [] : [{ group, drawable }];
  });
  let room = Math.max(0, MOST_DIAGRAMS - groups.length);
  return groups.map(({ group, drawable }) => {
    const more = Math.min(MOST_OF_A_GROUP - 1, room, drawable.length - 1);
    room -= more;
    const shown = longestWaiting(drawable, 1 + more);
    return { group, shown, left: group.members.length - shown.length };
  });
}

/** The picture. */
export function sequenceSvg(title: string, conversations: readonly Conversation[], frame: Frame): Markup {
  const parts: Markup[] = [];
  let y = 8;
  const add = (body: Markup, height: number) => {
    parts.push(markup`<g transform="translate(0 ${px(y)})">
${body}</g>
`);
    y += height;
  };
  const addText = (text: string, tone: string) => {
    const lines = linesOf(text, frame.width - 16);
    add(
      markup`${lines.map((line, at) => markup`<text x="8" y="${14 + at * 18}" class="${tone}">${line}</text>`)}`,
      lines.length * 18 + 8,
    );
  };
  addText(title, "title");
  const groups = shownGroups(conversations);
  const legend = legendDrawing(ladderLegend(groups.flatMap(({ shown }) => shown)), frame);
  add(legend.body, legend.height + 12);
  for (const { group, shown, left } of groups) {
    addText(`${group.title} (${group.members.length})`, group.isBad ? "bad-text" : "strong");
    for (const one of shown) {
      const { body, height } = ladderDrawing(one, frame);
      add(body, height + 14);
    }
    if (left > 0) addText(`and ${left} more like these`, "soft");
  }
  return markup`<svg xmlns="${PICTURE_NS}" viewBox="0 0 ${frame.width} ${px(y)}" width="${frame.width}" role="img" class="listenq-picture">
<title>${title}</title>
${parts}</svg>
`;
}
