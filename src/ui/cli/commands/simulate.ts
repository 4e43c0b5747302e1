/**
 * `listenq simulate`: experiments and scenarios on the model.
 *
 * @module
 */
import type { Command } from "commander";
import { ERA_NAMES } from "../../../core/model/rules/eras.ts";
import type { CommandContext } from "../context.ts";
import { type HelpNotes, helpNotes } from "../help-text.ts";
import type { SimulateOptions } from "../runs/simulate-run.ts";

const HELP: HelpNotes = {
  notes: [
    `A file is a scenario in YAML (docs/scenario.md). Kernels: ${ERA_NAMES.join(", ")}, or this: the running one, asked for its rules. Only this needs Linux; the others run anywhere, in milliseconds.`,
    "Exit codes: 0 every claim holds, 1 one does not, 2 wrong usage, 3 this kernel cannot be asked.",
  ],
  examples: [
    ["listenq simulate overflow-drop", "as Linux 6.14 has it"],
    [
      "listenq simulate overflow-loopback --kernel 3.10 --faithful",
      "the original's kernel: what newer ones do does not hold there, exit code 1",
    ],
    ["listenq simulate overflow-drop --kernel 3.10,6.14", "where they part, and which rule makes them"],
    [
      "listenq simulate overflow-drop --kernel 3.10,6.14 --report r.html",
      "both beside each other in one page",
    ],
    ["listenq simulate my-scenario.yaml --kernel this --pcap model.pcapng", ""],
    ["listenq simulate --all --json", "one JSON document"],
  ],
};

/** Adds the command. */
export function registerSimulate(program: Command, context: CommandContext): void {
  program
    .command("simulate")
    .description("the same on a model of the kernel: of any era, in milliseconds")
    .argument("[experiment-or-file...]", "names of experiments, or scenario files")
    .option("--all", "every built-in experiment")
    .option("--kernel <era,...>", "which kernel, or several to put side by side", "6.14")
    .option("--seed <n>", "of everything that a real kernel leaves to chance", "1")
    .option("--ipv6", "the same over IPv6")
    .option("--faithful", "with the original's own times")
    .option("--pcap <file>", "write the packets as pcapng, with a comment on each one that matters")
    .option(
      "--report <file>",
      "write a page with pictures, in one HTML file; of several kernels, beside each other",
    )
    .option("--svg <file>", "write the packets as a picture")
    .option("--json", "one JSON document")
    .addHelpText("after", helpNotes(HELP))
    .action(async (names: string[], options: SimulateOptions) => {
      const { runSimulate } = await import("../runs/simulate-run.ts");
      context.exitWith(await runSimulate(names, options, context));
    });
}
