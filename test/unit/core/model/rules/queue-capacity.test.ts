import { describe, expect, it } from "vitest";
import { admittedByLastQuarter, capacityOf } from "../../../../../src/core/model/rules/queue-capacity.ts";

describe("how many fit", () => {
  it("is one more than the limit where the kernel tests with >", () => {
    expect([capacityOf(">", 0), capacityOf(">=", 0), capacityOf(">", 128), capacityOf(">=", 128)]).toEqual([
      1, 0, 129, 128,
    ]);
  });

  it.each([0, 1, 3, 4, 7, 256, 1023, 4096])(
    "follows the kernel's own test with tcp_max_syn_backlog = %i",
    (most) => {
      const kept = Array.from({ length: most + 2 }, (_, qlen) => qlen).find(
        (qlen) => most - qlen < most >> 2,
      );
      expect(admittedByLastQuarter(most)).toBe(kept);
    },
  );
});
