/**
 * Rules that only show in what a kernel does, and of which it is known that distributions carry them into older versions:
 * for each a short scenario, and the values that it tells apart.
 *
 * @module
 */
import { checkConformance } from "../../core/compare/kernel/index.ts";
import { type KernelRules, withRules } from "../../core/model/index.ts";
import { parseScenario, type Scenario } from "../../core/scenario/index.ts";
import type { Trace } from "../../core/trace/index.ts";

/** A question to the kernel. */
export interface RuleProbe {
  readonly rule: "youngRequestsThatExcuse" | "challengesResets";
  readonly scenario: Scenario;
  /** The rule with each of the values that a kernel is known to have. */
  readonly answers: readonly Partial<Omit<KernelRules, "name">>[];
}

/** A SYN to a full accept queue while no request is young; the change of 4.10 was carried into 4.4 and 3.16. */
const EXCUSED_SYN = `
scenario: A SYN meets a full accept queue.
wire: { delay: 5ms }
listener: { backlog: 1 }
clients: [{ at: 0ms }, { at: 50ms }, { at: 100ms }]
duration: 200ms
`;

/**
 * A client whose data met a full queue resets: its number is in the window and not exact. With a backlog of 2 both SYNs of the
 * last two clients are kept whichever test bounds the SYN queue.
 */
const RESET_AFTER_DATA = `
scenario: A client resets a request after its data was refused.
wire: { delay: 5ms }
listener: { backlog: 2 }
clients: [{ at: 0ms }, { at: 20ms }, { at: 50ms, count: 2, send: 82B, close-after: 100ms, close-by: RST }]
duration: 400ms
`;

export const RULE_PROBES: readonly RuleProbe[] = [
  {
    rule: "youngRequestsThatExcuse",
    scenario: parseScenario(EXCUSED_SYN, "the probe of SYNs to a full accept queue"),
    answers: [{ youngRequestsThatExcuse: -1 }, { youngRequestsThatExcuse: 1 }],
  },
  {
    rule: "challengesResets",
    scenario: parseScenario(RESET_AFTER_DATA, "the probe of resets"),
    answers: [{ challengesResets: false }, { challengesResets: true }],
  },
];

/** What a recording of the probe's scenario answers; null where it fits none of the answers, or more than one. */
export function answerIn(
  { scenario, answers }: RuleProbe,
  trace: Trace,
  rules: KernelRules,
): Partial<Omit<KernelRules, "name">> | null {
  const fitting = answers.filter(
    (answer) => checkConformance(scenario, trace, withRules(rules, answer)).verdict === "conforms",
  );
  return fitting.length === 1 ? (fitting[0] ?? null) : null;
}
