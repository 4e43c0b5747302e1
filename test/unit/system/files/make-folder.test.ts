import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeFolder } from "../../../../src/system/files/make-folder.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "listenq-folder-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("a folder", () => {
  it("is made with those above it, and may be there already", () => {
    makeFolder(join(folder, "a/b/c"));
    makeFolder(join(folder, "a/b/c"));
    expect(statSync(join(folder, "a/b/c")).isDirectory()).toBe(true);
  });

  it.each([
    ["in /proc, where Node's own way never ends", () => "/proc/listenq/x", "ENOENT"],
    ["below a file", () => join(folder, "file/x"), "ENOTDIR"],
    ["in the place of a link to nothing", () => join(folder, "link"), "EEXIST"],
  ])("cannot be made %s", (_, wanted, code) => {
    writeFileSync(join(folder, "file"), "");
    symlinkSync("nothing", join(folder, "link"));
    expect(() => makeFolder(wanted())).toThrow(expect.objectContaining({ code }));
  });
});
