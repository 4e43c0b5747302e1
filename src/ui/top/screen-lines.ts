/**
 * Lines of a screen, as wide as the terminal and never wider.
 *
 * @module
 */
import { Text } from "ink";
import { createElement as h, type ReactNode } from "react";
import type { Finding } from "../../core/finding.ts";
import { cutEnd } from "../../core/report/layout/columns.ts";

/** Columns and rows of the terminal. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** Colours of what is bad. */
export const COLOURS = { bad: "red", warning: "yellow" } as const;

/** As wide as it was told, whatever ink thinks of the terminal. */
export function screenBox({ columns }: ScreenSize): {
  flexDirection: "column";
  width: number;
  flexShrink: number;
} {
  return { flexDirection: "column", width: columns, flexShrink: 0 };
}

/** How a line looks. */
export interface Look {
  readonly bold?: boolean;
  readonly dimColor?: boolean;
  readonly inverse?: boolean;
  readonly color?: string;
}

/** One line of the screen. */
export function line(text: string, { columns }: ScreenSize, look: Look): ReactNode {
  // A line of its own even if it is empty, and never two.
  return h(Text, { ...look, wrap: "truncate-end" }, text === "" ? " " : cutEnd(text, columns));
}

/** The colour of a finding. */
export function toneOf({ severity }: Finding): Look {
  const colour = { critical: COLOURS.bad, warning: COLOURS.warning, info: undefined }[severity];
  return colour === undefined ? {} : { color: colour };
}
