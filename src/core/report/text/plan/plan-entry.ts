/**
 * The parts of which the answer of `listenq plan` is made: a labelled paragraph, shares and ranges.
 *
 * @module
 */
import type { PredictedShare } from "../../../plan/index.ts";
import type { Paint } from "../../layout/paint.ts";
import { wrap } from "../../layout/text-layout.ts";

/** How wide, and in which colours. */
export interface PlanStyle {
  readonly width: number;
  readonly paint: Paint;
}

const LABEL_WIDTH = 12;

/** A paragraph with its label beside the first line. */
export function entry(label: string, text: string, { width }: PlanStyle): string[] {
  return wrap(text, width, " ".repeat(LABEL_WIDTH)).map((line, place) =>
    place === 0 ? label.padEnd(LABEL_WIDTH) + line.trimStart() : line,
  );
}

/** Such as `1.02 % to 3 %`. */
export function range({ low, high }: PredictedShare): string {
  return `${percent(low)} to ${percent(high)}`;
}

/** Such as `1.02 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}

/** A count of about so many. */
export function round(value: number): string {
  return String(Math.round(value));
}
