/**
 * `listenq lab`: experiments and scenarios on this kernel.
 *
 * @module
 */
import type { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { type HelpNotes, helpNotes } from "../help-text.ts";
import type { LabExportOptions } from "../runs/lab-export.ts";
import type { LabRunOptions } from "../runs/lab-run.ts";

const RUN_HELP: HelpNotes = {
  notes: [
    "A file is a scenario in YAML (docs/scenario.md). No root is needed where unprivileged user namespaces are allowed.",
    "Exit codes: 0 every claim holds, 1 one does not, 2 wrong usage, 3 not permitted or not supported here.",
  ],
  examples: [
    ["listenq lab run overflow-drop", "the published experiment, in about 15 s"],
    ["listenq lab run overflow-drop --faithful", "with the original's own 10 s a connection"],
    ["listenq lab run overflow-drop --pcap drop.pcapng", "and the packets for Wireshark"],
    ["listenq lab run capacity --ipv6 --json", "one JSON document"],
    ["listenq lab run head-of-line --model", "the kernel and its model beside each other"],
    ["listenq lab run my-scenario.yaml", "your own"],
  ],
};

const LIST_HELP: HelpNotes = {
  examples: [
    ["listenq lab list", "their names and questions"],
    ["listenq lab list --json", "one JSON document"],
  ],
};

const EXPORT_HELP: HelpNotes = {
  notes: [
    "packetdrill speaks for one client: an experiment of which that is not enough is refused, with the reason (exit code 2).",
  ],
  examples: [
    ["listenq lab export overflow-drop --packetdrill > overflow-drop.pkt", "docs/for-kernel-testers.md"],
  ],
};

/** Adds the command. */
export function registerLab(program: Command, context: CommandContext): void {
  const lab = program
    .command("lab")
    .helpCommand(false)
    .description("experiments on this kernel, in network namespaces of their own");
  lab
    .command("list")
    .description("the built-in experiments")
    .option("--json", "one JSON document")
    .addHelpText("after", helpNotes(LIST_HELP))
    .action(async (options: { json?: boolean }) => {
      const { listExperiments } = await import("./lab-list.ts");
      listExperiments(options.json === true, context.io);
    });
  lab
    .command("export")
    .description("an experiment as a script for packetdrill, as the model has it")
    .argument("<experiment-or-file>", "the name of an experiment, or a scenario file")
    .option("--packetdrill", "the form; there is no other")
    .option("--kernel <era>", "as which kernel has it", "6.14")
    .addHelpText("after", helpNotes(EXPORT_HELP))
    .action(async (name: string, options: LabExportOptions) => {
      const { exportExperiment } = await import("../runs/lab-export.ts");
      context.exitWith(exportExperiment(name, options, context.io));
    });
  lab
    .command("run")
    .description("run experiments or scenario files, and check their claims")
    .argument("[experiment-or-file...]", "names of experiments, or scenario files")
    .option("--all", "every built-in experiment")
    .option("--ipv6", "the same over IPv6")
    .option("--faithful", "with the original's own times (up to a minute)")
    .option("--model", "the model of this kernel beside it")
    .option("--pcap <file>", "write the packets as pcapng, with a comment on each one that matters")
    .option("--report <file>", "write a page with pictures, in one HTML file")
    .option("--svg <file>", "write the packets as a picture")
    .option("--json", "one JSON document")
    .addHelpText("after", helpNotes(RUN_HELP))
    .action(async (names: string[], options: LabRunOptions) => {
      const { runLab } = await import("../runs/lab-run.ts");
      context.exitWith(await runLab(names, options, context));
    });
}
