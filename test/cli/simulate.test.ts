import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { EXPERIMENTS } from "../../src/core/experiment/index.ts";
import { ERA_NAMES } from "../../src/core/model/index.ts";
import { run } from "../../src/ui/cli/run.ts";
import { fakeIo } from "../fakes/io.ts";
import { decodePcapng } from "../support/capture-file.ts";
import { NOBODY, nobodyCanRun, run as runBuilt } from "../support/cli.ts";

const folder = mkdtempSync(join(tmpdir(), "listenq-simulate-"));
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A machine on which koffi has no binary. */
const NO_KOFFI = `
import Module from "node:module";
const load = Module._load;
Module._load = function (name, ...rest) {
  if (/koffi/.test(name)) throw new Error("Cannot find the native Koffi module");
  return load.call(this, name, ...rest);
};`;

async function simulate(...args: string[]) {
  const io = fakeIo();
  const code = await run(["simulate", ...args], io);
  return { code, ...io.written };
}

function fileWith(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const CONTRADICTION = fileWith(
  "contradiction.yaml",
  `scenario: A client of nobody.
listener: { backlog: 1 }
clients: [{ at: 0ms, to: nobody }]
duration: 1s
`,
);
const HUGE = fileWith(
  "huge.yaml",
  `scenario: More clients than there are ports.
listener: { backlog: 1 }
clients: [{ at: 0ms, count: 100000 }]
duration: 1s
`,
);

describe("listenq simulate", () => {
  it("gives one document with the keys of lab run, and the model for a kernel", async () => {
    const { code, stdout, stderr } = await simulate("overflow-drop", "--kernel", "5.10", "--json");
    const document = JSON.parse(stdout);
    expect([code, stderr]).toEqual([0, ""]);
    expect(Object.keys(document)[0]).toBe("schema");
    expect(document).toMatchObject({
      schema: "listenq.simulate/1",
      kernel: { model: "5.10", fromSourceOnly: [] },
      comparisons: [],
    });
    expect(document.experiments).toHaveLength(1);
    expect(Object.keys(document.experiments[0])).toEqual([
      "name",
      "question",
      "scenario",
      "claims",
      "verdict",
      "reason",
      "trace",
      "artifacts",
      "kernel",
    ]);
    expect(Object.keys(document.experiments[0].trace)).toEqual([
      "packets",
      "samples",
      "calls",
      "sockets",
      "counters",
      "sysctls",
      "recording",
    ]);
  });

  it("is the newest era without --kernel", async () => {
    const { stdout } = await simulate("relisten");
    expect(stdout).toMatch(/^On the model of Linux 6\.14\n/);
  });

  it("gives the same bytes for the same seed, and others for another", async () => {
    const runs = await Promise.all(
      ["7", "7", "8"].map((seed) => simulate("head-of-line", "--seed", seed, "--json")),
    );
    const [first, again, other] = runs.map(({ stdout }) => stdout);
    expect(first).toBe(again);
    expect(first).not.toBe(other);
  });

  it("runs every experiment on every era", async () => {
    const { stdout } = await simulate("--all", "--kernel", ERA_NAMES.join(","), "--json");
    const document = JSON.parse(stdout);
    expect(document.kernel.model).toBe(ERA_NAMES.join(","));
    expect(document.experiments).toHaveLength(EXPERIMENTS.length * ERA_NAMES.length);
    expect(document.comparisons).toHaveLength(EXPERIMENTS.length * (ERA_NAMES.length - 1));
  });

  it("puts eras beside each other, and says where and why they part", async () => {
    const { stdout } = await simulate("overflow-loopback", "--kernel", "3.10,6.14");
    expect(stdout).toMatch(/^Linux 3\.10 is from source only: /);
    expect(stdout).toContain("3.10 and 6.14 beside each other");
    expect(stdout).toContain("They part at 0.100 s, at client 4:");
    expect(stdout).toMatch(
      /Because they differ in whether a SYN that meets a full accept queue is refused at once/,
    );
    expect(stdout).toContain("youngRequestsThatExcuse: 3.10 has 1, 6.14 has -1");
  });

  it("writes the packets with the trace's numbers, a file for each kernel", async () => {
    const file = join(folder, "model.pcapng");
    const { stdout } = await simulate("overflow-abort", "--kernel", "4.4,6.14", "--pcap", file, "--json");
    const { experiments } = JSON.parse(stdout);
    for (const { artifacts, trace } of experiments) {
      const { packets } = decodePcapng(readFileSync(artifacts.pcap));
      expect(packets).toHaveLength(trace.packets.length);
    }
    expect(experiments.map((one: { artifacts: { pcap: string } }) => one.artifacts.pcap)).toEqual([
      join(folder, "model.overflow-abort.4.4.pcapng"),
      join(folder, "model.overflow-abort.6.14.pcapng"),
    ]);
  });

  it("ends with 1 where a claim does not hold on that kernel", async () => {
    const { code, stdout } = await simulate("overflow-loopback", "--kernel", "3.10");
    expect(code).toBe(1);
    expect(stdout).toContain("FAILS");
  });

  it.each<[string, string[], RegExp]>([
    [
      "no experiment",
      [],
      /^listenq: simulate needs an experiment \(overflow-drop, .*\) or a scenario file\n$/,
    ],
    [
      "an unknown era",
      ["capacity", "--kernel", "2.4"],
      /^listenq: no kernel era "2\.4"; expected one of 2\.6\.32, .*\n$/,
    ],
    ["an empty era", ["capacity", "--kernel", "3.10,"], /^listenq: no kernel era ""; expected one of .*\n$/],
    [
      "a seed that is none",
      ["capacity", "--seed", "x"],
      /^listenq: --seed must be a whole number from 0 .*, got x\n$/,
    ],
    [
      "a contradiction",
      [CONTRADICTION],
      /^listenq: .*contradiction\.yaml:3:\d+: clients\.0\.to: expected the name of a listener .*\n$/,
    ],
    ["an impossible size", [HUGE], /^listenq: .*huge\.yaml:\d+.*\n$/],
    [
      "a folder for the packets",
      ["capacity", "--pcap", folder],
      /^listenq: --pcap: cannot write .*: it is a folder \(EISDIR\)\n$/,
    ],
  ])("refuses %s in one line", async (_what, args, message) => {
    const { code, stdout, stderr } = await simulate(...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
  });
});

describe("listenq simulate, built", () => {
  it.skipIf(!nobodyCanRun())("needs no root", async () => {
    const result = await runBuilt(["simulate", "pruning", "--kernel", "4.4"], { uid: NOBODY });
    expect([result.code, result.stderr]).toEqual([0, ""]);
  });

  it("needs no koffi", async () => {
    const env = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(NO_KOFFI)}` };
    const result = await runBuilt(["simulate", "pruning", "--kernel", "4.4"], { env });
    expect([result.code, result.stderr]).toEqual([0, ""]);
    const asked = await runBuilt(["simulate", "pruning", "--kernel", "this"], { env });
    expect(asked.code).toBe(3);
  });

  it("asks the running kernel with --kernel this, and its experiments hold on what it answered", async () => {
    const result = await runBuilt(["simulate", "syn-queue", "overflow-drop", "--kernel", "this", "--json"]);
    const document = JSON.parse(result.stdout);
    expect(document.kernel.model).toMatch(/^\d+\.\d+( with .*)?$/);
    expect(document.experiments.map((one: { verdict: string }) => one.verdict)).toEqual(["holds", "holds"]);
  });
});
