import { describe, expect, it } from "vitest";
import { eraOf, parseRelease, synQueueTestOf } from "../../../../../src/core/model/rules/kernel-era.ts";

describe("eraOf", () => {
  it.each([
    ["2.6.24", "2.6.32"],
    ["2.6.32-754.el6.x86_64", "2.6.32"],
    ["3.10.0-1160.el7.x86_64", "3.10"],
    ["4.3.0", "4.2"],
    ["4.4.0", "4.4"],
    ["4.9.337", "4.4"],
    ["4.19.0-26-amd64", "4.10"],
    ["5.9.16", "5.4"],
    ["5.15.0-88-generic", "5.10"],
    ["6.4.6", "5.10"],
    ["6.9.12", "6.5"],
    ["6.12.43", "6.10"],
    ["6.18.44-fc-v445", "6.14"],
    ["7.0", "6.14"],
  ])("gives %s the newest era that is not newer: %s", (release, era) => {
    expect(eraOf(release)).toBe(era);
  });

  it("is null for a release without a version", () => {
    expect(eraOf("unknown")).toBeNull();
  });

  it("compares numbers, not texts: 6.5 is before 6.14", () => {
    expect(eraOf("6.9.1")).toBe("6.5");
  });
});

describe("parseRelease", () => {
  it("takes a missing third number for 0", () => {
    expect(parseRelease("7.0-rc3")).toEqual([7, 0, 0]);
  });
});

describe("synQueueTestOf", () => {
  it.each([
    ["4.3.6", null],
    ["4.4.0", ">="],
    ["5.15.100", ">="],
    ["5.15.177", ">"],
    ["6.1.192", ">"],
    ["6.4.6", ">="],
    ["6.6.71", ">="],
    ["6.6.72", ">"],
    ["6.12.117", ">"],
    ["6.13.1", ">="],
    ["6.13.2", ">"],
    ["6.14.0", ">"],
    ["6.18.44", ">"],
    ["?", null],
  ])("says of %s: %s", (release, test) => {
    expect(synQueueTestOf(release)).toBe(test);
  });
});
