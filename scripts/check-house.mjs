// Holds what the import rules cannot see: each file is in a room, a name tells one file, no folder is crowded, and no comment points
// at a file that is not there.
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { HOUSE } from "../import-rules.mjs";

const MOST_FILES_IN_FOLDER = 21;

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => /\.(ts|tsx)$/.test(file))
  .sort();
const problems = [...homeless(), ...namesakes(), ...crowded(), ...staleComments()];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
console.log(`house: ${files.length} files, ${problems.length} problems`);

function homeless() {
  return files
    .filter((file) => !HOUSE.some((room) => file === room || file.startsWith(`${room}/`)))
    .map((file) => `src/${file} is in no room of import-rules.mjs`);
}

/** A command's file is called like the command, and so may what it runs be. */
function namesakes() {
  return [...groupByName(files.filter(hasOwnName))]
    .filter(([, same]) => same.length > 1)
    .map(([name, same]) => `${name} is the name of several files: ${same.join(", ")}`);
}

function hasOwnName(file) {
  return basename(file) !== "index.ts" && !file.startsWith("ui/cli/commands/");
}

function groupByName(all) {
  const groups = new Map();
  for (const file of all) groups.set(basename(file), [...(groups.get(basename(file)) ?? []), file]);
  return groups;
}

function crowded() {
  const counts = new Map();
  for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count > MOST_FILES_IN_FOLDER)
    .map(([folder, count]) => `src/${folder} holds ${count} files, at most ${MOST_FILES_IN_FOLDER} fit`);
}

function staleComments() {
  return files.flatMap((file) =>
    readFileSync(`src/${file}`, "utf8")
      .split("\n")
      .flatMap((line, at) =>
        [...line.matchAll(/(?<![\w./*-])((?:[\w-]+\/)*[\w-]+\.tsx?)\b/g)]
          .filter(() => /^\s*(\*|\/\/|\/\*\*)/.test(line))
          .filter(([, pointer]) => !files.some((other) => `/src/${other}`.endsWith(`/${pointer}`)))
          .map(([, pointer]) => `src/${file}:${at + 1} names ${pointer}, which is not there`),
      ),
  );
}
