import { describe, expect, it } from "vitest";
import { columns } from "../../../src/report/text-layout.ts";

describe("columns", () => {
  it("stand two spaces apart, numbers to the right, nothing behind the last", () => {
    expect(
      columns(
        ["NAME", "N"],
        [
          ["a", "1"],
          ["long one", "100"],
        ],
        [1],
      ),
    ).toEqual(["NAME        N", "a           1", "long one  100"]);
    expect(columns(["A", "B"], [["x", ""]])).toEqual(["A  B", "x"]);
  });

  it("count colours as nothing and wide characters as two", () => {
    const [, red, wide] = columns(
      ["A", "B"],
      [
        ["\u001b[31mred\u001b[39m", "1"],
        ["漢", "2"],
      ],
    );
    expect(red).toBe("\u001b[31mred\u001b[39m  1");
    expect(wide).toBe("漢   2");
  });
});
