import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../../../../src/core/errors.ts";
import { OutputFile, writeOutput } from "../../../../src/system/files/output-file.ts";
import { checkWritable } from "../../../../src/system/files/output-target.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "listenq-output-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("a file that an option asks for", () => {
  it("stands under its name only when it is whole", () => {
    const file = join(folder, "x.html");
    writeFileSync(file, "old");
    const output = new OutputFile("--report", file);
    output.write(Buffer.from("new and "));
    expect(readFileSync(file, "utf8")).toBe("old");
    output.write(Buffer.from("whole"));
    output.finish();
    expect(readFileSync(file, "utf8")).toBe("new and whole");
    expect(readdirSync(folder)).toEqual(["x.html"]);
  });

  it("leaves the old one as it was, and nothing else, when it is discarded", () => {
    const file = join(folder, "x.html");
    writeFileSync(file, "old");
    const output = new OutputFile("--report", file);
    output.write(Buffer.from("half"));
    output.discard();
    expect(readFileSync(file, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["x.html"]);
  });

  it("leaves nothing behind when its process ends in the middle", () => {
    new OutputFile("--pcap", join(folder, "x")).write(Buffer.from("half"));
    const atExit = process.listeners("exit").filter(({ name }) => name === "removeUnfinished");
    for (const listener of atExit) listener(70);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("takes the place of what a link points at, and keeps its rights", () => {
    const real = join(folder, "real");
    const link = join(folder, "link");
    writeFileSync(real, "old");
    chmodSync(real, 0o640);
    symlinkSync("real", link);
    writeOutput("--svg", link, "new");
    expect(readFileSync(real, "utf8")).toBe("new");
    expect(statSync(real).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder).sort()).toEqual(["link", "real"]);
  });

  it("is made where a link points at nothing yet", () => {
    symlinkSync("later", join(folder, "link"));
    writeOutput("--svg", join(folder, "link"), "new");
    expect(readFileSync(join(folder, "later"), "utf8")).toBe("new");
  });

  it("goes into a pipe as it is", () => {
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const reader = `cat ${pipe} > ${join(folder, "read")} & echo`;
    execFileSync("sh", ["-c", reader], { stdio: "ignore" });
    writeOutput("--pcap", pipe, "packets");
    expect(statSync(pipe).isFIFO()).toBe(true);
  });

  it("names option, file and reason when a device is full", () => {
    expect(() => writeOutput("--report", "/dev/full", "page")).toThrow(
      new UsageError("--report: cannot write /dev/full: no space left on the device (ENOSPC)"),
    );
    expect(statSync("/dev/full").isCharacterDevice()).toBe(true);
  });

  it.each([
    ["a folder", () => folder, "it is a folder (EISDIR)"],
    ["a folder that is not there", () => join(folder, "no/x"), "there is no such file or folder (ENOENT)"],
    ["a file as a folder", () => join(folder, "file/x"), "part of the path is not a folder (ENOTDIR)"],
    ["links in a circle", () => join(folder, "circle"), "its links lead in a circle (ELOOP)"],
  ])("is refused before anything is done: %s", (_, fileOf, reason) => {
    writeFileSync(join(folder, "file"), "");
    symlinkSync("circle", join(folder, "circle"));
    const file = fileOf();
    const expected = new UsageError(`--pcap: cannot write ${file}: ${reason}`);
    expect(() => checkWritable("--pcap", file)).toThrow(expected);
    expect(() => writeOutput("--pcap", file, "x")).toThrow(expected);
  });

  it("has no trace of a check", () => {
    mkdirSync(join(folder, "in"));
    checkWritable("--pcap", join(folder, "in/x"));
    expect(readdirSync(join(folder, "in"))).toEqual([]);
  });
});
