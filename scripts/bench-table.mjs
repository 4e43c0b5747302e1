/**
 * All figures of a run of the benches as one table in Markdown. Pure.
 *
 * @module
 */

/** @param document what `run-benches.mjs` writes with `--json` */
export function benchTable({ takenAt, machine, benches, tookMs, isQuick, failed }) {
  const rows = benches.flatMap((bench) => bench.figures.map((one) => rowOf(bench, one)));
  const head = ["figure", "value", "quartiles", "peer", "aim", "", "method"];
  const line = (cells) => `| ${cells.join(" | ")} |\n`;
  return [
    `${machineText(machine)} Taken ${takenAt.slice(0, 10)} in ${minutes(tookMs)}${isQuick ? ", each figure once" : ""}.\n\n`,
    failed.length === 0 ? "" : `**Failed, and so without figures: ${failed.join(", ")}.**\n\n`,
    line(head),
    line(head.map(() => "---")),
    ...rows.map(line),
    ...benches.flatMap(({ name, notes }) => notes.map((note) => `\n${name}: ${note}\n`)),
  ].join("");
}

/** Three digits that mean something, and the unit. */
export function told(value, unit) {
  if (value === null) return "-";
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
  const text = unit === "%" ? value.toFixed(2) : value.toFixed(digits);
  return unit === "" ? text : `${text} ${unit}`;
}

function rowOf({ name }, { text, value, low, high, runs, unit, aim, met }) {
  const spread = low === null || runs === 1 ? "" : `${told(low, unit)} to ${told(high, unit)} (n=${runs})`;
  return [
    text.replaceAll("|", "\\|"),
    told(value, unit),
    spread,
    peerOf(text, unit),
    aim === null ? "" : aimText(aim, unit),
    met === null ? "" : met ? "met" : "**not met**",
    `[${name}](${name}.bench.mjs)`,
  ];
}

/** A ratio names both: what is measured / what it is measured by. */
function peerOf(text, unit) {
  const place = text.indexOf(" / ");
  if (unit !== "x" || place < 0) return "";
  return text.slice(place + 3).split(", ")[0];
}

function aimText({ atMost, atLeast }, unit) {
  return atMost === undefined ? `at least ${told(atLeast, unit)}` : `at most ${told(atMost, unit)}`;
}

/** What the figures depend on, in a sentence. */
export function machineText({ cpu, cores, memoryGiB, kernel, node, loadAverage }) {
  return `${cpu}, ${cores} cores, ${memoryGiB} GiB; Linux ${kernel}; Node ${node}; load average ${loadAverage.toFixed(2)} before the first.`;
}

function minutes(ms) {
  return ms < 60_000 ? `${Math.round(ms / 1000)} s` : `${(ms / 60_000).toFixed(1)} minutes`;
}
