/**
 * The eras of which a real kernel was held against the model: docs/kernels.md has those kernels. The others are from their sources
 * only.
 *
 * @module
 */
import type { EraName } from "./eras.ts";

/** Eras of kernels that are in the museum, or on which listenq is developed. */
export const SEEN_ERAS: readonly EraName[] = ["5.10", "6.10", "6.14"];

/** Whether the rules of this name were never held against a kernel. Those that a running kernel was asked for were. */
export function isFromSourceOnly(name: string): boolean {
  return !SEEN_ERAS.some((era) => name === era || name.startsWith(`${era} with `));
}
