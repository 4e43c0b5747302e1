/**
 * What every command keeps of each kernel's guest.
 *
 * @module
 */
import type { GuestEnding } from "../machine/boot-guest.ts";

/** What a guest was, and how it ended. */
export interface GuestRecord {
  readonly kernel: string;
  /** The version that stood for it; null where it was its own. */
  readonly neighbour: string | null;
  readonly how: GuestEnding["how"] | "not fetched";
  /** Modules that the package lacks or that did not load. */
  readonly lacking: readonly string[];
  /** The end of its console; empty where it ended well. */
  readonly console: readonly string[];
  readonly seconds: number;
}
