/**
 * Packets on their way, and those that were turned away falling out at the queue that refused them.
 *
 * @module
 */
import {
  inFlight,
  lostAt,
  type Moment,
  refusedBetween,
  type StagePacket,
} from "../../../../core/stage/index.ts";
import { drawCross } from "./draw-clients.ts";
import type { Palette } from "./palette.ts";
import { FONT, type Picture } from "./picture.ts";
import type { ListenerSpots } from "./stage-layout.ts";

/** How long what was refused falls, in show time. */
const FALL_SHOWN_MS = 650;
const FALL_PX = 46;
/** More at a time have no labels. */
const MOST_LABELLED = 24;

/** Draws what is on its way and what falls. */
export function drawPackets(context: CanvasRenderingContext2D, picture: Picture): void {
  const { stage, at, palette } = picture;
  const flying = inFlight(stage, at);
  const hasLabels = flying.length <= MOST_LABELLED;
  for (const packet of flying) drawFlying(context, packet, picture, hasLabels);
  for (const { packet, share } of fallingAt(picture)) drawFalling(context, packet, share, picture, palette);
}

/** What was refused a moment ago, and how far it has fallen, 0 to 1. */
export function fallingAt({
  stage,
  pace,
  at,
}: Picture): { readonly packet: StagePacket; readonly share: number }[] {
  const shown = pace.toShow(at);
  const from = pace.toRun(Math.max(0, shown - FALL_SHOWN_MS));
  return refusedBetween(stage, from, at).map((packet) => ({
    packet,
    share: Math.min(1, (shown - pace.toShow(packet.arrivedAt ?? at)) / FALL_SHOWN_MS),
  }));
}

interface Way {
  readonly fromX: number;
  readonly fromY: number;
  readonly toX: number;
  readonly toY: number;
}

/** Between the client and the queue that the packet is about. */
function wayOf({ client, isFromClient, flags }: StagePacket, { layout, moment, stage }: Picture): Way | null {
  const spot = layout.clients.get(client);
  const spots = spotsFor(client, moment, layout.listeners);
  if (spot === undefined || spots === undefined || stage.packets.length === 0) return null;
  const isHandshake = flags === "S" || flags === "S.";
  const box = isHandshake ? spots.syn : spots.accept;
  const near = { x: spot.x + spot.radius + 8, y: spot.y };
  const far = { x: box.x - 6, y: box.y + box.height / 2 };
  return isFromClient
    ? { fromX: near.x, fromY: near.y, toX: far.x, toY: far.y }
    : { fromX: far.x, fromY: far.y, toX: near.x, toY: near.y };
}

/** With one listener it is that; else the one that has the client in a queue. */
function spotsFor(
  client: string,
  { listeners }: Moment,
  all: ReadonlyMap<string, ListenerSpots>,
): ListenerSpots | undefined {
  const known = listeners.find(({ acceptNames, synNames, heldNames }) =>
    [acceptNames, synNames, heldNames].some((names) => names.includes(client)),
  );
  return all.get((known ?? listeners[0])?.name ?? "");
}

function drawFlying(
  context: CanvasRenderingContext2D,
  packet: StagePacket,
  picture: Picture,
  hasLabel: boolean,
): void {
  const way = wayOf(packet, picture);
  if (way === null) return;
  const { palette, at } = picture;
  const until = packet.arrivedAt ?? lostAt(packet);
  const share = Math.min(1, Math.max(0, (at - packet.at) / Math.max(1e-9, until - packet.at)));
  const far = packet.arrivedAt === null ? share / 2 : share;
  const x = way.fromX + (way.toX - way.fromX) * far;
  const y = way.fromY + (way.toY - way.fromY) * far;
  drawTrail(context, way, { x, y }, palette);
  const color = colorOf(packet, palette);
  if (!hasLabel) {
    context.fillStyle = color;
    context.beginPath();
    context.arc(x, y, 3.5, 0, 2 * Math.PI);
    context.fill();
  } else drawChip(context, labelOf(packet), { x, y, color }, palette);
  if (packet.arrivedAt === null && share > 0.75) drawCross(context, x, y, 7, palette.bad);
}

function drawTrail(
  context: CanvasRenderingContext2D,
  way: Way,
  head: { x: number; y: number },
  palette: Palette,
): void {
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(way.fromX, way.fromY);
  context.lineTo(head.x, head.y);
  context.stroke();
}

function drawChip(
  context: CanvasRenderingContext2D,
  text: string,
  { x, y, color }: { readonly x: number; readonly y: number; readonly color: string },
  palette: Palette,
): void {
  context.font = `600 11px ${FONT}`;
  const width = context.measureText(text).width + 12;
  context.fillStyle = color;
  context.beginPath();
  context.roundRect(x - width / 2, y - 9, width, 18, 9);
  context.fill();
  context.fillStyle = palette.paper;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, x, y + 0.5);
}

function drawFalling(
  context: CanvasRenderingContext2D,
  packet: StagePacket,
  share: number,
  picture: Picture,
  palette: Palette,
): void {
  const spots = spotsFor(packet.client, picture.moment, picture.layout.listeners);
  if (spots === undefined) return;
  const box = packet.refusedBy === "SYN queue" ? spots.syn : spots.accept;
  const x = box.x - 20 - 12 * share;
  const y = box.y + box.height / 2 + FALL_PX * share * share;
  context.globalAlpha = 1 - share * 0.7;
  drawChip(context, `\u2715 ${labelOf(packet)}`, { x, y, color: palette.bad }, palette);
  context.globalAlpha = 1;
}

/** What a packet is called on the stage. */
export function labelOf({ flags, length }: StagePacket): string {
  if (flags === "S") return "SYN";
  if (flags === "S.") return "SYN+ACK";
  if (flags.includes("R")) return "RST";
  if (flags.includes("F")) return "FIN";
  return length > 0 ? "data" : "ACK";
}

function colorOf({ flags, length }: StagePacket, palette: Palette): string {
  if (flags.includes("R")) return palette.bad;
  if (flags === "S" || flags === "S.") return palette.syn;
  return length > 0 ? palette.good : palette.accept;
}
