/**
 * What the marks of a picture mean, as a line of samples that is broken where there is no more room.
 *
 * @module
 */
import { type Markup, markup } from "../page/markup.ts";
import { type Conversation, WAIT_WORDS, WAITS } from "./conversation.ts";
import { type Frame, px } from "./picture-frame.ts";
import { PICTURE_NS } from "./picture-style.ts";

/** A sample and its words. */
export interface LegendItem {
  readonly sample: Markup;
  readonly text: string;
}

const SAMPLE_PX = 30;
const GAP_PX = 18;
const ROW_PX = 20;
const CHARACTER_PX = 7;

const lineOf = (kind: string): Markup => markup`<line x1="0" y1="-4" x2="22" y2="-4" class="${kind}"/>`;
const CROSS = markup`<path d="M6 -9l10 10m0 -10l-10 10" class="cross"/>`;

/** The marks that these diagrams have. */
export function ladderLegend(conversations: readonly Conversation[]): LegendItem[] {
  const packets = conversations.flatMap((one) => one.packets);
  const stays = new Set(conversations.flatMap((one) => one.stays.map(({ where }) => where)));
  const items: (LegendItem | null)[] = [
    packets.some(({ isRefused }) => isRefused) ? { sample: CROSS, text: refusedWords(conversations) } : null,
    packets.some(({ arrivedAt }) => arrivedAt === null) ? { sample: CROSS, text: "on the way: lost" } : null,
    packets.some(({ resendOf }) => resendOf !== null)
      ? { sample: markup`<path d="M8 -10h-8v10h8" class="tie"/>`, text: "sent again" }
      : null,
    conversations.some(({ connectedAt }) => connectedAt !== null)
      ? { sample: lineOf("connected"), text: "the client takes itself for connected" }
      : null,
    stays.has("syn-queue") ? { sample: lineOf("in-syn-queue"), text: "in the SYN queue" } : null,
    stays.has("accept-queue") ? { sample: lineOf("in-accept-queue"), text: "in the accept queue" } : null,
    stays.has("program")
      ? { sample: markup`<rect x="0" y="-8.5" width="22" height="9" class="in-program"/>`, text: "accepted" }
      : null,
  ];
  return items.filter((item) => item !== null);
}

/** A capture does not show whether it was the queue. */
function refusedWords(conversations: readonly Conversation[]): string {
  return conversations.some(({ isEstimated }) => isEstimated)
    ? "the server had no use for it"
    : "refused at the queue";
}

/** The marks that these bars have. */
export function waitsLegend(conversations: readonly Conversation[]): LegendItem[] {
  const kinds = new Set(conversations.flatMap(({ waits }) => waits.map(({ kind }) => kind)));
  const endings = new Set(conversations.map(({ ending }) => ending));
  const items: (LegendItem | null)[] = [
    ...WAITS.map((kind) =>
      kinds.has(kind) ? { sample: lineOf(`wait-${kind}`), text: WAIT_WORDS[kind] } : null,
    ),
    endings.has("answered")
      ? { sample: markup`<path d="M8 -4l3 4l5 -9" class="ok"/>`, text: "answered" }
      : null,
    endings.has("refused") ? { sample: CROSS, text: "reset" } : null,
    endings.has("ended")
      ? { sample: markup`<line x1="11" y1="-11" x2="11" y2="3" class="open-end"/>`, text: "ended unanswered" }
      : null,
    endings.has("open")
      ? { sample: markup`<path d="M8 -8l5 4l-5 4" class="open-end"/>`, text: "still waiting at the end" }
      : null,
  ];
  return items.filter((item) => item !== null);
}

/** The legend without a picture around it. */
export function legendDrawing(
  items: readonly LegendItem[],
  { width }: Frame,
): { body: Markup; height: number } {
  let [x, y] = [0, 16];
  const body = items.map(({ sample, text }) => {
    const room = SAMPLE_PX + text.length * CHARACTER_PX;
    if (x > 0 && x + room > width) [x, y] = [0, y + ROW_PX];
    const at = [px(x), y];
    x += room + GAP_PX;
    return markup`<g transform="translate(${at.join(" ")})">${sample}<text x="${SAMPLE_PX}">${text}</text></g>
`;
  });
  return { body: markup`${body}`, height: y + 10 };
}

/** The legend as a picture. */
export function legendSvg(items: readonly LegendItem[], frame: Frame): Markup | null {
  if (items.length === 0) return null;
  const { body, height } = legendDrawing(items, frame);
  return markup`<svg xmlns="${PICTURE_NS}" viewBox="0 0 ${frame.width} ${height}" width="${frame.width}" role="img" class="listenq-picture">
<title>What the marks mean: ${items.map(({ text }) => text).join(", ")}</title>
${body}</svg>
`;
}
