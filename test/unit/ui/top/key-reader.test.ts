import { describe, expect, it } from "vitest";
import { KeyReader } from "../../../../src/ui/top/key-reader.ts";

/** What is pressed when these pieces come one after the other, and then nothing. */
function pressed(...pieces: string[]): string[] {
  const reader = new KeyReader();
  const keys = [...pieces.flatMap((piece) => reader.read(piece)), ...reader.finish()];
  return keys.map(({ name, input }) => name ?? (input === "" ? "nothing" : input));
}

describe("keys of a terminal", () => {
  it.each([
    ["\u001b[A", "up"],
    ["\u001bOB", "down"],
    ["\u001b[5~", "pageUp"],
    ["\u001b[6~", "pageDown"],
    ["\u001b[H", "home"],
    ["\u001b[1~", "home"],
    ["\u001bOF", "end"],
    ["\u001b[4~", "end"],
    ["\r", "enter"],
    ["\u001b", "escape"],
    ["\u007f", "backspace"],
    ["\u001b[3~", "backspace"],
    ["\u0003", "interrupt"],
    ["\u001a", "suspend"],
    ["q", "q"],
    ["é", "é"],
    ["😀", "😀"],
  ])("%o is %s", (sequence, key) => {
    expect(pressed(sequence)).toEqual([key]);
  });

  it.each([
    ["F1", "\u001bOP"],
    ["F1 of the Linux console", "\u001b[[A"],
    ["F5", "\u001b[15~"],
    ["Shift and an arrow", "\u001b[1;2C"],
    ["Alt and q", "\u001bq"],
    ["Ctrl-D", "\u0004"],
    ["a mouse's wheel", "\u001b[<64;10;5M"],
    ["a focus that comes", "\u001b[I"],
  ])("%s does nothing, and none of it is a character", (_, sequence) => {
    expect(pressed(sequence)).toEqual(["nothing"]);
    expect(pressed(`${sequence}q`)).toEqual(["nothing", "q"]);
  });

  it("may come several at once, or one in pieces", () => {
    expect(pressed("/ab\u007f\r\u001b[Bq")).toEqual(["/", "a", "b", "backspace", "enter", "down", "q"]);
    for (const sequence of ["\u001b[A", "\u001bOA"]) expect(pressed(...sequence)).toEqual(["up"]);
    expect(pressed("\u001b", "[", "1", ";", "2", "C", "q")).toEqual(["nothing", "q"]);
  });

  it("an Escape waits for what may follow; after another Escape it is a key", () => {
    const reader = new KeyReader();
    expect([reader.read("\u001b"), reader.isWaiting]).toEqual([[], true]);
    expect(reader.finish()).toEqual([{ input: "", name: "escape" }]);
    expect(reader.isWaiting).toBe(false);
    expect(pressed("\u001b\u001b[A")).toEqual(["escape", "up"]);
  });
});
