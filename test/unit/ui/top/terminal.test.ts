import { describe, expect, it } from "vitest";
import type { ScreenLine } from "../../../../src/ui/top/screen-lines.ts";
import { Terminal } from "../../../../src/ui/top/terminal.ts";

/** A terminal that does what it is told: rows of text, and how often it was written to. */
class FakeOutput {
  columns = 20;
  rows = 4;
  readonly screen: string[] = [];
  writes = 0;
  last = "";

  write(text: string): void {
    this.writes += 1;
    this.last = text;
    let row = 0;
    for (const piece of text.split("\u001b[").slice(1)) {
      const [, code = "", written = ""] = /^([0-?]*[@-~])(.*)$/su.exec(piece) ?? [];
      if (code.endsWith(";1H")) row = Number.parseInt(code, 10) - 1;
      if (code === "2J") this.screen.splice(0);
      if (code === "2K") this.screen[row] = "";
      if (written !== "") this.screen[row] = (this.screen[row] ?? "") + written;
    }
  }
}

const plain = (...texts: string[]): ScreenLine[] => texts.map((text) => ({ text, look: {} }));

describe("the screen of a terminal", () => {
  it("shows the lines, and writes only those that changed", () => {
    const output = new FakeOutput();
    const terminal = new Terminal(output, false);
    terminal.enter();
    terminal.draw(plain("one", "two", "three"));
    expect(output.screen).toEqual(["one", "two", "three"]);
    terminal.draw(plain("one", "2", "three"));
    expect(output.screen).toEqual(["one", "2", "three"]);
    expect(output.last).not.toContain("three");
    const { writes } = output;
    terminal.draw(plain("one", "2", "three"));
    expect(output.writes).toBe(writes);
  });

  it("leaves nothing of what was there, whether there are fewer lines or the size is another", () => {
    const output = new FakeOutput();
    const terminal = new Terminal(output, false);
    terminal.enter();
    terminal.draw(plain("one", "two", "three"));
    terminal.draw(plain("one"));
    expect(output.screen).toEqual(["one", "", ""]);
    // As a terminal breaks lines that have no room any more.
    output.screen.splice(0, 3, "on", "e", "rest", "rest");
    terminal.forget();
    terminal.draw(plain("one"));
    expect(output.screen).toEqual(["one"]);
  });

  it("never has more lines than rows", () => {
    const output = new FakeOutput();
    new Terminal(output, false).draw(plain("1", "2", "3", "4", "5"));
    expect(output.screen).toEqual(["1", "2", "3", "4"]);
  });

  it("colours only where colours are wanted", () => {
    const lines: ScreenLine[] = [{ text: "bad", look: { isBold: true, isInverse: true, colour: "red" } }];
    const [coloured, bare] = [new FakeOutput(), new FakeOutput()];
    new Terminal(coloured, true).draw(lines);
    new Terminal(bare, false).draw(lines);
    expect(coloured.last).toContain("\u001b[1;7;31mbad\u001b[0m");
    expect(bare.last).not.toMatch(/\[[\d;]*m/u);
    expect(bare.screen).toEqual(["bad"]);
  });
});
