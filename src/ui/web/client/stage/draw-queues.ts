/**
 * The two queues of a listener as places that fill and empty.
 *
 * @module
 */
import type { StageListener } from "../../../../core/stage/index.ts";
import type { Palette } from "./palette.ts";
import { FONT } from "./picture.ts";
import type { Box, ListenerSpots } from "./stage-layout.ts";

/** Draws a listener: its SYN queue above, its accept queue below, and whom its program holds. */
export function drawListener(
  context: CanvasRenderingContext2D,
  listener: StageListener,
  spots: ListenerSpots,
  palette: Palette,
): void {
  const capacity = listener.limit + 1;
  const isFull = listener.acceptQueue >= capacity;
  caption(context, spots.syn, `SYN queue  ${listener.synQueue}`, "half-open", palette.syn, palette);
  drawQueue(
    context,
    spots.syn,
    { length: listener.synQueue, names: listener.synNames },
    { spots, color: palette.syn, palette, dashed: true },
  );
  const words = listener.isOpen ? `Accept queue  ${listener.acceptQueue} of ${capacity}` : "nobody listens";
  caption(
    context,
    spots.accept,
    words,
    isFull && listener.isOpen ? "FULL" : "waiting for accept()",
    isFull && listener.isOpen ? palette.bad : palette.accept,
    palette,
  );
  drawQueue(
    context,
    spots.accept,
    { length: listener.acceptQueue, names: listener.acceptNames },
    { spots, color: palette.accept, palette, dashed: false },
  );
  if (spots.program.width > 0) drawProgram(context, listener, spots.program, palette);
  if (listener.refused > 0) drawRefused(context, listener.refused, spots.accept, palette);
}

function caption(
  context: CanvasRenderingContext2D,
  box: Box,
  text: string,
  aside: string,
  color: string,
  palette: Palette,
): void {
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  context.font = `600 13px ${FONT}`;
  context.fillStyle = palette.ink;
  context.fillText(text, box.x, box.y - 9);
  const { width } = context.measureText(text);
  context.font = `12px ${FONT}`;
  context.fillStyle = aside === "FULL" ? color : palette.quiet;
  if (aside === "FULL") context.font = `700 12px ${FONT}`;
  if (width + 10 + context.measureText(aside).width < box.width)
    context.fillText(aside, box.x + width + 10, box.y - 9);
}

interface Queue {
  readonly length: number;
  readonly names: readonly string[];
}

interface QueueLook {
  readonly spots: ListenerSpots;
  readonly color: string;
  readonly palette: Palette;
  readonly dashed: boolean;
}

function drawQueue(context: CanvasRenderingContext2D, box: Box, queue: Queue, look: QueueLook): void {
  if (look.spots.slots > 0) drawSlots(context, box, queue, look);
  else drawBar(context, box, queue, look);
}

/** The first to be taken stands to the right, beside the program. More than there are places stand smaller. */
function drawSlots(
  context: CanvasRenderingContext2D,
  box: Box,
  { length, names }: Queue,
  look: QueueLook,
): void {
  const { spots, palette, color, dashed } = look;
  const slots = Math.max(spots.slots, length);
  const width = Math.min(spots.slotWidth, box.width / slots);
  const gap = width > 20 ? 4 : 2;
  for (let place = 0; place < slots; place += 1) {
    const x = box.x + box.width - (place + 1) * width + gap / 2;
    const isTaken = place < length;
    context.beginPath();
    context.roundRect(x, box.y, width - gap, box.height, Math.min(6, width / 4));
    context.fillStyle = isTaken ? color : palette.paper;
    context.fill();
    context.setLineDash(dashed && !isTaken ? [3, 3] : []);
    context.strokeStyle = isTaken ? color : palette.line;
    context.stroke();
    context.setLineDash([]);
    if (isTaken)
      slotLabel(
        context,
        names[place],
        { x: x + (width - gap) / 2, y: box.y + box.height / 2, width },
        palette,
      );
  }
}

function slotLabel(
  context: CanvasRenderingContext2D,
  name: string | undefined,
  { x, y, width }: { readonly x: number; readonly y: number; readonly width: number },
  palette: Palette,
): void {
  if (name === undefined || width < 18) return;
  context.fillStyle = palette.paper;
  context.font = `600 ${width < 26 ? 11 : 14}px ${FONT}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(shortName(name), x, y + 1);
}

/** `client 12` is 12. */
export function shortName(name: string): string {
  return name.replace(/^client /, "").slice(0, 4);
}

/** Too many places to draw each: how full it is. */
function drawBar(
  context: CanvasRenderingContext2D,
  box: Box,
  { length }: Queue,
  { spots, palette, color }: QueueLook,
): void {
  const capacity = Math.max(1, spots.capacity);
  const share = Math.min(1, length / capacity);
  context.beginPath();
  context.roundRect(box.x, box.y, box.width, box.height, 6);
  context.fillStyle = palette.paper;
  context.fill();
  context.strokeStyle = palette.line;
  context.stroke();
  context.save();
  context.clip();
  context.fillStyle = color;
  context.fillRect(box.x + box.width * (1 - share), box.y, box.width * share, box.height);
  context.restore();
}

function drawProgram(
  context: CanvasRenderingContext2D,
  { heldNames }: StageListener,
  box: Box,
  palette: Palette,
): void {
  context.font = `600 13px ${FONT}`;
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  context.fillStyle = palette.ink;
  context.fillText("Program", box.x, box.y - 9);
  context.beginPath();
  context.roundRect(box.x, box.y, box.width, box.height, 6);
  context.fillStyle = palette.fill;
  context.fill();
  context.strokeStyle = palette.good;
  context.lineWidth = 1.5;
  context.stroke();
  context.lineWidth = 1;
  context.fillStyle = palette.ink;
  context.textBaseline = "middle";
  context.textAlign = "center";
  context.font = `12px ${FONT}`;
  context.fillText(heldText(heldNames), box.x + box.width / 2, box.y + box.height / 2 + 1, box.width - 10);
}

function heldText(names: readonly string[]): string {
  if (names.length === 0) return "idle";
  if (names.length > 3) return `holds ${names.length}`;
  return `holds ${names.map(shortName).join(", ")}`;
}

function drawRefused(context: CanvasRenderingContext2D, refused: number, box: Box, palette: Palette): void {
  context.font = `600 12px ${FONT}`;
  context.fillStyle = palette.bad;
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  context.fillText(
    `\u2715 ${refused} ${refused === 1 ? "packet" : "packets"} refused`,
    box.x,
    box.y + box.height + 22,
  );
}
