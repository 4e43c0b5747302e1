/**
 * Colour as a parameter: reports are pure, and whoever prints them knows whether the terminal has colours.
 *
 * @module
 */

/** What a piece of text is, so that a terminal can show it. */
export type Tone = "good" | "bad" | "quiet" | "title" | "warning";

/** Shows a piece of text in a tone. */
export type Paint = (tone: Tone, text: string) => string;

/** No colours. */
export const plain: Paint = (_tone, text) => text;
