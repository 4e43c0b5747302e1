import { describe, expect, it } from "vitest";
import { dumpFailure } from "../../../../../src/system/linux/netlink/sock-diag.ts";
import { exitCodeOf } from "../../../../../src/ui/cli/failure.ts";
import { EXIT } from "../../../../../src/ui/cli/io.ts";

const [ENOENT, EINVAL] = [2, 22];

describe("dumpFailure", () => {
  it.each([
    ["tcp", "inet_diag and tcp_diag"],
    ["mptcp", "inet_diag and mptcp_diag"],
    ["unix", "unix and unix_diag"],
  ] as const)("a kernel without a %s table is not supported, and the remedy names %s", (table, modules) => {
    const error = dumpFailure(ENOENT, table);
    expect(error.message).toContain(`no ${table} table`);
    expect(error.message).toContain(`load the kernel modules ${modules}`);
    expect(exitCodeOf(error)).toBe(EXIT.notSupported);
  });

  it("any other errno is what the kernel says", () => {
    const error = dumpFailure(EINVAL, "tcp");
    expect(error).toMatchObject({ code: "EINVAL", operation: "sock_diag" });
    expect(error.message).not.toContain("modules");
    expect(exitCodeOf(error)).toBe(EXIT.usage);
  });
});
