/**
 * The names of the rules that can decide an event, for coverage and for the words of a comparison.
 *
 * @module
 */

/** Every rule that an event can be decided by. */
export const RULE_NAMES = [
  "limit-clamped",
  "negative-backlog",
  "limit-truncated",
  "relisten",
  "close-resets-children",
  "close-leaves-requests",
  "syn-kept",
  "syn-queue-full",
  "syn-queue-full-drop",
  "cookies-always",
  "accept-queue-full-syn",
  "accept-queue-full-syn-excused",
  "last-quarter",
  "cookie-sent",
  "cookie-accepted",
  "cookie-overflow",
  "cookie-beside-request",
  "cookie-bad",
  "cookie-expired",
  "final-ack-accepted",
  "accept-queue-full-final",
  "abort-rst",
  "defer-accept-drop",
  "defer-accept-silent",
  "duplicate-syn",
  "duplicate-syn-suppressed",
  "wrong-ack-number",
  "out-of-window",
  "rst-frees-request",
  "rst-challenged",
  "syn-frees-request",
  "no-ack-ignored",
  "synack-timer",
  "prune",
  "expire",
  "orphaned-request",
  "fast-open-child",
  "fast-open-cookie",
  "fast-open-queue-full",
  "ack-without-socket",
  "syn-without-socket",
  "listener-ignores",
] as const;

/** The name of a rule. */
export type RuleName = (typeof RULE_NAMES)[number];
