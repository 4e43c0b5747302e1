/**
 * What every command of the museum works with: the kernels, the archive they come from, the tools, and the parts of the guests' file
 * system that all of them share.
 *
 * @module
 */

import { join } from "node:path";
import { AptArchive } from "./archive/apt-archive.ts";
import { fetchTools, type Tools } from "./archive/fetch-tools.ts";
import { commonImage } from "./image/guest-image.ts";
import type { MuseumKernel } from "./kernels.ts";

/** How many random scenarios, and which. */
export interface BatchPlan {
  readonly scenarios: number;
  readonly seed: number;
  readonly parallel: number;
}

/** What a command line asks for. */
export interface MuseumOptions {
  readonly kernels: readonly MuseumKernel[];
  readonly cache: string;
  /** Where results go. */
  readonly results: string;
  /** Where mismatches go. */
  readonly save: string;
  /** The folder of the bundled guest programs. */
  readonly programs: string;
  readonly limitMs: number;
  /** How many guests run at a time. */
  readonly guests: number;
  /** Whether scenarios are chosen beyond the random ones, so that every rule and every mutant has its turn. */
  readonly teeth: boolean;
  readonly batch: BatchPlan;
  readonly signal: AbortSignal;
}

/** That, and what is the same for all kernels. */
export interface MuseumContext extends MuseumOptions {
  readonly archive: AptArchive;
  readonly tools: Tools;
  readonly common: Buffer;
}

/** Fetches the tools and writes the common archive. @throws {Error} when a tool cannot be had, or the package is not built */
export async function openMuseum(options: MuseumOptions): Promise<MuseumContext> {
  if (process.arch !== "x64")
    throw new Error(`the kernels are for amd64, and this machine's Node is for ${process.arch}`);
  const tools = await fetchTools(options.cache, options.signal);
  const archive = new AptArchive(join(options.cache, "apt"), options.signal);
  return { ...options, archive, tools, common: await commonImage(tools.busybox, options.programs) };
}
