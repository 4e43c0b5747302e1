import { describe, expect, it } from "vitest";
import { chooseBuild } from "../../../scripts/museum/archive/choose-build.ts";
import { parsePackageRecords } from "../../../scripts/museum/archive/package-records.ts";
import { chosenKernels, MUSEUM, type MuseumKernel } from "../../../scripts/museum/kernels.ts";
import { isBefore } from "../../../scripts/museum/predictions.ts";

const whole: MuseumKernel = {
  id: "6.12.118",
  suite: "trixie-security",
  series: "6.12",
  packages: [{ name: "linux-image-6.12.118+deb13-cloud-amd64", version: "6.12.118-1", sha256: "aa" }],
  why: "a test",
};
const split: MuseumKernel = {
  id: "7.2.6",
  suite: "trixie-backports",
  series: "7.2",
  packages: [
    { name: "linux-binary-7.2.6+deb13-cloud-amd64", version: "7.2.6-1", sha256: "bb" },
    { name: "linux-modules-7.2.6+deb13-cloud-amd64", version: "7.2.6-1", sha256: "cc" },
  ],
  why: "a test",
};

describe("chooseBuild", () => {
  it("takes the kernel's own packages where the archive has them", () => {
    expect(chooseBuild(whole, whole.packages)).toEqual({ packages: whole.packages, neighbour: null });
  });

  it("takes the nearest version of the series where they are gone, with the archive's own hash", () => {
    const near = { name: "linux-image-6.12.117+deb13-cloud-amd64", version: "6.12.117-1", sha256: "dd" };
    const far = { name: "linux-image-6.12.90+deb13-cloud-amd64", version: "6.12.90-1", sha256: "ee" };
    const other = { name: "linux-image-6.16.3+deb13-cloud-amd64", version: "6.16.3-1", sha256: "ff" };
    expect(chooseBuild(whole, [far, near, other])).toEqual({ packages: [near], neighbour: "6.12.117" });
  });

  it("takes no build of which a part is missing", () => {
    const binary = { name: "linux-binary-7.2.9+deb13-cloud-amd64", version: "7.2.9-1", sha256: "dd" };
    const modules = { name: "linux-modules-7.2.11+deb13-cloud-amd64", version: "7.2.11-1", sha256: "ee" };
    expect(() => chooseBuild(split, [binary, modules])).toThrow("7.2.6 has left the archive");
    const fitting = { name: "linux-modules-7.2.9+deb13-cloud-amd64", version: "7.2.9-1", sha256: "ff" };
    expect(chooseBuild(split, [binary, modules, fitting]).packages).toEqual([binary, fitting]);
  });
});

describe("parsePackageRecords", () => {
  it("reads stanzas, and leaves out what has no hash", () => {
    const text = "Package: a\nVersion: 1-1\nDepends: b\nSHA256: 00\n\nPackage: b\nVersion: 2\n\n";
    expect(parsePackageRecords(text)).toEqual([{ name: "a", version: "1-1", sha256: "00" }]);
  });
});

describe("the table of kernels", () => {
  it("is in order, without a version twice, each with whole hashes", () => {
    for (const [place, kernel] of MUSEUM.slice(1).entries())
      expect(isBefore(MUSEUM[place]?.id ?? "", kernel.id)).toBe(true);
    for (const { id, series, packages } of MUSEUM) {
      expect(id.startsWith(`${series}.`)).toBe(true);
      for (const { sha256, version } of packages) {
        expect(sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(version.startsWith(id)).toBe(true);
      }
    }
  });

  it("knows its kernels by name, and says which there are", () => {
    expect(chosenKernels([])).toBe(MUSEUM);
    expect(chosenKernels(["7.3.4", "5.10.218"]).map(({ id }) => id)).toEqual(["5.10.218", "7.3.4"]);
    expect(() => chosenKernels(["4.19"])).toThrow(/no kernel 4.19 in the museum; there are 5.10.218,/);
  });
});
