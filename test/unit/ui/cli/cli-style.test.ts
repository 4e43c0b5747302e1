import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { hasColours, styleFor, terminalColumns } from "../../../../src/ui/cli/cli-style.ts";
import type { Io } from "../../../../src/ui/cli/io.ts";

const terminal = (columns: number | undefined, isTTY = true): Io => ({
  stdout: Object.assign(new Writable(), { isTTY, ...(columns === undefined ? {} : { columns }) }),
  stderr: new Writable(),
  stdin: {},
  env: {},
  interrupted: new AbortController().signal,
});

describe("the terminal's width", () => {
  it("is what it says, and unknown where it says 0 or is no terminal", () => {
    expect(terminalColumns(terminal(80))).toBe(80);
    expect(terminalColumns(terminal(0))).toBeNull();
    expect(terminalColumns(terminal(undefined))).toBeNull();
    expect(terminalColumns(terminal(80, false))).toBeNull();
  });

  it("of paragraphs is the usual one where the terminal does not say", () => {
    expect(styleFor(terminal(0)).width).toBe(styleFor(terminal(undefined, false)).width);
    expect(styleFor(terminal(80)).width).toBe(80);
  });
});

describe("colours", () => {
  const on = (env: Io["env"], isTTY = true) => hasColours({ ...terminal(80, isTTY), env });

  it("are there on a terminal that has them, and nowhere else", () => {
    expect(on({})).toBe(true);
    expect(on({ TERM: "dumb" })).toBe(false);
    expect(on({}, false)).toBe(false);
  });

  it("are not there when NO_COLOR asks for none, unless FORCE_COLOR asks for them", () => {
    expect(on({ NO_COLOR: "1" })).toBe(false);
    expect(on({ NO_COLOR: "" })).toBe(true);
    expect(on({ FORCE_COLOR: "1", NO_COLOR: "1" }, false)).toBe(true);
    expect(on({ FORCE_COLOR: "0" })).toBe(false);
  });
});
