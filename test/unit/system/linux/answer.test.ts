import { describe, expect, it } from "vitest";
import { NotSupportedError } from "../../../../src/core/errors.ts";
import { dumpFailure } from "../../../../src/system/linux/netlink/sock-diag.ts";
import { attempt } from "../../../../src/system/probe/features/probe-answer.ts";

const failing = (error: Error) =>
  attempt(() => {
    throw error;
  });

describe("attempt", () => {
  it("leaves out the name and the remedy of an error, because the feature has its own", () => {
    const error = new NotSupportedError("flying", "no wings", "grow some");
    expect(failing(error)).toEqual({ answer: "no", reason: "no wings" });
    expect(failing(dumpFailure(2, "tcp")).reason).toBe("the kernel has no tcp table (sock_diag: ENOENT)");
  });

  it("gives the words of any other error", () => {
    expect(failing(new Error("unshare: EPERM"))).toEqual({ answer: "no", reason: "unshare: EPERM" });
  });
});
