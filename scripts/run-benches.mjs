/**
 * Runs every bench, one after the other, each in a process of its own, and writes all figures with the machine they were
 * measured on: one table (`build/bench/figures.md`) and one picture (`figures.svg`), or into the folder that `--out` names. `--json FILE`
 * writes them as a document too. Names after that choose benches, such as `npm run bench -- sampling`.
 *
 * `--quick` measures each figure once: see `repeats` in bench/bench.mjs.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { benchPicture } from "./bench-picture.mjs";
import { benchTable, machineText } from "./bench-table.mjs";

const FOLDER = fileURLToPath(new URL("../bench/", import.meta.url));
const OUT = fileURLToPath(new URL("../build/bench/", import.meta.url));
const SUFFIX = ".bench.mjs";

/** What the figures depend on; nothing that names the machine. */
function machine() {
  return {
    cpu: cpus()[0]?.model.trim() ?? null,
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.versions.node,
    loadAverage: loadavg()[0],
  };
}

function chosenBenches(names) {
  const all = readdirSync(FOLDER)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new Error(`there is no bench ${unknown}; there are ${all.join(", ")}`);
  return names.length === 0 ? all : names;
}

/** Runs one bench; its figures, or null when it failed (it has said why itself). */
function runOne(name, folder, isQuick) {
  const result = join(folder, `${name}.json`);
  const args = [join(FOLDER, name + SUFFIX), "--json", result, ...(isQuick ? ["--quick"] : [])];
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
  return status === 0 ? JSON.parse(readFileSync(result, "utf8")) : null;
}

function main() {
  const { values, positionals } = parseArgs({
    options: {
      json: { type: "string" },
      out: { type: "string", default: OUT },
      quick: { type: "boolean", default: false },
    },
    allowPositionals: true,
  });
  const names = chosenBenches(positionals);
  const takenAt = new Date().toISOString();
  const on = machine();
  const startedMs = performance.now();
  process.stdout.write(`${machineText(on)}\n`);
  const folder = mkdtempSync(join(tmpdir(), "listenq-benches-"));
  try {
    const benches = names.map((name) => runOne(name, folder, values.quick));
    if (benches.includes(null)) process.exitCode = 1;
    const document = {
      schema: "listenq.bench/1",
      takenAt,
      machine: on,
      isQuick: values.quick,
      failed: names.filter((_, place) => benches[place] === null),
      tookMs: Math.round(performance.now() - startedMs),
      benches: benches.filter(Boolean),
    };
    mkdirSync(values.out, { recursive: true });
    writeFileSync(join(values.out, "figures.md"), benchTable(document));
    writeFileSync(join(values.out, "figures.svg"), benchPicture(document));
    process.stdout.write(`\nall figures: ${join(values.out, "figures.md")}, figures.svg\n`);
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(document, null, 2)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
