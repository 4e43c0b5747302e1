/**
 * Runs to be watched: moments, packets on their way, the story, the pace, and what the commands would print.
 *
 * @module
 */

export { nstatText } from "./counter-text.ts";
export { LESSONS, type Lesson } from "./lessons.ts";
export { stageOf } from "./make-stage.ts";
export { lsText, ssText } from "./moment-text.ts";
export { type Pace, paceOf } from "./pace.ts";
export {
  FIRST_SETTINGS,
  fieldOfError,
  type PlaySettings,
  settingsText,
} from "./play-settings.ts";
export { isStorm, runStorm } from "./play-storm.ts";
export {
  isSilent,
  linesUntil,
  type Moment,
  momentAt,
  nextStep,
  type Stage,
  type StageClient,
  type StageListener,
  type StagePacket,
  stepBefore,
} from "./stage.ts";
export { inFlight, lostAt, refusedBetween } from "./stage-packets.ts";
