import { describe, expect, it } from "vitest";
import { writeCpio } from "../../../scripts/museum/image/cpio.ts";
import { librariesOf } from "../../../scripts/museum/image/host-programs.ts";
import { moduleDependencies } from "../../../scripts/museum/image/kernel-modules.ts";

/** The members of an archive, read back by the fields' places alone. */
function readCpio(archive: Buffer): { name: string; mode: number; data: string; device: [number, number] }[] {
  const members = [];
  const align = (at: number) => Math.ceil(at / 4) * 4;
  for (let at = 0; ; ) {
    expect(archive.toString("latin1", at, at + 6)).toBe("070701");
    const field = (place: number) =>
      Number.parseInt(archive.toString("latin1", at + 6 + place * 8, at + 14 + place * 8), 16);
    const [mode, size, nameSize] = [field(1), field(6), field(11)];
    const name = archive.toString("latin1", at + 110, at + 110 + nameSize - 1);
    const from = align(at + 110 + nameSize);
    if (name === "TRAILER!!!") return members;
    const device: [number, number] = [field(9), field(10)];
    members.push({ name, mode, data: archive.toString("utf8", from, from + size), device });
    at = align(from + size);
  }
}

describe("writeCpio", () => {
  it("writes files, links, devices, and each folder once before what lies in it", () => {
    const archive = writeCpio([
      { path: "/dev/console", kind: "device", major: 5, minor: 1 },
      { path: "/a/b/one", kind: "file", data: Buffer.from("one!!"), mode: 0o755 },
      { path: "/a/b/two", kind: "file", data: Buffer.from("") },
      { path: "/a/link", kind: "link", target: "b/one" },
    ]);
    expect(readCpio(archive).map(({ name, mode, data }) => [name, mode.toString(8), data])).toEqual([
      ["dev", "40755", ""],
      ["dev/console", "20600", ""],
      ["a", "40755", ""],
      ["a/b", "40755", ""],
      ["a/b/one", "100755", "one!!"],
      ["a/b/two", "100644", ""],
      ["a/link", "120755", "b/one"],
    ]);
    expect(readCpio(archive)[1]?.device).toEqual([5, 1]);
  });
});

describe("moduleDependencies", () => {
  it.each<[string, string[]]>([
    ["license=GPL\0depends=inet_diag,unix-diag\0retpoline=Y\0", ["inet_diag", "unix_diag"]],
    ["license=GPL\0depends=\0", []],
    ["license=GPL\0", []],
  ])("reads %j", (info, names) => {
    expect(moduleDependencies(Buffer.from(`ELF\0${info}`))).toEqual(names);
  });
});

describe("librariesOf", () => {
  it("names the files that Node is linked with", async () => {
    const libraries = await librariesOf(process.execPath);
    for (const library of libraries) expect(library).toMatch(/^\/.+\.so/);
    expect(libraries.some((library) => library.includes("libc.so"))).toBe(true);
  });
});
