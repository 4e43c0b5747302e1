/**
 * The clients and what each of them believes. A form goes with every colour.
 *
 * @module
 */
import { isSilent, type StageClient } from "../../../../core/stage/index.ts";
import type { Palette } from "./palette.ts";
import { FONT, type Picture } from "./picture.ts";
import type { ClientSpot } from "./stage-layout.ts";

/** Draws every client. */
export function drawClients(context: CanvasRenderingContext2D, { moment, layout, palette }: Picture): void {
  for (const client of moment.clients) {
    const spot = layout.clients.get(client.name);
    if (spot === undefined) continue;
    drawMark(context, client, spot, palette);
    if (spot.hasLabel) drawLabel(context, client, spot, { palette, isNarrow: layout.isNarrow });
  }
}

function drawMark(
  context: CanvasRenderingContext2D,
  client: StageClient,
  { x, y, radius }: ClientSpot,
  palette: Palette,
): void {
  const { ownEnd } = client;
  const isFilled = ownEnd === "connected" || ownEnd === "answered";
  const isOver = ownEnd === "failed" || ownEnd === "reset";
  const color = colorOf(client, palette);
  context.lineWidth = 1.8;
  context.strokeStyle = color;
  context.fillStyle = isFilled && !isSilent(client) ? color : palette.paper;
  context.setLineDash(ownEnd === "connecting" || isSilent(client) ? [3, 2.5] : []);
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
  context.setLineDash([]);
  if (ownEnd === "answered") drawTick(context, x, y, radius, palette.paper);
  else if (isOver) drawCross(context, x, y, radius * 0.5, color);
  context.lineWidth = 1;
}

function colorOf(client: StageClient, palette: Palette): string {
  if (isSilent(client) || client.ownEnd === "failed" || client.ownEnd === "reset") return palette.bad;
  if (client.ownEnd === "answered") return palette.good;
  if (client.ownEnd === "connected") return palette.accept;
  return client.ownEnd === "connecting" ? palette.syn : palette.line;
}

function drawTick(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  color: string,
): void {
  context.strokeStyle = color;
  context.beginPath();
  context.moveTo(x - radius * 0.45, y);
  context.lineTo(x - radius * 0.1, y + radius * 0.38);
  context.lineTo(x + radius * 0.5, y - radius * 0.35);
  context.stroke();
}

/** The mark of whatever was refused. */
export function drawCross(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  size: number,
  color: string,
): void {
  context.strokeStyle = color;
  context.beginPath();
  context.moveTo(x - size, y - size);
  context.lineTo(x + size, y + size);
  context.moveTo(x + size, y - size);
  context.lineTo(x - size, y + size);
  context.stroke();
}

function drawLabel(
  context: CanvasRenderingContext2D,
  client: StageClient,
  { x, y }: ClientSpot,
  { palette, isNarrow }: { palette: Palette; isNarrow: boolean },
): void {
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.font = `13px ${FONT}`;
  context.fillStyle = client.ownEnd === "not yet" ? palette.quiet : palette.ink;
  const name = isNarrow ? client.name.replace(/^client /, "") : client.name;
  context.fillText(name.slice(0, 14), x - 16, y);
  if (isNarrow) return;
  const { width } = context.measureText(name.slice(0, 14));
  context.font = `11.5px ${FONT}`;
  context.fillStyle = isSilent(client) ? palette.bad : palette.quiet;
  context.fillText(beliefOf(client), x - 16 - width - 10, y, x - 16 - width - 14);
}

/** What it believes, in a few words. */
export function beliefOf(client: StageClient): string {
  if (isSilent(client)) return "thinks it is connected";
  const words = {
    "not yet": "",
    connecting: client.refused > 0 ? "SYN refused, tries again" : "connecting",
    connected: "connected, waits",
    answered: "served",
    closed: "left unserved",
    reset: "reset",
    failed: "gave up",
  };
  return words[client.ownEnd];
}
