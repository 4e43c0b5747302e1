/**
 * What a verification came to, as text.
 *
 * @module
 */

/** What the text tells. */
export interface VerifySummary {
  readonly seed: number;
  readonly model: string;
  readonly release: string;
  readonly elapsedMs: number;
  readonly compared: number;
  readonly events: number;
  readonly undecided: number;
  readonly forks: number;
  readonly coverage: Readonly<Record<string, number>>;
  readonly discarded: readonly { readonly reason: string; readonly count: number }[];
  readonly mismatches: readonly VerifyMismatch[];
}

/** One mismatch in words. */
export interface VerifyMismatch {
  readonly scenario: string;
  readonly event: string;
  readonly expected: string;
  readonly observed: string;
}

/** The summary, line by line. */
export function formatVerification(summary: VerifySummary): string {
  const { seed, model, release, elapsedMs, compared, events, undecided, forks, mismatches } = summary;
  const seconds = elapsedMs / 1000;
  const pace = `${seconds.toFixed(1)} s, ${(compared / seconds).toFixed(1)} scenarios a second`;
  return [
    `Linux ${release} against the model's rules of ${model}, seed ${seed}: ${pace}`,
    `${compared} scenarios and ${events} events compared, ${forks} other orders tried, ${undecided} undecided`,
    ...summary.discarded.map(({ reason, count }) => `${count} discarded: ${reason}`),
    "",
    "How often each rule decided:",
    ...coverageLines(summary.coverage),
    "",
    ...mismatches.flatMap(mismatchLines),
    mismatches.length === 0 ? "No mismatch." : `${mismatches.length} mismatches.`,
  ].join("\n");
}

function coverageLines(coverage: Readonly<Record<string, number>>): string[] {
  const width = Math.max(0, ...Object.keys(coverage).map((name) => name.length));
  return Object.entries(coverage).map(
    ([name, count]) => `  ${name.padEnd(width)}  ${String(count).padStart(7)}`,
  );
}

function mismatchLines({ scenario, event, expected, observed }: VerifyMismatch): string[] {
  return [scenario, `  at ${event}`, `  the model  ${expected}`, `  the kernel ${observed}`, ""];
}
