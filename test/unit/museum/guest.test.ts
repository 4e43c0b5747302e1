import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { GuestAnswers } from "../../../scripts/museum/machine/guest-answers.ts";
import { GuestConsole } from "../../../scripts/museum/machine/guest-console.ts";
import { fillParts } from "../../../scripts/museum/page/write-pages.ts";
import { keepResult, readResults } from "../../../scripts/museum/results/result-files.ts";
import { eraDifferences, killMutants, mutantsFor } from "../../../scripts/museum/runs/teeth.ts";
import { rulesOf, withRules } from "../../../src/core/model/index.ts";

const answer = { job: "lab", exitCode: 0, stdout: "[]", stderr: "", elapsedMs: 5, isOverdue: false };

describe("GuestAnswers", () => {
  it("joins lines that come in pieces, with the carriage returns of a port", () => {
    const answers = new GuestAnswers();
    const line = `${JSON.stringify(answer)}\r\n`;
    expect(answers.add(line.slice(0, 9))).toEqual([]);
    expect(answers.add(line.slice(9) + line.slice(0, 4))).toEqual([answer]);
    expect(answers.add(line.slice(4))).toEqual([answer]);
    expect(answers.all).toHaveLength(2);
  });

  it("does not take anything else for an answer", () => {
    expect(() => new GuestAnswers().add("Segmentation fault\n")).toThrow("Segmentation fault");
  });
});

describe("GuestConsole", () => {
  it("shows its end, a panic, and modules that did not load", () => {
    const console = new GuestConsole();
    console.add("museum: module veth does not load\r\n\r\n");
    expect(console.hasPanicked).toBe(false);
    console.add("[ 1.0] Kernel panic - not ");
    console.add("syncing: Attempted to kill init!\r\n");
    expect(console.hasPanicked).toBe(true);
    expect(console.unloaded).toEqual(["veth"]);
    expect(console.end.at(-1)).toBe("[ 1.0] Kernel panic - not syncing: Attempted to kill init!");
  });

  it("keeps no more than its end", () => {
    const console = new GuestConsole();
    for (let line = 0; line < 20_000; line += 1) console.add(`line ${line}\n`);
    expect(console.end).toHaveLength(15);
    expect(console.end.at(-1)).toBe("line 19999");
  });
});

describe("keepResult", () => {
  it("replaces a kernel's result and keeps the others, oldest first", () => {
    const folder = mkdtempSync(join(tmpdir(), "listenq-results-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    expect(readResults("lab", folder)).toEqual([]);
    for (const kernel of ["6.1.192", "5.10.218", "6.1.192"])
      keepResult("lab", { kernel, run: kernel }, folder);
    keepResult("lab", { kernel: "5.10.218", run: "again" }, folder);
    expect(readResults("lab", folder)).toEqual([
      { kernel: "5.10.218", run: "again" },
      { kernel: "6.1.192", run: "6.1.192" },
    ]);
  });
});

describe("fillParts", () => {
  const page = "before\n<!-- a: begin -->\nold\n<!-- a: end -->\nafter\n";

  it("replaces what stands between the marks", () => {
    expect(fillParts(page, { a: ["new"] }, "page.md")).toBe(page.replace("old", "new"));
  });

  it("says which marks a page lacks", () => {
    expect(() => fillParts(page, { b: [] }, "page.md")).toThrow("page.md lacks <!-- b: begin -->");
  });
});

describe("mutantsFor", () => {
  it("leaves out what changes nothing about the kernel, and turns its own tests round", () => {
    const names = (rules: Parameters<typeof mutantsFor>[0]) => mutantsFor(rules).map(({ name }) => name);
    const old = names(rulesOf("5.4"));
    expect(old).toContain("the SYN queue keeps one more than the limit");
    expect(old).not.toContain("the SYN queue is full at the limit");
    const young = names(rulesOf("6.14"));
    expect(young).toContain("the SYN queue is full at the limit");
    expect(young).not.toContain("the SYN queue keeps one more than the limit");
  });

  it("counts none as caught without recordings", () => {
    const rules = rulesOf("5.4");
    expect(killMutants([], rules).every(({ caughtAfter }) => caughtAfter === null)).toBe(true);
    expect(eraDifferences([], rules).map(({ rule, caughtBy }) => [rule, caughtBy])).toContainEqual([
      "synQueueTest",
      0,
    ]);
    expect(eraDifferences([], withRules(rulesOf("6.14"), {}))).toEqual([]);
  });
});
