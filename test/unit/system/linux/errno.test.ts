import { describe, expect, it } from "vitest";
import { errnoName } from "../../../../src/system/linux/ffi/check.ts";

describe("errnoName", () => {
  it.each([
    [1, "EPERM"],
    [11, "EAGAIN"],
    [95, "EOPNOTSUPP"],
    [104, "ECONNRESET"],
    [111, "ECONNREFUSED"],
    [115, "EINPROGRESS"],
  ])("calls %d %s, as the kernel does", (value, name) => {
    expect(errnoName(value)).toBe(name);
  });

  it("says the number where there is no name", () => {
    expect(errnoName(9999)).toBe("errno 9999");
  });
});
