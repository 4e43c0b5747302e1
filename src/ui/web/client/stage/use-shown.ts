/**
 * What a player shows at its time, for components: drawn anew only when it changes, and made anew with another player.
 *
 * @module
 */
import { computed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { linesUntil, type Moment, momentAt, nstatText, type Stage } from "../../../../core/stage/index.ts";
import type { RunResult } from "../work/work-messages.ts";
import type { Player } from "./player.ts";

/** The moment that is shown. */
export function useMoment(player: Player, stage: Stage): Moment {
  return useMemo(() => computed(() => momentAt(stage, player.at.value)), [player, stage]).value;
}

/** How many lines of the story have been said. */
export function useLinesSaid(player: Player, stage: Stage): number {
  return useMemo(() => computed(() => linesUntil(stage, player.at.value)), [player, stage]).value;
}

/** What nstat would print. */
export function useNstat(player: Player, run: RunResult): string {
  return useMemo(() => computed(() => nstatText(run, player.at.value, player.isAtEnd.value)), [player, run])
    .value;
}
