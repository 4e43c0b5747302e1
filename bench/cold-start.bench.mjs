/**
 * How long a user waits for `listenq ls`: the whole process, beside Node's own start (`node -e 0`) and beside `ss -lnt`, by turns.
 * It lists ten listeners in a namespace of the bench's own; the search for their processes walks this machine's /proc.
 *
 * @module
 */
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Namespace } from "../dist/system/linux/namespace/namespace.js";
import { figure, runBench } from "./bench.mjs";
import { CLoop, compile, isInstalled, runFromNode } from "./c-program.mjs";
import { openListeners } from "./listeners.mjs";
import { pairedRatios, summary } from "./statistics.mjs";

const ROUNDS = 21;
const LISTENERS = 10;
const MAIN = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

const COMMANDS = [
  { id: "node", text: "node -e 0", command: [process.execPath, "-e", "0"] },
  { id: "version", text: "listenq --version", command: [process.execPath, MAIN, "--version"] },
  { id: "ls", text: "listenq ls", command: [process.execPath, MAIN, "ls"] },
  { id: "json", text: "listenq ls --json", command: [process.execPath, MAIN, "ls", "--json"] },
  { id: "ss", text: "ss -lnt", command: ["ss", "-lnt"] },
  { id: "ssp", text: "ss -lntp (with processes, as ls)", command: ["ss", "-lntp"] },
];

async function measure() {
  const program = compile("dump.c");
  const notes = program === null ? ["cc is not installed: Node starts the programs."] : [];
  const hasSs = isInstalled("ss");
  if (!hasSs) notes.push("ss (iproute2) is not installed: it is left out.");
  const namespace = Namespace.create();
  const opened = openListeners(namespace, LISTENERS);
  const starter = program === null ? null : namespace.inside(() => new CLoop(program));
  const run = (command) =>
    starter === null ? namespace.inside(() => runFromNode(command)) : starter.run(command);
  try {
    const commands = COMMANDS.filter(({ id }) => hasSs || !id.startsWith("ss"));
    return { figures: figuresOf(commands, await takeTurns(commands, run)), notes };
  } finally {
    starter?.close();
    opened.close();
    namespace.close();
  }
}

/** One round to fill the page cache, then those that count. */
async function takeTurns(commands, run) {
  const msOf = new Map(commands.map(({ id }) => [id, []]));
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const { id, command } of commands) {
      const ns = await run(command);
      if (round >= 0) msOf.get(id).push(ns / 1e6);
    }
  }
  return msOf;
}

function figuresOf(commands, msOf) {
  const durations = commands.map(({ id, text }) => figure(id, text, "ms", summary(msOf.get(id))));
  const ratios = commands
    .filter(({ id }) => id !== "node")
    .map(({ id, text }) =>
      figure(`${id}/node`, `${text} / node -e 0`, "x", summary(pairedRatios(msOf.get(id), msOf.get("node")))),
    );
  return [...durations, ...ratios];
}

await runBench({
  name: "cold-start",
  title: `Cold start: whole processes by turns, ${LISTENERS} listeners`,
  file: fileURLToPath(import.meta.url),
  measure,
});
