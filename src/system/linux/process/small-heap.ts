/**
 * The heap of a program that runs all day beside others.
 *
 * @module
 */
import { setFlagsFromString } from "node:v8";

/**
 * Memory before speed, from here on: else V8 lets garbage grow to a multiple of what is used before it collects, as much as the whole
 * machine would have room for.
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--optimize-for-size");
}
