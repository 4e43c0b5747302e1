/**
 * `listenq verify`: the model against this kernel.
 *
 * @module
 */
import type { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { type HelpNotes, helpNotes } from "../help-text.ts";
import type { VerifyOptions } from "../runs/verify-run.ts";

const HELP: HelpNotes = {
  notes: [
    "Exit codes: 0 no mismatch, 1 a mismatch, 2 wrong usage, 3 not permitted or not supported here, 130 after Ctrl-C.",
  ],
  examples: [
    ["listenq verify", "200 scenarios against what this kernel was found to do"],
    ["listenq verify --scenarios 2000 --seed 7", ""],
    ["listenq verify --exhaustive 2", "every order of up to two clients"],
    ["listenq verify --era 4.4", "an old era must fail on a new kernel"],
  ],
};

/** Adds the command. */
export function registerVerify(program: Command, context: CommandContext): void {
  program
    .command("verify")
    .description("random scenarios on this kernel and on the model, compared event by event")
    .option("--scenarios <n>", "how many", "200")
    .option(
      "--exhaustive [clients]",
      "instead of random ones: every order of up to so many clients (3), each step once",
    )
    .option("--seed <n>", "which series of scenarios", "1")
    .option("--parallel <n>", "how many at a time; fewer where ulimit -n has no room", "400")
    .option("--era <era>", "the kernel that the model is to be; `this` asks the running one", "this")
    .option("--shrink <n>", "how many mismatches are made smaller by running smaller scenarios", "1")
    .option(
      "--save <folder>",
      "where each mismatch goes: a scenario file, and both traces",
      "listenq-mismatches",
    )
    .option("--json", "one JSON document")
    .addHelpText("after", helpNotes(HELP))
    .action(async (options: VerifyOptions) => {
      const { runVerify } = await import("../runs/verify-run.ts");
      context.exitWith(await runVerify(options, context));
    });
}
