/**
 * What every bench file has in common: the way into namespaces, the figures with their aims, the table, the JSON document.
 * A bench file measures; this file only says how it came out.
 *
 * A figure is `{id, text, value, low, high, runs, unit, aim}`: the value with the quartiles of its runs (null where there
 * are none), and what was aimed at, `{atMost}`, `{atLeast}` or null. A value of null was not measured; a note says why.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { constants } from "node:os";
import process from "node:process";
import { enterLab } from "../dist/system/lab/enter.js";
import { told } from "../scripts/bench-table.mjs";

/**
 * Runs one bench and prints its table; `--json FILE` writes its figures too.
 *
 * @param bench `{name, title, file, measure}`; `file` is the bench file's own path, `measure` returns `{figures, notes}`
 */
export async function runBench({ name, title, file, measure }) {
  const entry = await enterLab({
    args: process.argv.slice(2),
    command: [process.execPath, file],
    interrupted: new AbortController().signal,
  });
  if (!entry.here) {
    process.exitCode = entry.exitCode;
    return;
  }
  const { figures, notes } = await measure();
  process.stdout.write(`\n${title}\n\n${table(figures)}${notes.map((note) => `\n${note}\n`).join("")}`);
  const place = process.argv.indexOf("--json");
  if (place < 0) return;
  const told = figures.map((one) => ({ ...one, met: isMet(one) }));
  writeFileSync(process.argv[place + 1], `${JSON.stringify({ name, title, figures: told, notes })}\n`);
}

/** How often something is measured: so often, or once with `--quick`. Every bench asks this for each of its counts. */
export function repeats(many) {
  return process.argv.includes("--quick") ? 1 : many;
}

/** A figure; what is left out is null. */
export function figure(id, text, unit, measured, aim = null) {
  return { id, text, value: null, low: null, high: null, runs: null, unit, aim, ...measured };
}

/** True or false beside an aim; null without an aim or without a value. */
function isMet({ aim, value }) {
  if (aim === null || value === null) return null;
  return aim.atMost === undefined ? value >= aim.atLeast : value <= aim.atMost;
}

function table(figures) {
  const rows = figures.map((one) => [one.text, told(one.value, one.unit), spread(one), aimText(one)]);
  const all = [["figure", "value", "quartiles", "aim"], ...rows];
  const widths = all[0].map((_, column) => Math.max(...all.map((row) => row[column].length)));
  return all.map((row) => `${row.map((cell, column) => padded(cell, column, widths)).join("  ")}\n`).join("");
}

function padded(cell, column, widths) {
  if (column === widths.length - 1) return cell;
  return column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]);
}

function spread({ low, high, runs, unit }) {
  return low === null ? "" : `${told(low, unit)} to ${told(high, unit)} (n=${runs})`;
}

function aimText(one) {
  if (one.aim === null) return "";
  const words =
    one.aim.atMost === undefined
      ? `at least ${told(one.aim.atLeast, one.unit)}`
      : `at most ${told(one.aim.atMost, one.unit)}`;
  const met = isMet(one);
  return met === null ? `${words}: not measured` : `${words}: ${met ? "met" : "NOT MET"}`;
}

/** True when an error is the kernel's word that this process has too many files open. */
export function isTooManyFiles(error) {
  return error.errno === constants.errno.EMFILE;
}
