import { describe, expect, it } from "vitest";
import { pairsPart, predictionsPart } from "../../../scripts/museum/page/kernels-part.ts";
import { livePart } from "../../../scripts/museum/page/live-part.ts";
import { type Evidence, rulesPart } from "../../../scripts/museum/page/rules-part.ts";
import { verifyPart } from "../../../scripts/museum/page/verify-part.ts";
import type { FactsResult, KernelFacts } from "../../../scripts/museum/results/facts-result.ts";
import { readResults } from "../../../scripts/museum/results/result-files.ts";
import type { BatchResult, VerifyResult } from "../../../scripts/museum/results/verify-result.ts";
import { isFromSourceOnly, SEEN_ERAS } from "../../../src/core/model/index.ts";

const guest = { neighbour: null, how: "done", lacking: [], console: [], seconds: 1 } as const;
const plain: KernelFacts = {
  release: "5.10.0",
  build: "#1",
  rules: "5.4",
  differs: { synQueueTest: ">=" },
  synQueueTest: ">=",
  linearTimeouts: false,
  challengesResets: false,
  hurriesSyn: true,
  finWaits: false,
  countsMigration: false,
  tcpInfoBytes: 232,
  root: {},
  visitor: {},
};
const facts = (kernel: string, change: Partial<KernelFacts> = {}): FactsResult => {
  return { ...guest, kernel, facts: { ...plain, ...change } };
};

const batch: BatchResult = {
  ...{ rules: "5.4", seed: 1, compared: 3, events: 9, undecided: 0, discarded: 0 },
  ...{ random: 2, chosen: 1, seconds: 9, chosenSeconds: null, otherWay: {} },
  endings: { same: 3, late: 0, leftOpen: 0, differedOnce: 0 },
  coverage: { "syn-kept": 20, expire: 19 },
  mismatches: [],
  mutants: [],
  differences: [],
};
const verified = (kernel: string, more: Partial<BatchResult>): VerifyResult => {
  return { ...guest, kernel, batch: { ...batch, ...more } };
};

describe("predictionsPart", () => {
  it("shows what was found where it is not what was predicted, and why that was", () => {
    const lines = predictionsPart([facts("5.10.218", { linearTimeouts: true })]);
    expect(lines).toContain("| a client's first SYNs go again after 1 s each | **yes**, not no |");
    expect(lines.join("\n")).toContain(
      "wrong on 5.10.218. It was predicted because: tcp_syn_linear_timeouts",
    );
  });
});

describe("pairsPart", () => {
  const results = [facts("5.10.218"), facts("6.1.192", { differs: { hurriesSynAfterWrongAck: "false" } })];

  it("names the two kernels between which a rule changed, and whether they were asked", () => {
    const lines = pairsPart(results, []);
    expect(lines).toContain("| `synQueueTest` | 5.10.218: >= | 6.1.192: > | both were asked |");
    expect(lines).toContain(
      "| `hurriesSynAfterWrongAck` | 5.10.218: true | 6.1.192: false | by the versions alone |",
    );
  });
});

describe("rulesPart", () => {
  const both = [facts("5.10.218"), facts("6.1.192", { differs: {} })];
  const rowOf = (rule: string, evidence: Partial<Evidence>) =>
    rulesPart({ facts: both, lab: [], verify: [], ...evidence }).find((line) => line.includes(`\`${rule}\``));

  it("marks a value that is not that of the kernel before, and leads to what shows it", () => {
    const holds = { name: "syn-queue", verdict: "holds", reason: null, claims: [] };
    const lab = [{ ...guest, kernel: "6.1.192", experiments: [holds], visitorExperiments: [] }];
    expect(rowOf("synQueueTest", { lab })).toBe(
      "| `synQueueTest` | [>=](kernels.md#predicted-and-found) | [**>**](experiments.md#syn-queue) |",
    );
  });

  it("leads nowhere where nothing shows the value", () => {
    const experiments = [{ name: "pruning", verdict: "does not hold", reason: null, claims: [] }];
    const lab = [{ ...guest, kernel: "6.1.192", experiments, visitorExperiments: [] }];
    expect(rowOf("pruneFloor", { lab })).toBe("| `pruneFloor` | 8 | 8 |");
  });

  it("leads to the recordings that catch another value", () => {
    const mutants = [{ name: "pruning begins earlier", caughtAfter: 3 }];
    const verify = [verified("5.10.218", { mutants })];
    expect(rowOf("pruneFloor", { verify })).toBe("| `pruneFloor` | [8](kernels.md#verify) | 8 |");
  });
});

describe("verifyPart", () => {
  it("names a mutant that no kernel catches, and not one that any does", () => {
    const one = verified("5.10.218", {
      mutants: [
        { name: "first", caughtAfter: null },
        { name: "second", caughtAfter: null },
      ],
    });
    const other = verified("6.1.192", { mutants: [{ name: "first", caughtAfter: 2 }] });
    expect(verifyPart([one, other]).join("\n")).toContain(
      "Of 2 changed rules 1 are caught on at least one kernel. Survivors: second.",
    );
  });

  it("names the rules that decided less often than they should", () => {
    const text = verifyPart([verified("5.10.218", {})]).join("\n");
    expect(text).toContain("expire 19");
    expect(text).not.toContain("syn-kept 20");
  });

  it("names the rules that were answered the other way less often", () => {
    const otherWay = { "accept-queue-full-final": 19, "final-ack-accepted": 20 };
    const text = verifyPart([verified("5.10.218", { otherWay })]).at(-2);
    expect(text).toContain("accept-queue-full-final 19");
    expect(text).not.toContain("final-ack-accepted 20");
  });
});

describe("livePart", () => {
  it("says which check is not right on which kernel, and what was found", () => {
    const about = "`top` shows it";
    const lines = livePart([
      { ...guest, kernel: "5.10.218", checks: [{ about, isRight: true }] },
      { ...guest, kernel: "6.1.192", checks: [{ about, isRight: false, found: "nothing" }] },
      { ...guest, kernel: "7.3.4", checks: [] },
    ]);
    expect(lines).toContain("| `top` shows it | right | **not right** | not run |");
    expect(lines.at(-1)).toBe("- 6.1.192: `top` shows it: found nothing");
  });
});

describe("the eras of which a kernel was seen", () => {
  it("are those of the museum's kernels", () => {
    const eras = readResults<FactsResult>("facts").flatMap(
      ({ facts: one }) => one?.rules.split(" ")[0] ?? [],
    );
    expect(new Set(eras)).toEqual(new Set(SEEN_ERAS));
  });

  it("include those whose rules were asked for, and not their neighbours by name", () => {
    expect(isFromSourceOnly("6.14 with challengesResets true")).toBe(false);
    expect(isFromSourceOnly("4.10")).toBe(true);
    expect(isFromSourceOnly("5")).toBe(true);
  });
});
