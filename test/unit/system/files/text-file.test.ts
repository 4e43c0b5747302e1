import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { UsageError } from "../../../../src/core/errors.ts";
import { readTextFile } from "../../../../src/system/files/text-file.ts";

const folder = mkdtempSync(join(tmpdir(), "listenq-text-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("readTextFile", () => {
  it("reads the whole text, also in many pieces", () => {
    const text = "ü0.5\n".repeat(400_000);
    const file = join(folder, "list");
    writeFileSync(file, text);
    expect(readTextFile("--replay", file)).toBe(text);
  });

  it.each([
    ["/nowhere/x", "there is no such file or folder (ENOENT)"],
    ["/", "it is a folder (EISDIR)"],
    ["/etc/passwd/x", "part of the path is not a folder (ENOTDIR)"],
    ["/dev/zero", "it has more than 64 MB"],
  ])("names the option, the file and the reason: %s", (file, reason) => {
    const expected = new UsageError(`--replay: cannot read ${file}: ${reason}`);
    expect(() => readTextFile("--replay", file)).toThrow(expected);
  });

  it("shows a name that is empty", () => {
    expect(() => readTextFile(null, "")).toThrow('cannot read "": there is no such file or folder');
  });
});
