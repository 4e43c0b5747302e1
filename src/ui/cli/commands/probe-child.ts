/**
 * The hidden command by which `listenq doctor` asks the kernel in a namespace of its own. It prints one line of JSON, a
 * `ProbeReport`, and ends.
 *
 * @module
 */
import type { Command } from "commander";
import type { CommandContext } from "../context.ts";

/** Adds the command. Its name is `PROBE_COMMAND` of run-probe-child.ts. */
export function registerProbeChild(program: Command, { io }: CommandContext): void {
  program
    .command("probe-child", { hidden: true })
    .addArgument(program.createArgument("<place>").choices(["direct", "inside"]))
    .action(async (place: "direct" | "inside") => {
      const { probeAsChild } = await import("../../../system/probe/features/probe-child.ts");
      io.stdout.write(`${JSON.stringify(probeAsChild(place))}\n`);
    });
}
