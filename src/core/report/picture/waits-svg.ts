/**
 * One bar for each connection: what it waited for, one thing after the other, and how it ended. The most interesting come
 * first, in groups of the same fate; of a large group some are shown and the rest is counted.
 *
 * @module
 */
import { type Markup, markup } from "../page/markup.ts";
import { type HorizontalAxis, horizontalAxis, type TimeSpan, timeMarks } from "./axis.ts";
import { type Conversation, type ConversationGroup, groupsOf, longestWaiting } from "./conversation.ts";
import { clipped, type Frame, LINE_PX, linesOf, px } from "./picture-frame.ts";
import { PICTURE_NS } from "./picture-style.ts";

/** More would be no picture; the tables have the rest. */
const MOST_BARS = 40;
const MOST_OF_A_GROUP = 12;
const TOP_PX = 8;
const AXIS_PX = 24;
const BAR_PX = 22;

/** A bar, or words between bars, with its place. */
type Row =
  | {
      readonly kind: "words";
      readonly y: number;
      readonly lines: readonly string[];
      readonly isTitle: boolean;
      readonly isBad: boolean;
    }
  | { readonly kind: "bar"; readonly y: number; readonly one: Conversation };

/** The bars over the span; null without connections. */
export function waitsSvg(
  conversations: readonly Conversation[],
  span: TimeSpan,
  frame: Frame,
): Markup | null {
  if (conversations.length === 0) return null;
  const axis = horizontalAxis(span, frame);
  const { rows, bottom } = rowsOf(groupsOf(conversations), frame);
  return markup`<svg xmlns="${PICTURE_NS}" viewBox="0 0 ${frame.width} ${px(bottom + AXIS_PX)}" width="${frame.width}" role="img" class="listenq-picture">
<title>Who waited for what: ${conversations.length} connections</title>
${timeMarks(axis, frame, TOP_PX, bottom)}
${rows.map((row) => (row.kind === "words" ? words(row, frame) : bar(row.one, row.y, axis, frame)))}
</svg>
`;
}

function rowsOf(groups: readonly ConversationGroup[], frame: Frame): { rows: Row[]; bottom: number } {
  const rows: Row[] = [];
  let [y, bars] = [TOP_PX, 0];
  const addWords = (text: string, isTitle: boolean, isBad: boolean) => {
    const lines = linesOf(text, frame.width - 16);
    rows.push({ kind: "words", y: y + LINE_PX, lines, isTitle, isBad });
    y += lines.length * LINE_PX + 8;
  };
  for (const { title, isBad, members } of groups) {
    const shown = longestWaiting(members, Math.min(MOST_OF_A_GROUP, Math.max(1, MOST_BARS - bars)));
    addWords(`${title} (${members.length})`, true, isBad);
    for (const one of shown) {
      rows.push({ kind: "bar", y, one });
      y += barHeight(one, frame);
    }
    bars += shown.length;
    if (members.length > shown.length)
      addWords(`and ${members.length - shown.length} more, none of which waited longer`, false, false);
    y += 4;
  }
  return { rows, bottom: y };
}

function words({ y, lines, isTitle, isBad }: Row & { kind: "words" }, frame: Frame): Markup[] {
  const x = frame.name === "wide" && !isTitle ? frame.plot.left : 8;
  const tone = isTitle ? (isBad ? "bad-text" : "strong") : "soft";
  return lines.map(
    (line, at) => markup`<text x="${x}" y="${px(y - 2 + at * LINE_PX)}" class="${tone}">${line}</text>
`,
  );
}

/** In a narrow picture the words stand above the bar. */
function barHeight(one: Conversation, frame: Frame): number {
  const lines = summaryLines(one, frame).length;
  return frame.name === "wide" ? Math.max(BAR_PX, lines * LINE_PX + 6) : BAR_PX + lines * LINE_PX + 2;
}

function summaryLines({ client, summary }: Conversation, frame: Frame): string[] {
  return frame.name === "wide"
    ? linesOf(summary, frame.width - frame.plot.right - 20)
    : linesOf(`${client}: ${summary}`, frame.width - 16);
}

function bar(one: Conversation, top: number, axis: HorizontalAxis, frame: Frame): Markup {
  const lines = summaryLines(one, frame);
  const isWide = frame.name === "wide";
  const y = px(isWide ? top + BAR_PX / 2 : top + lines.length * LINE_PX + BAR_PX / 2 - 2);
  const [x, first] = isWide ? [frame.plot.right + 16, y + 4] : [8, top + 12];
  return markup`${isWide ? markup`<text x="${frame.plot.left - 12}" y="${px(y + 4)}" class="end">${clipped(one.client, frame.plot.left - 20)}</text>` : null}
${lines.map((line, at) => markup`<text x="${x}" y="${px(first + at * LINE_PX)}" class="${one.isBad ? "" : "soft"}">${line}</text>`)}
${one.waits.map(({ kind, from, to }) => {
  const [x1, x2] = [axis.x(from), axis.x(to)];
  return markup`<line x1="${x1}" y1="${y}" x2="${px(Math.max(x2, x1 + 1.5))}" y2="${y}" class="wait-${kind}"/>`;
})}
${endMark(one, axis.x(lastMoment(one)), y)}
`;
}

function lastMoment({ waits, endedAt }: Conversation): number {
  return waits.at(-1)?.to ?? endedAt;
}

/** A hook for an answer, a cross for a refusal, a bar for an end without an answer, an arrow for what goes on. */
function endMark({ ending }: Conversation, x: number, y: number): Markup {
  if (ending === "answered") return markup`<path d="M${px(x + 3)} ${y}l3 4l5 -9" class="ok"/>`;
  if (ending === "refused")
    return markup`<path d="M${px(x + 2)} ${px(y - 5)}l9 10m0 -10l-9 10" class="cross"/>`;
  if (ending === "ended")
    return markup`<line x1="${px(x + 4)}" y1="${px(y - 7)}" x2="${px(x + 4)}" y2="${px(y + 7)}" class="open-end"/>`;
  return markup`<path d="M${px(x + 2)} ${px(y - 4)}l5 4l-5 4" class="open-end"/>`;
}
