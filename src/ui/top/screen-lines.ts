/**
 * Lines of a screen, as wide as the terminal and never wider.
 *
 * @module
 */
import type { Finding } from "../../core/finding.ts";
import { cutEnd } from "../../core/report/layout/columns.ts";

/** Columns and rows of the terminal. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** Colours of what is bad. */
export const COLOURS = { bad: "red", warning: "yellow" } as const;

/** How a line looks. */
export interface Look {
  readonly isBold?: boolean;
  readonly isDim?: boolean;
  readonly isInverse?: boolean;
  readonly colour?: "red" | "yellow" | "cyan";
}

/** One line of the screen. */
export interface ScreenLine {
  readonly text: string;
  readonly look: Look;
}

/** A line that fits. */
export function line(text: string, { columns }: ScreenSize, look: Look = {}): ScreenLine {
  return { text: cutEnd(text, columns), look };
}

/** The colour of a finding. */
export function toneOf({ severity }: Finding): Look {
  const colour = { critical: COLOURS.bad, warning: COLOURS.warning, info: undefined }[severity];
  return colour === undefined ? {} : { colour };
}
