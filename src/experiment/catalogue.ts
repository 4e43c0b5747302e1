/**
 * Every built-in experiment, in the order in which they are best read.
 *
 * @module
 */
import { capacity } from "./capacity.ts";
import type { Experiment } from "./experiment.ts";
import { overflowAbort } from "./overflow-abort.ts";
import { overflowDrop } from "./overflow-drop.ts";
import { overflowLoopback } from "./overflow-loopback.ts";

/** The built-in experiments. */
export const EXPERIMENTS: readonly Experiment[] = [overflowDrop, overflowAbort, overflowLoopback, capacity];
