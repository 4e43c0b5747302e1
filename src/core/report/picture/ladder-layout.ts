/**
 * Where everything of a sequence diagram stands from top to bottom. Time runs at one scale, so that an arrow's slope is its
 * packet's delay; what has a label is moved down until there is room for it; and a long silence is folded to a strip of fixed
 * height that says how long it is.
 *
 * @module
 */
import type { Conversation, DrawnPacket } from "./conversation.ts";
import { packetsShown } from "./packets-shown.ts";
import { type Frame, LINE_PX, linesOf } from "./picture-frame.ts";
import { clockText, spanText } from "./span-text.ts";

type LaneName = "client" | "server";

/** A label beside a lane, in lines. */
export interface LadderLabel {
  readonly lane: LaneName;
  readonly at: number;
  /** Of its first line. */
  readonly y: number;
  readonly time: string;
  readonly lines: readonly string[];
  /** What it is about: a packet leaves, a packet meets the queue, the program calls. */
  readonly kind: "sent" | "note" | "call";
  readonly isBad: boolean;
}

/** A silence that was folded. */
export interface Fold {
  readonly y: number;
  readonly text: string;
}

/** An arrow with its places. */
export interface LadderArrow {
  readonly packet: DrawnPacket;
  readonly fromY: number;
  readonly toY: number;
}

/** A sequence diagram before it is drawn. */
export interface LadderLayout {
  readonly arrows: readonly LadderArrow[];
  readonly labels: readonly LadderLabel[];
  readonly folds: readonly Fold[];
  /** Packets that are not shown, and where the words about them stand. */
  readonly left: { readonly count: number; readonly y: number };
  /** The place of a moment; between two known ones that of the earlier. */
  y(at: number): number;
  readonly bottom: number;
}

/** An ordinary delay is drawn so far downwards. */
const DELAY_PX = 30;
/** A scale for packets whose delay nobody sees, and the finest one: a loopback's delays are as good as none. */
const MOST_PX_PER_MS = 30;
const FOLDED_FROM_PX = 110;
const FOLD_PX = 40;
const LEAST_DROP_PX = 9;
const FOOT_PX = 22;

interface LadderEvent {
  readonly at: number;
  readonly lane: LaneName;
  readonly label: Omit<LadderLabel, "y" | "lane" | "at"> | null;
  readonly arrow: { readonly place: number; readonly end: "from" | "to" } | null;
}

/** Lays out one connection from `top` downwards. */
export function ladderLayout(conversation: Conversation, frame: Frame, top: number): LadderLayout {
  const { shown, left } = packetsShown(conversation.packets);
  const events = eventsOf(conversation, shown, frame);
  const scale = scaleOf(shown);
  const labels: LadderLabel[] = [];
  const folds: Fold[] = [];
  const places = new Map<number, number>();
  const arrows = shown.map((packet) => ({ packet, fromY: top, toY: top }));
  const free = { client: top, server: top };
  let y = top;
  let before: number | null = null;
  for (const { at, lane, label, arrow } of events) {
    const advance = before === null ? 0 : (at - before) * scale;
    if (advance > FOLDED_FROM_PX) {
      folds.push({
        y: Math.max(y, free.client - LINE_PX, free.server - LINE_PX) + FOLD_PX / 2,
        text: spanText(at - (before ?? at)),
      });
      y = Math.max(y + FOLD_PX, (folds.at(-1)?.y ?? 0) + FOLD_PX / 2);
    } else y += advance;
    if (label !== null) {
      y = Math.max(y, free[lane]);
      free[lane] = y + label.lines.length * LINE_PX + 2;
      labels.push({ ...label, lane, at, y });
    }
    const drawn = arrow === null ? undefined : arrows[arrow.place];
    // A packet that is there at once would be drawn over its answer.
    if (drawn !== undefined && arrow?.end === "to") y = Math.max(y, drawn.fromY + LEAST_DROP_PX);
    places.set(at, y);
    if (drawn !== undefined) drawn[arrow?.end === "from" ? "fromY" : "toY"] = y;
    before = at;
  }
  const bottom = Math.max(y + LINE_PX, free.client, free.server) + (left > 0 ? FOOT_PX : 0);
  return { arrows, labels, folds, left: { count: left, y: bottom - 6 }, bottom, y: placeIn(places, top) };
}

function placeIn(places: ReadonlyMap<number, number>, top: number): (at: number) => number {
  const moments = [...places.keys()].sort((a, b) => a - b);
  return (at) => {
    const known = places.get(at) ?? places.get(moments.findLast((moment) => moment <= at) ?? Number.NaN);
    return known ?? top;
  };
}

/** Pixels for a millisecond: the usual delay is as long as it is good to look at. */
function scaleOf(packets: readonly DrawnPacket[]): number {
  const delays = packets
    .flatMap(({ sentAt, arrivedAt }) =>
      arrivedAt === null || arrivedAt <= sentAt ? [] : [arrivedAt - sentAt],
    )
    .sort((a, b) => a - b);
  const usual = delays[Math.floor(delays.length / 2)] ?? 1;
  return Math.min(MOST_PX_PER_MS, DELAY_PX / usual);
}

function eventsOf(conversation: Conversation, shown: readonly DrawnPacket[], frame: Frame): LadderEvent[] {
  const label = labelMaker(conversation, frame);
  const events = [
    ...shown.flatMap((packet, place) => packetEvents(packet, place, label)),
    ...conversation.calls.map(({ at, text }) => ({
      at,
      lane: "server" as const,
      label: label("call", at, text, "server", false),
      arrow: null,
    })),
    ...[conversation.connectedAt, ...conversation.stays.flatMap(({ from, to }) => [from, to])].flatMap(
      (at) => (at === null ? [] : [{ at, lane: "server" as const, label: null, arrow: null }]),
    ),
  ];
  return events.sort((a, b) => a.at - b.at);
}

function packetEvents(packet: DrawnPacket, place: number, labelOf: MakeLabel): LadderEvent[] {
  const { from, sentAt, arrivedAt, label, sentNote, note, isRefused } = packet;
  const isFromClient = from === "client";
  const words = [label, sentNote, isFromClient ? null : note].filter((one) => one !== null).join(", ");
  const sent: LadderEvent = {
    at: sentAt,
    lane: from,
    label: labelOf("sent", sentAt, words, from, false),
    arrow: { place, end: "from" },
  };
  const lane = isFromClient ? "server" : "client";
  const isNoted = isFromClient && note !== null && arrivedAt !== null;
  const arrived: LadderEvent = {
    at: arrivedAt ?? sentAt,
    lane,
    label: isNoted ? labelOf("note", arrivedAt, note, lane, isRefused) : null,
    arrow: { place, end: "to" },
  };
  return [sent, arrived];
}

type MakeLabel = (
  kind: LadderLabel["kind"],
  at: number,
  text: string,
  lane: LaneName,
  isBad: boolean,
) => Omit<LadderLabel, "y" | "lane" | "at">;

/** Labels broken to the room beside their lane. In a narrow picture the time has a line of its own. */
function labelMaker({ startedAt, endedAt, packets }: Conversation, frame: Frame): MakeLabel {
  const zero = Math.min(startedAt, packets[0]?.sentAt ?? startedAt);
  const isWide = frame.name === "wide";
  return (kind, at, text, lane, isBad) => {
    const lines = linesOf(text, labelRoom(frame, lane) - (isWide ? TIME_PX : 0));
    return {
      kind,
      time: clockText(at - zero, endedAt - zero),
      lines: isWide ? lines : ["", ...lines],
      isBad,
    };
  };
}

/** Room for the time before a label in a wide picture. */
export const TIME_PX = 66;
/** Between a lane and its labels: the ties of resends, the band of the queue. */
export const LANE_GAP_PX = { client: 22, server: 30 } as const;

function labelRoom({ lanes, width }: Frame, lane: LaneName): number {
  return lane === "client" ? lanes.client - LANE_GAP_PX.client : width - lanes.server - LANE_GAP_PX.server;
}
