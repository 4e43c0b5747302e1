/** Every line below "Examples:" of every command's `--help`, pasted into a shell in a world of its own. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Recorder } from "../../src/system/record/recorder.ts";
import { PROGRAM } from "../support/cli.ts";
import { EXAMPLE_RUNS, type ExampleRun } from "../support/help-examples.ts";
import { canMakeWorlds, hasProgram, runInOwnWorld } from "../support/own-world.ts";
import { listenerSample, sampleOf } from "../support/samples.ts";

/** A command's help; without a command the program's own. */
async function helpOf(command: string): Promise<string> {
  const args = [PROGRAM, ...command.split(" ").filter((word) => word !== ""), "--help"];
  return (await promisify(execFile)(process.execPath, args)).stdout;
}

/** The commands below one, such as `"lab run"`; none where it has none. */
async function commandsBelow(command: string): Promise<string[]> {
  const [, list = ""] = (await helpOf(command)).split(/^Commands:\n/m);
  const names = [...list.matchAll(/^ {2}([a-z]\S*)/gm)].map(([, name = ""]) => `${command} ${name}`.trim());
  const below = await Promise.all(names.map(commandsBelow));
  return names.flatMap((name, place) => [name, ...(below[place] ?? [])]);
}

async function examplesOf(command: string): Promise<string[]> {
  const [, block = ""] = (await helpOf(command)).split(/^Examples:\n/m);
  const [lines = ""] = block.split(/\n(?=\n)/);
  return [...lines.matchAll(/^ {2}(\S.*?)(?: {2,}|$)/gm)].map(([, line = ""]) => line);
}

const commands = canMakeWorlds ? await commandsBelow("") : [];
const examples = (await Promise.all(commands.map(examplesOf))).flat();
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
let recording = "";

function scriptOf(line: string, { before = "", interruptWhen, keys, after = "true" }: ExampleRun): string {
  const ending = `
    until { ${interruptWhen}; } 2> /dev/null; do kill -0 $P 2> /dev/null || { echo "it ended by itself" >> err; break; }; sleep .05; done
    # In the background SIGINT is ignored until the program asks for it.
    while kill -INT $P 2> /dev/null; do sleep .5; done`;
  return `
    mkdir bin; printf '#!/bin/sh\\nexec %s "$@"\\n' "$LISTENQ" > bin/listenq; printf '#!/bin/sh\\nexec "$@"\\n' > bin/sudo; chmod +x bin/*
    export PATH=$PWD/bin:$PATH HOME=$PWD RECORDING=${quoted(recording)}
    ${before}
    ${keys === undefined ? `bash -c ${quoted(line)} > out 2> err < /dev/null` : inTerminal(line, keys)} & P=$!
    ${interruptWhen === undefined ? "" : ending}
    wait $P; code=$?
    { ${after}; } || { echo "afterwards it is not so: "${quoted(after)} >&2; cat err >&2; exit 80; }
    cat out; cat err >&2; exit $code`;
}

/** The keys come once a port is on the screen. */
function inTerminal(line: string, keys: string): string {
  return `{ until grep -q ':[0-9]' out 2> /dev/null; do sleep .05; done; printf ${keys}; } | script -qefc ${quoted(line)} /dev/null > out 2> err`;
}

describe.skipIf(!canMakeWorlds || !hasProgram("python3"))(
  "examples of --help (needs root and python3)",
  () => {
    beforeAll(() => {
      recording = mkdtempSync(join(tmpdir(), "listenq-examples-"));
      const recorder = new Recorder(recording, { maxBytes: null, maxAgeMs: null });
      const full = listenerSample({ acceptQueue: { length: 5, limit: 4, capacity: 5 }, fullMs: 1000 });
      for (let second = 0; second < 10; second += 1)
        recorder.append({ ...sampleOf([full]), takenAt: `2026-11-25T03:05:0${second}.000Z` });
      recorder.close();
    });
    afterAll(() => rmSync(recording, { recursive: true, force: true }));

    it("are in the table, all of them and nothing else", () => {
      expect(commands).toContain("lab run");
      expect(new Set(examples)).toEqual(new Set(Object.keys(EXAMPLE_RUNS)));
    });

    it.concurrent.for(Object.entries(EXAMPLE_RUNS))("%s", async ([line, run], context) => {
      const { code: wanted = run.interruptWhen === undefined ? 0 : 130, says = /^/, needs = [] } = run;
      const missing = needs.filter((name) => !hasProgram(name));
      if (missing.length > 0) context.skip(`not installed: ${missing.join(", ")}`);
      const { code, stdout, stderr } = await runInOwnWorld(
        scriptOf(line, run),
        Number(process.env["T"] ?? 300_000),
      );
      expect([wanted].flat(), `${stderr}\n${stdout}`).toContain(code);
      expect(stdout, stderr).toMatch(says);
    });
  },
);
