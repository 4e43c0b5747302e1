/**
 * Scripts for shells, and the answers to what they ask; both by a library that prints them itself.
 *
 * @module
 */
import { script } from "@bomb.sh/tab";
import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";
import { EXPERIMENTS } from "../../../core/experiment/index.ts";
import { ERA_NAMES } from "../../../core/model/index.ts";

const NAME = "listenq";

/** Prints a shell's script. */
export function printScript(shell: string): void {
  script(shell, NAME, NAME);
}

/** Prints how the last word may go on. */
export function complete(program: Command, words: readonly string[]): void {
  const described = tab(program, { completionCommandName: "completion" });
  for (const name of ["lab run", "simulate"])
    described.commands.get(name)?.argument("experiment-or-file", offerExperiments, true);
  const kernel = described.commands.get("simulate")?.options.get("kernel");
  if (kernel !== undefined) kernel.handler = (offer) => offerEras(offer);
  described.parse([...words]);
}

type Offer = (value: string, description: string) => void;

function offerExperiments(offer: Offer): void {
  for (const { name, question } of EXPERIMENTS) offer(name, question);
}

function offerEras(offer: Offer): void {
  for (const era of ERA_NAMES) offer(era, "a kernel of the model");
  offer("this", "the running one");
}
