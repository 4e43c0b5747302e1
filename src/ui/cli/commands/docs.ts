/**
 * `listenq docs CODE`: the page of a finding, without a network.
 *
 * @module
 */
import type { Command } from "commander";
import { UsageError } from "../../../core/errors.ts";
import { styleFor } from "../cli-style.ts";
import { nearestName } from "../command-line.ts";
import type { CommandContext } from "../context.ts";
import { type HelpNotes, helpNotes } from "../help-text.ts";

const HELP: HelpNotes = {
  examples: [
    ["listenq docs accept-queue-full", "how it is seen, what it means, what to do"],
    ["listenq docs", "the codes of all findings"],
  ],
};

/** Adds the command. */
export function registerDocs(program: Command, context: CommandContext): void {
  program
    .command("docs")
    .description("the page of a finding: how it is seen, what it means, what to do")
    .argument("[code]", "the finding's code")
    .addHelpText("after", helpNotes(HELP))
    .action(async (code: string | undefined) => {
      const { findingPages } = await import("../finding-pages.ts");
      const { formatPage } = await import("../../../core/report/layout/markdown-lines.ts");
      const pages = findingPages();
      const { io } = context;
      if (code === undefined) return void io.stdout.write(`${[...pages.keys()].join("\n")}\n`);
      const page = pages.get(code);
      if (page === undefined) throw unknownCode(code, [...pages.keys()]);
      io.stdout.write(formatPage(page, styleFor(io)));
    });
}

function unknownCode(code: string, known: readonly string[]): UsageError {
  const near = nearestName(code, known);
  const hint = near === null ? "listenq docs lists them" : `did you mean ${near}?`;
  return new UsageError(`there is no finding ${code}; ${hint}`);
}
