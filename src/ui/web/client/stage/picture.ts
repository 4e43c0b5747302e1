/**
 * What a picture of the stage is made of.
 *
 * @module
 */
import type { Moment, Pace, Stage } from "../../../../core/stage/index.ts";
import type { Palette } from "./palette.ts";
import type { StageLayout } from "./stage-layout.ts";

/** What a picture is made of. */
export interface Picture {
  readonly stage: Stage;
  readonly pace: Pace;
  readonly moment: Moment;
  /** In the run's time. */
  readonly at: number;
  readonly layout: StageLayout;
  readonly palette: Palette;
}

/** The letter types of the stage. */
export const FONT = "system-ui, sans-serif";
