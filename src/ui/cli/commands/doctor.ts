/**
 * `listenq doctor`: what this machine, kernel and user permit, each with its remedy. Nothing is changed by asking.
 *
 * @module
 */
import { accessSync } from "node:fs";
import type { Command } from "commander";
import type { Features } from "../../../system/probe/features.ts";
import { styleFor } from "../cli-style.ts";
import type { CommandContext } from "../context.ts";
import { type HelpNotes, helpNotes } from "../help-text.ts";
import { printJson } from "../io.ts";

const HELP: HelpNotes = {
  examples: [
    ["listenq doctor", "what works here, what does not and why, and what would make it work"],
    ["sudo listenq doctor", "the same as root"],
    ["listenq doctor --json | jq -r '.features[] | select(.answer != \"yes\") | .remedy'", ""],
  ],
  closing:
    "Nothing is changed: what has to be tried out is tried in a network namespace that ends with the probe.",
};

/** Adds the command. */
export function registerDoctor(program: Command, context: CommandContext): void {
  program
    .command("doctor")
    .description("what this machine permits, with remedies, and this kernel's era")
    .option("--json", "print one JSON document")
    .addHelpText("after", helpNotes(HELP))
    .allowExcessArguments(false)
    .action(async ({ json }: { readonly json?: boolean }) => {
      // Without it every answer would be no, for a wrong reason.
      accessSync("/proc/self");
      const { probeFeatures } = await import("../../../system/probe/features.ts");
      const probed = probeFeatures();
      await (json === true ? printDocument(probed, context) : printPage(probed, context));
    });
}

async function printDocument({ features, synQueueTest }: Features, { io }: CommandContext): Promise<void> {
  const kernel = await describeKernel();
  printJson(io, {
    schema: "listenq.doctor/1",
    takenAt: new Date().toISOString(),
    kernel: { release: kernel.release, version: kernel.version, era: kernel.era, eraBy: "version" },
    synQueueTest: { ...synQueueTest, byVersion: kernel.synQueueTestByVersion },
    features,
  });
}

async function printPage({ features, synQueueTest }: Features, { io }: CommandContext): Promise<void> {
  const { formatDoctor } = await import("../../../core/report/text/doctor-text.ts");
  const kernel = await describeKernel();
  const probed = { synQueueTest: synQueueTest.test, synQueueReason: synQueueTest.reason };
  io.stdout.write(formatDoctor({ ...kernel, ...probed }, features, styleFor(io)));
}

async function describeKernel(): Promise<{
  release: string;
  version: string;
  era: string | null;
  synQueueTestByVersion: string | null;
}> {
  const { readKernelIdentity } = await import("../../../system/linux/proc/kernel-identity.ts");
  const { eraOf, synQueueTestOf } = await import("../../../core/model/rules/kernel-era.ts");
  const kernel = readKernelIdentity();
  return {
    ...kernel,
    era: eraOf(kernel.version),
    synQueueTestByVersion: synQueueTestOf(kernel.version),
  };
}
