import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { formatHelpItem } from "../../../../src/ui/cli/help-item.ts";

function helpAt(width: number): string {
  const program = new Command("tool")
    .helpOption(false)
    .helpCommand(false)
    .configureHelp({ minWidthToWrap: 16, formatItem: formatHelpItem })
    .configureOutput({ getOutHelpWidth: () => width });
  program.command("short").description("does this");
  program.command("a-command-of-a-long-name").argument("[path...]").description("does that to each of them");
  program.command("silent");
  return program.helpInformation();
}

describe("commands in the help", () => {
  it("have what they do beside them where there is room", () => {
    expect(helpAt(60)).toContain(`
  short                               does this
  a-command-of-a-long-name [path...]  does that to each of
                                      them
  silent
`);
  });

  it("have it below them on a narrow terminal, and no line is wider than that", () => {
    const help = helpAt(40);
    expect(help).toContain(`
  short
      does this
  a-command-of-a-long-name [path...]
      does that to each of them
  silent
`);
    const lines = help.split("\n");
    expect(lines.filter((line) => line.length > 40)).toEqual([]);
  });
});
