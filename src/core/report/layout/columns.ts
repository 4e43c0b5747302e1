/**
 * Tables of plain text, fitted to a terminal: columns two spaces apart, without borders. Widths are what a terminal shows,
 * so that wide and combining characters and colours align. Pure.
 *
 * @module
 */
import stringWidth from "string-width";

/** One column of rows of some kind. */
export interface Column<Row> {
  readonly heading: string;
  readonly text: (row: Row) => string;
  /** Numbers stand right. */
  readonly isNumber?: boolean;
  /** Left out where the screen is too narrow, the highest first. Without it the column stays. */
  readonly dispensable?: number;
  /** Left out where shorter cells alone do not help, the highest first. */
  readonly lastResort?: number;
  /** Makes a text fit into so many columns of the terminal; without it the cells stay whole. */
  readonly shorten?: (text: string, most: number) => string;
  /** Colours a text that has its final width. */
  readonly paint?: (text: string, row: Row) => string;
}

/** A table, line by line. */
export interface FittedTable {
  readonly heading: string;
  readonly rows: readonly string[];
}

const GAP = "  ";
/** A shorter cell says nothing. */
const LEAST_CELL_WIDTH = 8;
const ELLIPSIS = "\u2026";

/** Lays rows out; `width` null is as wide as they need. What gives way is what the columns say. */
export function fitColumns<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  width: number | null,
): FittedTable {
  let measured = columns.map((column) => measure(column, rows));
  if (width !== null) {
    measured = leaveOut(measured, width, ({ dispensable }) => dispensable);
    measured = shortenCells(measured, width);
    measured = leaveOut(measured, width, ({ lastResort }) => lastResort);
  }
  const widths = measured.map(widthOf);
  const isNumber = measured.map(({ column }) => column.isNumber === true);
  const lineOf = (cells: readonly string[]) => layOutLine(cells, widths, isNumber);
  return {
    heading: lineOf(measured.map(({ column }) => column.heading)),
    rows: rows.map((row, place) =>
      lineOf(
        measured.map(({ column, cells }) => {
          const text = cells[place] ?? "";
          return column.paint === undefined ? text : column.paint(text, row);
        }),
      ),
    ),
  };
}

/** Rows of cells below a head; names of `rightAligned` columns stand over numbers. */
export function columns(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  rightAligned: readonly number[] = [],
): string[] {
  const lines = [head, ...rows];
  const widths = head.map((_, place) => widest(lines.map((cells) => cells[place] ?? "")));
  const isNumber = head.map((_, place) => rightAligned.includes(place));
  return lines.map((cells) => layOutLine(cells, widths, isNumber));
}

/** A text without its end, where there is no room for all of it. */
export function cutEnd(text: string, most: number): string {
  if (stringWidth(text) <= most) return text;
  return `${takeWhileFits([...text], most - 1)}${ELLIPSIS}`;
}

/** A text without its beginning: the end of a path tells most. */
export function cutStart(text: string, most: number): string {
  if (stringWidth(text) <= most) return text;
  const kept = takeWhileFits([...text].reverse(), most - 1);
  return `${ELLIPSIS}${[...kept].reverse().join("")}`;
}

/** `name pid` with a shorter name: the number is what is needed. */
export function cutName(text: string, most: number): string {
  const space = text.lastIndexOf(" ");
  if (space < 0 || stringWidth(text) <= most) return cutEnd(text, most);
  const end = text.slice(space);
  return `${cutEnd(text.slice(0, space), Math.max(2, most - end.length))}${end}`;
}

interface Measured<Row> {
  readonly column: Column<Row>;
  readonly cells: readonly string[];
  readonly width: number;
}

function measure<Row>(column: Column<Row>, rows: readonly Row[]): Measured<Row> {
  const cells = rows.map(column.text);
  return { column, cells, width: widest([column.heading, ...cells]) };
}

function widthOf<Row>({ width }: Measured<Row>): number {
  return width;
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, stringWidth(text)), 0);
}

function tableWidth<Row>(measured: readonly Measured<Row>[]): number {
  return measured.reduce((sum, { width }) => sum + width + GAP.length, -GAP.length);
}

function leaveOut<Row>(
  measured: readonly Measured<Row>[],
  width: number,
  rankOf: (column: Column<Row>) => number | undefined,
): Measured<Row>[] {
  const kept = [...measured];
  while (tableWidth(kept) > width) {
    const ranks = kept.map(({ column }) => rankOf(column) ?? 0);
    const worst = Math.max(...ranks);
    if (worst === 0) return kept;
    kept.splice(ranks.indexOf(worst), 1);
  }
  return kept;
}

/** The last columns give way first. */
function shortenCells<Row>(measured: readonly Measured<Row>[], width: number): Measured<Row>[] {
  const fitted = [...measured];
  for (let place = fitted.length - 1; place >= 0; place -= 1) {
    const excess = tableWidth(fitted) - width;
    const one = fitted[place];
    if (excess <= 0 || one?.column.shorten === undefined) continue;
    const { shorten, heading } = one.column;
    const most = Math.max(LEAST_CELL_WIDTH, heading.length, one.width - excess);
    const cells = one.cells.map((cell) => shorten(cell, most));
    fitted[place] = { ...one, cells, width: widest([heading, ...cells]) };
  }
  return fitted;
}

function layOutLine(
  cells: readonly string[],
  widths: readonly number[],
  isNumber: readonly boolean[],
): string {
  return cells
    .map((cell, place) => {
      const padding = " ".repeat(Math.max(0, (widths[place] ?? 0) - stringWidth(cell)));
      return isNumber[place] === true ? padding + cell : cell + padding;
    })
    .join(GAP)
    .trimEnd();
}

function takeWhileFits(characters: readonly string[], most: number): string {
  let kept = "";
  for (const character of characters) {
    if (stringWidth(kept + character) > most) break;
    kept += character;
  }
  return kept;
}
