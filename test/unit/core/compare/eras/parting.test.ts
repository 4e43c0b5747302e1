import { describe, expect, it } from "vitest";
import { besideRows, type LaneEvent, partings } from "../../../../../src/core/compare/eras/index.ts";

const lane = (name: string, ...events: [number, string][]) => ({
  name,
  events: events.map(([at, text]): LaneEvent => ({ at, text })),
});

describe("partings()", () => {
  it("finds none where times differ by what a tick and a timer wheel may add", () => {
    const one = lane("client 1", [0, "-> S"], [1000, "-> S"]);
    const other = lane("client 1", [1, "-> S"], [1060, "-> S"]);
    expect(partings([one], [other])).toEqual([]);
  });

  it.each([
    ["another event", [0, "-> S"] as [number, string], [0, "-> P."] as [number, string]],
    ["the same much later", [1000, "-> S"] as [number, string], [1200, "-> S"] as [number, string]],
  ])("finds %s", (_what, mine, yours) => {
    const found = partings([lane("client 1", mine)], [lane("client 1", yours)]);
    expect(found).toMatchObject([{ lane: "client 1", place: 0, at: Math.min(mine[0], yours[0]) }]);
  });

  it("lets two events of about the same moment come in either order, but no two that are apart", () => {
    const one = lane("client 1", [100, "-> P."], [101, "<- S."], [120, "-> ."]);
    const other = lane("client 1", [100, "<- S."], [102, "-> P."], [120, "-> ."]);
    expect(partings([one], [other])).toEqual([]);
    const apart = lane("client 1", [100, "<- S."], [160, "-> P."]);
    expect(partings([lane("client 1", [100, "-> P."], [160, "<- S."])], [apart])).toHaveLength(1);
  });

  it("finds the end of one run before the other's", () => {
    const one = lane("client 1", [0, "-> S"], [5, "<- S."]);
    const found = partings([one], [lane("client 1", [0, "-> S"])]);
    expect(found).toEqual([
      { lane: "client 1", place: 1, at: 5, one: { at: 5, text: "<- S." }, other: null },
    ]);
  });

  it("has the earliest lane first, and no word on lanes that are alike", () => {
    const one = [lane("a", [9, "x"]), lane("b", [1, "x"]), lane("c", [5, "x"])];
    const other = [lane("a", [9, "y"]), lane("b", [1, "x"]), lane("c", [5, "y"])];
    expect(partings(one, other).map((parting) => parting.lane)).toEqual(["c", "a"]);
  });
});

describe("besideRows()", () => {
  it("puts what both have into one row, and the rest in order of time", () => {
    const one = lane("a", [0, "x"], [10, "only one"], [50, "z"]);
    const other = lane("a", [0, "x"], [20, "only the other"], [50, "z"]);
    const rows = besideRows(one.events, other.events);
    expect(rows.map((row) => [row.one?.text ?? null, row.other?.text ?? null])).toEqual([
      ["x", "x"],
      ["only one", null],
      [null, "only the other"],
      ["z", "z"],
    ]);
  });

  it("loses no event, whatever the two lanes are", () => {
    const one = lane("a", [0, "x"], [100, "y"], [300, "y"]);
    const other = lane("a", [100, "y"], [100, "w"]);
    const rows = besideRows(one.events, other.events);
    expect(rows.flatMap((row) => row.one ?? [])).toEqual(one.events);
    expect(rows.flatMap((row) => row.other ?? [])).toEqual(other.events);
  });
});
