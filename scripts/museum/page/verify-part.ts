/**
 * Random scenarios by kernel, and the teeth: which wrong rules each kernel's recordings catch.
 *
 * @module
 */
import type { BatchResult, VerifyResult } from "../results/verify-result.ts";
import { OFTEN, ownRules } from "../rule-coverage.ts";
import { listed, table } from "./markdown.ts";

/** A kernel with its batch. */
interface Verified {
  readonly kernel: string;
  readonly batch: BatchResult;
}

/** Both tables, and what falls short. */
export function verifyPart(results: readonly VerifyResult[]): string[] {
  const all = results.flatMap(({ kernel, batch }) => (batch === null ? [] : [{ kernel, batch }]));
  return [
    ...table(
      [
        "kernel",
        "rules",
        "random scenarios",
        "chosen ones",
        "events compared",
        "undecided",
        "discarded",
        "mismatches",
        "endings as simulated",
        "a little late",
        "left open",
        "mutants caught",
        "seconds",
      ],
      all.map(({ kernel, batch }) => [
        kernel,
        `\`${batch.rules}\``,
        ...[batch.random, batch.chosen, batch.events, batch.undecided, batch.discarded].map(String),
        ...[batch.mismatches.length, batch.endings.same, batch.endings.late, batch.endings.leftOpen].map(
          String,
        ),
        `${batch.mutants.filter(({ caughtAfter }) => caughtAfter !== null).length} of ${batch.mutants.length}`,
        `${batch.seconds ?? 0} + ${batch.chosenSeconds ?? 0}`,
      ]),
    ),
    "",
    ...mismatches(all),
    ...survivors(all),
    "",
    ...seldom(all),
    "",
    ...differences(all),
  ];
}

function mismatches(all: readonly Verified[]): string[] {
  const rows = all.flatMap(({ kernel, batch }) => batch.mismatches.map((words) => `- ${kernel}: ${words}`));
  return rows.length === 0 ? [] : [...rows, ""];
}

/** Mutants that no kernel catches, and those that only some do. */
function survivors(all: readonly Verified[]): string[] {
  const names = [...new Set(all.flatMap(({ batch }) => batch.mutants.map(({ name }) => name)))];
  const caughtOn = (name: string) =>
    all.filter(({ batch }) => batch.mutants.some((one) => one.name === name && one.caughtAfter !== null));
  const never = names.filter((name) => caughtOn(name).length === 0);
  return [
    `Of ${names.length} changed rules ${names.length - never.length} are caught on at least one kernel. Survivors: ${listed(never, "none")}.`,
  ];
}

/** Which rules decided less often than they should, or were answered the other way less often. */
function seldom(all: readonly Verified[]): string[] {
  const rows = all.map(({ kernel, batch }) => {
    const own = ownRules({ challengesResets: batch.rules.includes("challengesResets true") });
    const counts = own.map((rule) => {
      const [times, others] = [batch.coverage[rule] ?? 0, batch.otherWay[rule] ?? 0];
      return { rule, times, others };
    });
    const rare = counts.filter(({ times }) => times < OFTEN);
    const oneSided = counts.filter(({ others }) => others < OFTEN);
    return [
      kernel,
      `${own.length - rare.length} of ${own.length}`,
      words(rare.map(({ rule, times }) => `${rule} ${times}`)),
      words(oneSided.map(({ rule, others }) => `${rule} ${others}`)),
    ];
  });
  const head = [
    "kernel",
    `rules that decided ${OFTEN} times and more`,
    "those that decided less often",
    "those that were answered the other way less often",
  ];
  return table(head, rows);
}

function words(rules: readonly string[]): string {
  return listed(rules, "none");
}

function differences(all: readonly Verified[]): string[] {
  const rows = all.flatMap(({ kernel, batch }) =>
    batch.differences.map(({ rule, here, newest, caughtBy }) => [
      kernel,
      `\`${rule}\``,
      here,
      newest,
      `${caughtBy} of ${batch.compared - batch.mismatches.length}`,
    ]),
  );
  return rows.length === 0
    ? []
    : [
        "With the newest era's value of one rule:",
        "",
        ...table(["kernel", "rule", "there", "newest era", "recordings that no longer agree"], rows),
      ];
}
