import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { styleFor, terminalColumns } from "../../../../src/ui/cli/cli-style.ts";
import type { Io } from "../../../../src/ui/cli/io.ts";

const terminal = (columns: number | undefined, isTTY = true): Io => ({
  stdout: Object.assign(new Writable(), { isTTY, ...(columns === undefined ? {} : { columns }) }),
  stderr: new Writable(),
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
