/**
 * The two sizes of every picture: a wide one for a screen or a sheet of paper, and one whose text is readable on a telephone
 * without scrolling. A page holds both and shows the one that fits.
 *
 * @module
 */

/** Measures of a picture, in pixels. */
export interface Frame {
  readonly name: "wide" | "narrow";
  readonly width: number;
  /** Where the plots with a time axis from left to right begin and end: the same in all of them, so that they can be compared. */
  readonly plot: { readonly left: number; readonly right: number };
  /** The lanes of the sequence diagram. */
  readonly lanes: { readonly client: number; readonly server: number };
  /** Most marks on a time axis. */
  readonly timeMarks: number;
}

export const WIDE: Frame = {
  name: "wide",
  width: 960,
  plot: { left: 176, right: 690 },
  lanes: { client: 236, server: 566 },
  timeMarks: 9,
};

export const NARROW: Frame = {
  name: "narrow",
  width: 356,
  plot: { left: 30, right: 344 },
  lanes: { client: 96, server: 204 },
  timeMarks: 5,
};

/** The height of a line of text. */
export const LINE_PX = 16;

/** No usual font is wider on average at the pictures' size. */
const CHARACTER_PX = 7;

/** Words broken into lines of so many pixels. A word that is too long for a line is broken. */
export function linesOf(text: string, widthPx: number): string[] {
  const most = Math.max(4, Math.floor(widthPx / CHARACTER_PX));
  const lines: string[] = [];
  let line = "";
  for (const word of bound(text)
    .split(/[ \n\t]+/)
    .flatMap((one) => pieces(one, most))) {
    if (line !== "" && line.length + 1 + word.length > most) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, line];
}

/** A number stays with its unit. */
function bound(text: string): string {
  return text
    .replaceAll(/(\d) (?=(?:ms|s|min|of \d+)\b)/g, "$1\u00a0")
    .replaceAll(/(\d\u00a0of) (?=\d)/g, "$1\u00a0");
}

/** The text with its end left out, if it has no room. */
export function clipped(text: string, widthPx: number): string {
  const most = Math.max(4, Math.floor(widthPx / CHARACTER_PX));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function pieces(word: string, most: number): string[] {
  if (word.length <= most) return [word];
  return Array.from({ length: Math.ceil(word.length / most) }, (_, at) =>
    word.slice(at * most, (at + 1) * most),
  );
}

/** A place with a tenth of a pixel: more digits are only longer. */
export function px(value: number): number {
  return Math.round(value * 10) / 10;
}
