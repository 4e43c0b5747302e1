import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { buildProgram } from "../../../../src/ui/cli/program.ts";
import { run } from "../../../../src/ui/cli/run.ts";
import { fakeIo } from "../../../fakes/io.ts";

const folder = mkdtempSync(join(tmpdir(), "listenq-bad-values-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a command needs before it looks at its options. */
const BEFORE: Readonly<Record<string, readonly string[]>> = {
  why: ["9"],
  raise: ["9", "--to", "8", "--dry-run"],
  record: [join(folder, "recording")],
  replay: [folder],
  load: ["http://127.0.0.1:9/"],
  simulate: ["overflow-drop"],
  "lab run": ["overflow-drop"],
  "lab export": ["overflow-drop", "--packetdrill"],
  explain: ["--interface", "lo", "--port", "9"],
  plan: ["--rate", "1/s", "--pause", "1s"],
};
/** What one option needs beside it, or instead. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  "plan --pause": ["--rate", "1/s"],
  "plan --cold-start": ["--rate", "1/s"],
  "plan --for": ["--from-port", "9"],
  "plan --port": ["--from-recording", folder],
  "explain --server": ["a.pcap"],
  "explain --since": ["a.pcap"],
  "explain --until": ["a.pcap"],
  "load --burst": ["http://127.0.0.1:9/"],
};
/** Any text is a name, and a file that cannot be read or written has tests of its own. */
const ANY_TEXT = /<(file|dir|folder|name|name\|pid|text|host|self\|all\|PID\|NAME)>/;

interface Case {
  readonly command: string;
  readonly option: string;
  /** As messages may have it too. */
  readonly short: string;
}

function cases(): Case[] {
  const program = buildProgram({ io: fakeIo(), args: ["--help"], exitWith: () => undefined });
  const leaves = program.commands.flatMap((command) =>
    command.commands.length === 0 ? [command] : [...command.commands],
  );
  return leaves.flatMap((command) => {
    const parent = command.parent === program ? "" : `${command.parent?.name()} `;
    return command.options
      .filter(({ flags, required, optional }) => (required || optional) && !ANY_TEXT.test(flags))
      .map(({ long, short }) => ({
        command: `${parent}${command.name()}`,
        option: long ?? "",
        short: short ?? long ?? "",
      }))
      .filter(({ command: name }) => !name.endsWith("-child"));
  });
}

async function typed(...args: string[]) {
  const io = fakeIo();
  return { code: await run(args, io), ...io.written };
}

describe("an option that has a value", () => {
  it.each(cases().flatMap((one) => ["", "nope!", "-1.5"].map((value) => ({ ...one, value }))))(
    "$command $option says what was expected instead of '$value'",
    async ({ command, option, short, value }) => {
      const before = BESIDE[`${command} ${option}`] ?? BEFORE[command] ?? [];
      const { code, stderr } = await typed(...command.split(" "), ...before, option, value);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/^listenq: .*\n$/)]);
      expect(stderr).toMatch(new RegExp(`${option}|${short}|no kernel era`));
      expect(stderr).toMatch(value === "" ? /""|''/ : value);
      expect(stderr).not.toMatch(/\bE[A-Z]{3,}\b|Error|undefined|NaN/);
    },
  );
});
