/**
 * Nobody is searched for: whoever samples one port finds its owners by himself.
 *
 * @module
 */
import { NOBODY, type OwnerSource } from "../../../core/listener/sample/owner-source.ts";

/** Knows nobody. */
export const NO_OWNERS: OwnerSource = {
  hiddenProcesses: 0,
  isSearching: false,
  want: () => {},
  step: () => {},
  finish: () => {},
  holdersOf: () => [],
  of: () => NOBODY,
};
