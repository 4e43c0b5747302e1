/**
 * The chunks of a bundle as assets of the executable, each with what V8 compiled of it where the Node inside can be run here, and the
 * main script that loads them. A chunk that no command asked for costs nothing at the start.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const COMPILER = fileURLToPath(new URL("./compile-chunk.cjs", import.meta.url));
/** V8's random numbers get into what it keeps: with a fixed one, two builds have the same bytes. */
export const FIXED_SEED = "--random-seed=1";

/**
 * Writes the assets and `main.js` into a folder and returns the names of the assets.
 *
 * @param runtime the Node that will run them: no other takes what it compiled; null where it is for another architecture
 * @param files what rolldown wrote
 * @param folder where they go
 */
export function embedChunks(runtime, files, folder) {
  const chunks = files.filter(({ type }) => type === "chunk");
  for (const { fileName, code } of chunks) writeFileSync(join(folder, fileName), asFunction(code));
  const names = chunks.map(({ fileName }) => fileName);
  writeFileSync(join(folder, "start.js"), readFileSync(new URL("./start-executable.cjs", import.meta.url)));
  if (runtime === null) return names;
  execFileSync(runtime, [FIXED_SEED, COMPILER, ...names], { cwd: folder, stdio: "inherit" });
  return names.flatMap((name) => [name, `${name}.compiled`]);
}

function asFunction(code) {
  return `(function (exports, require, module, __filename) {${code.replace(/^#!.*\n/, "")}\n})`;
}
