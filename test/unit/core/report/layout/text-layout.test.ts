import { describe, expect, it } from "vitest";
import { columns } from "../../../../../src/core/report/layout/columns.ts";
import { fittingName } from "../../../../../src/core/report/layout/text-layout.ts";
import { layOutSample, sampleLines } from "../../../../../src/core/report/text/sample-table.ts";
import { listenerSample, sampleOf } from "../../../../support/samples.ts";

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

describe("fittingName", () => {
  it("leaves out the beginning of what takes up too much of a screen, and nothing without one", () => {
    const path = `/run/${"x".repeat(90)}/app.sock (unix)`;
    expect(fittingName(path, null)).toBe(path);
    expect(fittingName(path, 80)).toHaveLength(36);
    expect(fittingName(path, 80)).toMatch(/^\u2026x+\/app\.sock \(unix\)$/);
    expect(fittingName("/run/app.sock", 80)).toBe("/run/app.sock");
  });

  it("keeps a long unix path from pushing the queues off the screen, and cuts no address", () => {
    const group = "[2001:db8:1111:2222:3333:4444:5555:6666]:65535";
    const long = listenerSample({ protocol: "unix", address: null, port: null, path: `/${"p".repeat(107)}` });
    const six = listenerSample({
      address: "2001:db8:1111:2222:3333:4444:5555:6666",
      port: 65_535,
      family: "ipv6",
    });
    const screen = (one: typeof long) => layOutSample(sampleLines(sampleOf([one])), 80);
    expect(screen(long).heading).toContain("QUEUE");
    expect(screen(long).rows[0]).toContain(" 0/5 ");
    expect(screen(six).rows[0]).toContain(group);
  });
});
