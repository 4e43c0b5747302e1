/**
 * A run on the canvas.
 *
 * @module
 */
import { effect } from "@preact/signals";
import type { JSX } from "preact";
import { useCallback } from "preact/hooks";
import { momentAt, type Stage } from "../../../../core/stage/index.ts";
import { Canvas } from "./canvas.tsx";
import { drawStage } from "./draw-stage.ts";
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
  const onReady = useCallback(
    (redraw: () => void) =>
      effect(() => {
        if (player.at.value >= 0) redraw();
      }),
    [player, stage],
  );
  return (
    <Canvas
      class="stage"
      height={stageHeight(momentAt(stage, stage.endMs))}
      label={null}
      onReady={onReady}
      draw={(context, { width, height, palette }) => {
        const at = player.at.peek();
        const moment = momentAt(stage, at);
        const layout = layOutStage(moment, width, height);
        drawStage(context, { stage, pace: player.pace, moment, at, layout, palette });
      }}
    />
  );
}
