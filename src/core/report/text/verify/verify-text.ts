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
  readonly endings: {
    readonly same: number;
    readonly late: number;
    readonly leftOpen: number;
    readonly differedOnce: number;
  };
  readonly coverage: Readonly<Record<string, number>>;
  readonly discarded: readonly { readonly reason: string; readonly count: number }[];
  readonly mismatches: readonly VerifyMismatch[];
}

/** One moment, as the kernel had it and as the model has it. */
export interface BesideEachOther {
  readonly at: number;
  readonly kernel: string;
  readonly model: string;
}

/** One mismatch in words. */
export interface VerifyMismatch {
  readonly scenario: string;
  readonly event: string;
  readonly expected: string;
  readonly observed: string;
  /** Where it was saved. */
  readonly file: string;
  /** Whether the same scenario mismatched again; null if that was not tried. */
  readonly isReproduced: boolean | null;
  /** What led to it, and last the difference. */
  readonly listing: readonly BesideEachOther[];
}

/** So many moments before the difference are shown, for so many mismatches. */
const SHOWN = { moments: 12, mismatches: 5 };

/** The summary, line by line. */
export function formatVerification(summary: VerifySummary): string {
  const { seed, model, release, elapsedMs, compared, events, undecided, forks, mismatches } = summary;
  const seconds = elapsedMs / 1000;
  const pace = `${seconds.toFixed(1)} s, ${(compared / seconds).toFixed(1)} scenarios a second`;
  return [
    `Linux ${release} against the model's rules of ${model}, seed ${seed}: ${pace}`,
    `${compared} scenarios and ${events} events compared, ${forks} other orders tried, ${undecided} undecided`,
    `${summary.endings.same} endings as simulated, ${summary.endings.late} as simulated a little late, ${summary.endings.leftOpen} left open by events that are close to each other`,
    ...differedOnce(summary.endings.differedOnce),
    ...summary.discarded.map(({ reason, count }) => `${count} discarded: ${reason}`),
    "",
    "How often each rule decided:",
    ...coverageLines(summary.coverage),
    "",
    ...mismatches.flatMap(mismatchLines),
    mismatches.length === 0 ? "No mismatch." : `${mismatches.length} mismatches.`,
  ].join("\n");
}

function differedOnce(count: number): string[] {
  return count === 0 ? [] : [`${count} of them differed in a first recording, and not in a second`];
}

function coverageLines(coverage: Readonly<Record<string, number>>): string[] {
  const width = Math.max(0, ...Object.keys(coverage).map((name) => name.length));
  return Object.entries(coverage).map(
    ([name, count]) => `  ${name.padEnd(width)}  ${String(count).padStart(7)}`,
  );
}

function mismatchLines(mismatch: VerifyMismatch, place: number): string[] {
  const { scenario, event, expected, observed, file, isReproduced, listing } = mismatch;
  const again = isReproduced === false ? ", did not happen again in three runs" : "";
  const short = [scenario, `  at ${event}${again}`, `  the model  ${expected}`, `  the kernel ${observed}`];
  const shown = place < SHOWN.mismatches ? ["", ...listingLines(listing)] : [];
  return [...short, ...shown, `  ${file}`, ""];
}

/** The last moments before the difference, kernel and model beside each other. */
function listingLines(listing: readonly BesideEachOther[]): string[] {
  const last = listing.length - 1;
  const rows = listing.slice(-SHOWN.moments - 1);
  const width = Math.max(...rows.map(({ kernel }) => kernel.length));
  const head = `  ${"ms".padStart(9)}    ${"the kernel".padEnd(width)}  the model`;
  const lines = rows.map(({ at, kernel, model }, place) => {
    const mark = listing.length - rows.length + place === last ? "->" : "  ";
    return `  ${at.toFixed(1).padStart(9)} ${mark} ${kernel.padEnd(width)}  ${model}`;
  });
  return [head, ...lines];
}
