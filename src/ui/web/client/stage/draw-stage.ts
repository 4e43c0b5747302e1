/**
 * Draws a moment of a run. The canvas shows and nothing more: what can be read and operated is beside it as text.
 *
 * @module
 */
import { drawClients } from "./draw-clients.ts";
import { drawPackets } from "./draw-packets.ts";
import { drawListener } from "./draw-queues.ts";
import type { Palette } from "./palette.ts";
import { FONT, type Picture } from "./picture.ts";
import type { ListenerSpots, StageLayout } from "./stage-layout.ts";

/** Draws it over whatever was there. */
export function drawStage(context: CanvasRenderingContext2D, picture: Picture): void {
  const { layout, palette, moment } = picture;
  context.clearRect(0, 0, layout.width, layout.height);
  drawHosts(context, layout, palette);
  for (const listener of moment.listeners) {
    const spots = layout.listeners.get(listener.name);
    if (spots === undefined) continue;
    if (moment.listeners.length > 1) drawName(context, listener.name, spots, palette);
    drawListener(context, listener, spots, palette);
  }
  drawClients(context, picture);
  drawPackets(context, picture);
}

function drawHosts(context: CanvasRenderingContext2D, layout: StageLayout, palette: Palette): void {
  context.font = `600 12px ${FONT}`;
  context.fillStyle = palette.quiet;
  context.textBaseline = "middle";
  context.textAlign = "right";
  context.fillText("CLIENTS", layout.wireLeft - 10, 14);
  context.textAlign = "left";
  context.fillText("SERVER'S KERNEL", layout.wireRight + 14, 14);
  context.fillStyle = palette.panel;
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.beginPath();
  context.roundRect(layout.wireRight, 26, layout.width - layout.wireRight - 1, layout.height - 27, 10);
  context.fill();
  context.stroke();
}

function drawName(
  context: CanvasRenderingContext2D,
  name: string,
  { title }: ListenerSpots,
  palette: Palette,
): void {
  context.font = `600 12px ${FONT}`;
  context.fillStyle = palette.accept;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillText(name, title.x, title.y);
}
