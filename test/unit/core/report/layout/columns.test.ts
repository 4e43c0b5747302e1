import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import {
  type Column,
  cutEnd,
  cutName,
  cutStart,
  fitColumns,
} from "../../../../../src/core/report/layout/columns.ts";

interface Row {
  readonly name: string;
  readonly process: string;
  readonly drops: number;
}

const ROWS: readonly Row[] = [
  { name: "127.0.0.1:80", process: "nginx 1234567", drops: 5 },
  { name: "データベース", process: "データベースの大きな主過程 42", drops: 1200 },
  { name: "e\u0301te\u0301", process: "combined\u0301 7", drops: 0 },
];

const COLUMNS: readonly Column<Row>[] = [
  { heading: "NAME", text: ({ name }) => name, shorten: cutEnd },
  { heading: "DROPS", text: ({ drops }) => String(drops), isNumber: true, lastResort: 1 },
  { heading: "NOTE", text: () => "as usual", dispensable: 1 },
  { heading: "PROCESS", text: ({ process }) => process, shorten: cutName },
];

/** The column of the terminal at which each line's last cell begins. */
function startsOfLast(lines: readonly string[], last: readonly string[]): number[] {
  return lines.map((line, place) => stringWidth(line.slice(0, line.lastIndexOf(last[place] ?? ""))));
}

describe("fitColumns", () => {
  it("aligns what is wide or combined as a terminal shows it", () => {
    const { heading, rows } = fitColumns(ROWS, COLUMNS, null);
    const starts = startsOfLast([heading, ...rows], ["PROCESS", ...ROWS.map(({ process }) => process)]);
    expect(new Set(starts).size).toBe(1);
  });

  it.each([80, 60, 50, 44, 40, 30])("is never wider than %i columns, and keeps every pid", (width) => {
    const { heading, rows } = fitColumns(ROWS, COLUMNS, width);
    for (const line of [heading, ...rows]) expect(stringWidth(line)).toBeLessThanOrEqual(width);
    expect(rows.map((line) => line.split(" ").at(-1))).toEqual(["1234567", "42", "7"]);
  });

  it("gives up what is dispensable first, then room, then what is the last resort", () => {
    const heads = [80, 55, 40, 24].map((width) => fitColumns(ROWS, COLUMNS, width).heading.split(/ +/));
    expect(heads).toEqual([
      ["NAME", "DROPS", "NOTE", "PROCESS"],
      ["NAME", "DROPS", "PROCESS"],
      ["NAME", "DROPS", "PROCESS"],
      ["NAME", "PROCESS"],
    ]);
  });

  it("colours a cell after it was measured", () => {
    const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
    const [first, second] = fitColumns(
      ROWS,
      [
        {
          heading: "NAME",
          text: ({ name }) => name,
          paint: (text, { drops }) => (drops > 100 ? red(text) : text),
        },
      ],
      null,
    ).rows.slice(0, 2);
    expect(first).toBe("127.0.0.1:80");
    expect(second).toBe(red("データベース"));
  });
});

describe("a shorter text", () => {
  it("is as wide as it may be, and no wide character is halved", () => {
    expect(cutEnd("データベース", 7)).toBe("データ…");
    expect(cutEnd("データベース", 6)).toBe("デー…");
    expect(cutStart("/run/app.sock", 8)).toBe("…pp.sock");
    expect(cutName("a-long-name 42", 8)).toBe("a-lo… 42");
  });
});
