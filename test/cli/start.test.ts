import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { PROGRAM } from "../support/cli.ts";

/** Something that only this package's code says, whichever chunk of the command holds it. */
const MARKS = {
  zod: "invalid_union",
  yaml: "BAD_INDENT",
  ink: "ink-virtual-text",
} as const;

/** Prints, when the process ends, which files it had loaded, and how many segmenters were made. */
const recorder = join(tmpdir(), `listenq-loaded-${process.pid}.cjs`);
writeFileSync(
  recorder,
  `let made = 0;
Intl.Segmenter = class extends Intl.Segmenter { constructor(...args) { super(...args); made += 1; } };
process.on("exit", () => process.stderr.write("\\nMADE" + made + "\\nLOADED" + JSON.stringify(Object.keys(require.cache))));`,
);
afterAll(() => rmSync(recorder, { force: true }));

function filesLoadedBy(...args: string[]): string[] {
  const { stderr } = spawnSync(process.execPath, ["--require", recorder, PROGRAM, ...args], {
    encoding: "utf8",
  });
  const files = JSON.parse(stderr.slice(stderr.indexOf("LOADED") + "LOADED".length)) as string[];
  const ours = files.filter((file) => dirname(file) === dirname(PROGRAM));
  expect(ours.length, "files of the command that were loaded").toBeGreaterThan(0);
  return ours;
}

function segmentersMadeBy(...args: string[]): number {
  const { stderr } = spawnSync(process.execPath, ["--require", recorder, ...args], { encoding: "utf8" });
  return Number(/^MADE(\d+)$/m.exec(stderr)?.[1]);
}

function packagesIn(files: readonly string[]): string[] {
  const code = files.map((file) => readFileSync(file, "utf8")).join("\n");
  return Object.entries(MARKS).flatMap(([name, mark]) => (code.includes(mark) ? [name] : []));
}

describe("starting the command", () => {
  it("knows each package by its mark in some chunk", () => {
    const folder = dirname(PROGRAM);
    const chunks = readdirSync(folder).filter((name) => name.endsWith(".js"));
    expect(packagesIn(chunks.map((name) => join(folder, name)))).toEqual(Object.keys(MARKS));
  });

  it.each([[["--version"]], [["ls"]], [["ls", "--json"]], [["--help"]]])("%j loads none of them", (args) => {
    expect(packagesIn(filesLoadedBy(...args))).toEqual([]);
  });

  it("finds all that ls needs in one chunk, beside the entry and the bundler's own", () => {
    expect(filesLoadedBy("ls").length).toBeLessThanOrEqual(3);
  });

  it("makes no segmenter of graphemes for plain letters: that takes a third of the time of ls", () => {
    expect(segmentersMadeBy("-e", "new Intl.Segmenter()")).toBe(1);
    expect(segmentersMadeBy(PROGRAM, "ls")).toBe(0);
  });

  it("loads what a command needs when it runs", () => {
    expect(packagesIn(filesLoadedBy("simulate", "overflow-drop", "--json"))).toEqual(["zod", "yaml"]);
  });
});

describe("a reader that has gone", () => {
  it("of warnings and errors changes no exit code", async () => {
    const child = spawn(process.execPath, [PROGRAM, "ls", "--port", "none"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    child.stderr.destroy();
    const [code] = await once(child, "exit");
    expect(code).toBe(2);
  });
});
