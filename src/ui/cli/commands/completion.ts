/**
 * `listenq completion`: what a shell needs to complete listenq's commands, options and experiments. The shell asks back by the
 * hidden command `complete`.
 *
 * @module
 */
import type { Command } from "commander";
import type { CommandContext } from "../context.ts";

const EXAMPLES = `
Examples:
  listenq completion bash > /etc/bash_completion.d/listenq
  source <(listenq completion bash)                               for this shell only
  listenq completion zsh > "\${fpath[1]}/_listenq"
  listenq completion fish > ~/.config/fish/completions/listenq.fish`;

const SHELLS = ["bash", "zsh", "fish"] as const;

/**
 * Adds both commands.
 *
 * @param describe the program as it is without them
 */
export function registerCompletion(
  program: Command,
  context: CommandContext,
  describe: (context: CommandContext) => Command,
): void {
  program
    .command("completion")
    .description("a script that completes listenq's commands and options in your shell")
    .addArgument(program.createArgument("<shell>", "which shell").choices(SHELLS))
    .addHelpText("after", EXAMPLES)
    .action(async (shell: string) => {
      const { printScript } = await import("../runs/completion-run.ts");
      printScript(shell);
    });
  program
    .command("complete", { hidden: true })
    .argument("[words...]")
    .allowUnknownOption()
    .action(async (words: string[]) => {
      const { complete } = await import("../runs/completion-run.ts");
      complete(describe(context), words);
    });
}
