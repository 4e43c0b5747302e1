/**
 * Run by the executable's own Node: compiles each file whole and writes what V8 made of it beside it. Functions that are compiled
 * only when they are called would not be among it.
 *
 * @module
 */
const { readFileSync, writeFileSync } = require("node:fs");
const { setFlagsFromString } = require("node:v8");
const { Script } = require("node:vm");

for (const filename of process.argv.slice(2)) {
  setFlagsFromString("--no-lazy");
  const script = new Script(readFileSync(filename, "utf8"), { filename });
  // V8 refuses what was kept under other flags than those of the start.
  setFlagsFromString("--lazy");
  writeFileSync(`${filename}.compiled`, script.createCachedData());
}
