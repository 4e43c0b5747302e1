/**
 * `listenq completion`: what a shell needs to complete listenq's commands, options and their values. The shell asks back by
 * the hidden command `complete`.
 *
 * @module
 */
import type { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { type HelpNotes, helpNotes } from "../help-text.ts";
import { SCRIPTS, SHELLS, type Shell } from "./shell-scripts.ts";

const HELP: HelpNotes = {
  examples: [
    ["listenq completion bash > /etc/bash_completion.d/listenq", "for everybody on this machine"],
    ["source <(listenq completion bash)", "for this shell only"],
    [
      "mkdir -p ~/.zfunc && listenq completion zsh > ~/.zfunc/_listenq",
      "with fpath+=~/.zfunc before compinit in ~/.zshrc",
    ],
    ["listenq completion fish > ~/.config/fish/completions/listenq.fish", ""],
  ],
};

/** Adds both commands. */
export function registerCompletion(program: Command, context: CommandContext): void {
  program
    .command("completion")
    .description("a script that completes listenq's commands and options in your shell")
    .addArgument(program.createArgument("<shell>", "which shell").choices(SHELLS))
    .addHelpText("after", helpNotes(HELP))
    .action((shell: Shell) => void context.io.stdout.write(SCRIPTS[shell]));
  program
    .command("complete", { hidden: true })
    .argument("[words...]")
    .allowUnknownOption()
    .action(async (words: string[]) => {
      const { completeWords } = await import("./complete-words.ts");
      const { candidates, others } = completeWords(program, words);
      const lines = candidates.map(({ value, about }) => `${value}\t${about.replaceAll(/\s+/g, " ")}`);
      context.io.stdout.write(`${[others, ...lines].join("\n")}\n`);
    });
}
