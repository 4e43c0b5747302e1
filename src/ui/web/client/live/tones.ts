/**
 * How a finding of each severity is coloured; its word stands beside it.
 *
 * @module
 */

/** Classes of the style sheet. */
export const TONES = { critical: "bad", warning: "warning", info: "quiet" } as const;
