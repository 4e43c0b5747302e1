import { describe, expect, it } from "vitest";
import { sourceVersion } from "../../../../../src/system/linux/proc/kernel-identity.ts";

describe("sourceVersion", () => {
  it.each([
    ["5.10.0-30-cloud-amd64", "#1 SMP Debian 5.10.218-1 (2024-06-01)", "", "5.10.218"],
    ["6.1.0-55-cloud-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-1 (2026-11-14)", "", "6.1.192"],
    ["5.15.0-88-generic", "#98-Ubuntu SMP", "Ubuntu 5.15.0-88.98-generic 5.15.126", "5.15.126"],
    ["6.18.44", "#1 SMP PREEMPT_DYNAMIC", "", "6.18.44"],
  ])("of %s, built as %s, is %s%s", (release, build, signature, version) => {
    expect(sourceVersion(release, build, signature)).toBe(version);
  });

  it("does not believe a text that speaks of another series", () => {
    expect(sourceVersion("6.18.44", "#1 SMP Debian 6.1.192-1", "")).toBe("6.18.44");
  });
});
