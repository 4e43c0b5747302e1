/**
 * Where the model and a recording disagree.
 *
 * @module
 */

/** What the model expected and the kernel did, in words. */
export interface Contradiction {
  readonly expected: string;
  readonly observed: string;
}
