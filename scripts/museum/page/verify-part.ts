/**
 * Random scenarios by kernel, and the teeth: which wrong rules each kernel's recordings catch.
 *
 * @module
 */
import { RULE_NAMES, type RuleName } from "../../../src/core/model/index.ts";
import type { BatchResult, VerifyResult } from "../results/verify-result.ts";
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
        "scenarios",
        "events compared",
        "undecided",
        "discarded",
        "mismatches",
        "mutants caught",
      ],
      all.map(({ kernel, batch }) => [
        kernel,
        `\`${batch.rules}\``,
        ...[batch.compared, batch.events, batch.undecided, batch.discarded, batch.mismatches.length].map(
          String,
        ),
        `${batch.mutants.filter(({ caughtAfter }) => caughtAfter !== null).length} of ${batch.mutants.length}`,
      ]),
    ),
    "",
    ...all.flatMap(({ kernel, batch }) => batch.mismatches.map((words) => `- ${kernel}: ${words}`)),
    ...survivors(all),
    "",
    ...seldom(all),
    "",
    ...differences(all),
  ];
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

/** So often each rule should have decided. */
const OFTEN = 20;
/** Rules of older kernels, or that need minutes or a Fast Open cookie: docs/verify.md says which and why. */
const OUT_OF_REACH: readonly RuleName[] = [
  "cookie-expired",
  "fast-open-cookie",
  "limit-truncated",
  "accept-queue-full-syn-excused",
];
const WITHIN_REACH = RULE_NAMES.filter((rule) => !OUT_OF_REACH.includes(rule));

function seldom(all: readonly Verified[]): string[] {
  const rows = all.map(({ kernel, batch }) => {
    const own = WITHIN_REACH.filter(
      (rule) => rule !== "rst-challenged" || batch.rules.includes("challengesResets"),
    );
    const rare = own.filter((rule) => (batch.coverage[rule] ?? 0) < OFTEN);
    const words = rare.map((rule) => `${rule} ${batch.coverage[rule] ?? 0}`);
    return [kernel, String(own.length - rare.length), listed(words, "none")];
  });
  const head = [
    "kernel",
    `rules that decided ${OFTEN} times and more`,
    "those that decided less often, and how often",
  ];
  return table(head, rows);
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
