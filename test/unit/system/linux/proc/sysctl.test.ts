import { describe, expect, it } from "vitest";
import { UsageError } from "../../../../../src/core/errors.ts";
import { readSysctl, readSysctlNumber, writeSysctl } from "../../../../../src/system/linux/proc/sysctl.ts";

const BAD_NAMES = [
  "",
  "net",
  "net.",
  ".net.ipv4",
  "net..ipv4",
  "kernel.hostname",
  "net/core/somaxconn",
  "net.core.somaxconn/../../../../tmp/x",
  "net.core.somaxconn\n",
  "net.core.so maxconn",
  "netx.core",
];

describe("a sysctl's name", () => {
  it.each(BAD_NAMES)("%j is refused before any file is touched, for reading and for writing", (name) => {
    expect(() => readSysctl(name)).toThrow(UsageError);
    expect(() => writeSysctl(name, 1)).toThrow(`${name} is not the name of a net.* sysctl`);
  });

  it("is null where this kernel has none of that name", () => {
    expect(readSysctl("net.ipv4.tcp_no_such_setting")).toBeNull();
    expect(readSysctlNumber("net.ipv4.tcp_no_such_setting")).toBeNull();
  });

  it("reads what every kernel has", () => {
    expect(readSysctlNumber("net.ipv4.tcp_synack_retries")).toBeGreaterThanOrEqual(0);
  });

  it("is no number where the setting is text or several numbers", () => {
    expect(readSysctl("net.ipv4.tcp_rmem")).toMatch(/^\d+\s+\d+\s+\d+$/);
    expect(readSysctlNumber("net.ipv4.tcp_rmem")).toBeNull();
  });
});
