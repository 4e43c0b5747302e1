/**
 * How often each rule of the model should decide on a kernel, in each direction, which rules no scenario of a minute can reach, and which a
 * kernel is asked for.
 *
 * @module
 */
import { type KernelRules, RULE_NAMES, type RuleName } from "../../src/core/model/index.ts";

/** So often each rule should have decided. */
export const OFTEN = 20;

/** Rules of older kernels, or that need minutes or a Fast Open cookie: docs/verify.md says which and why. */
const OUT_OF_REACH: readonly RuleName[] = [
  "cookie-expired",
  "fast-open-cookie",
  "limit-truncated",
  "accept-queue-full-syn-excused",
];

/** The rules that can decide on a kernel with these rules. */
export function ownRules({ challengesResets }: Pick<KernelRules, "challengesResets">): readonly RuleName[] {
  const notHere = challengesResets ? OUT_OF_REACH : [...OUT_OF_REACH, "rst-challenged"];
  return RULE_NAMES.filter((rule) => !notHere.includes(rule));
}

/** Rules that `this` finds out by asking the kernel: src/system/probe. The others it takes from the version's era. */
export const ASKED_RULES: ReadonlySet<string> = new Set([
  "synQueueTest",
  "youngRequestsThatExcuse",
  "challengesResets",
  "linearTimeoutsDefault",
  "somaxconnDefault",
  "syncookiesDefault",
  "synRetriesDefault",
  "countsSynQueueFull",
  "countsSynRetrans",
  "challengesSyns",
]);

/** What decides where a rule does not: other rules, or a call of the server that the rule had nothing to say about. */
export type OtherDirection = RuleName | "listen()" | "close()";

/** For each rule, what decides when its question is answered the other way. */
const OTHERWISE: Readonly<Record<RuleName, readonly OtherDirection[]>> = {
  "limit-clamped": ["listen()"],
  "negative-backlog": ["listen()"],
  "limit-truncated": ["listen()"],
  relisten: ["listen()"],
  "close-resets-children": ["close()"],
  "close-leaves-requests": ["close()"],
  "syn-kept": ["syn-queue-full", "accept-queue-full-syn", "last-quarter"],
  "syn-queue-full": ["syn-kept"],
  "syn-queue-full-drop": ["cookie-sent"],
  "cookies-always": ["syn-kept"],
  "accept-queue-full-syn": ["syn-kept"],
  "accept-queue-full-syn-excused": ["accept-queue-full-syn"],
  "last-quarter": ["syn-kept"],
  "cookie-sent": ["syn-kept", "syn-queue-full-drop"],
  "cookie-accepted": ["cookie-bad", "cookie-overflow"],
  "cookie-overflow": ["cookie-accepted"],
  "cookie-beside-request": ["cookie-accepted"],
  "cookie-bad": ["cookie-accepted"],
  "cookie-expired": ["cookie-accepted"],
  "final-ack-accepted": ["accept-queue-full-final"],
  "accept-queue-full-final": ["final-ack-accepted"],
  "abort-rst": ["accept-queue-full-final"],
  "defer-accept-drop": ["final-ack-accepted"],
  "defer-accept-silent": ["synack-timer"],
  "duplicate-syn": ["duplicate-syn-suppressed"],
  "duplicate-syn-suppressed": ["duplicate-syn"],
  "wrong-ack-number": ["final-ack-accepted"],
  "out-of-window": ["final-ack-accepted"],
  "rst-frees-request": ["out-of-window"],
  "rst-challenged": ["rst-frees-request"],
  "syn-frees-request": ["duplicate-syn"],
  "no-ack-ignored": ["final-ack-accepted"],
  "synack-timer": ["expire", "prune"],
  prune: ["synack-timer"],
  expire: ["synack-timer"],
  "orphaned-request": ["final-ack-accepted"],
  "fast-open-child": ["fast-open-queue-full"],
  "fast-open-cookie": ["fast-open-child"],
  "fast-open-queue-full": ["fast-open-child"],
  "ack-without-socket": ["final-ack-accepted"],
  "syn-without-socket": ["syn-kept"],
  "listener-ignores": ["syn-kept"],
};

/** How often a rule's question was answered the other way. */
export function otherwise(
  rule: RuleName,
  coverage: Readonly<Record<string, number>>,
  calls: Readonly<Record<"listen()" | "close()", number>>,
): number {
  return OTHERWISE[rule].reduce((sum, name) => {
    const isCall = name === "listen()" || name === "close()";
    return sum + (isCall ? Math.max(0, calls[name] - (coverage[rule] ?? 0)) : (coverage[name] ?? 0));
  }, 0);
}
