/**
 * A run on the canvas: drawn anew only when its time, its size or the colours change.
 *
 * @module
 */
import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { momentAt, type Stage } from "../../../../core/stage/index.ts";
import { drawStage } from "./draw-stage.ts";
import { onSchemeChange, paletteOf } from "./palette.ts";
import type { Player } from "./player.ts";
import { layOutStage, stageHeight } from "./stage-layout.ts";

/** The picture of one of a player's stages. */
export function StageView({
  player,
  stage,
}: {
  readonly player: Player;
  readonly stage: Stage;
}): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drawn, setDrawn] = useState(0);
  const redraw = () => setDrawn((count) => count + 1);
  useEffect(() => onSchemeChange(redraw), []);
  useEffect(() => {
    const observer = new ResizeObserver(redraw);
    if (canvas.current !== null) observer.observe(canvas.current);
    return () => observer.disconnect();
  }, []);
  const draw = (at: number) => {
    if (canvas.current !== null) paintOn(canvas.current, player, stage, at);
  };
  useSignalEffect(() => draw(player.at.value));
  useEffect(() => draw(player.at.peek()), [stage, drawn]);
  const height = stageHeight(momentAt(stage, stage.endMs));
  return <canvas ref={canvas} class="stage" height={height} aria-hidden="true" data-height={height} />;
}

function paintOn(canvas: HTMLCanvasElement, player: Player, stage: Stage, at: number): void {
  const context = canvas.getContext("2d");
  const width = canvas.clientWidth;
  if (context === null || width === 0) return;
  const height = Number(canvas.dataset["height"]);
  const ratio = devicePixelRatio;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.height = `${height}px`;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const moment = momentAt(stage, at);
  const layout = layOutStage(moment, width, height);
  drawStage(context, { stage, pace: player.pace, moment, at, layout, palette: paletteOf(canvas) });
}
