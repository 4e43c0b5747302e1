/**
 * How many connections really fit, for backlogs from 0 to beyond somaxconn, for a negative one, and after another listen().
 *
 * @module
 */
import { parseScenario, type Scenario } from "../../scenario/index.ts";
import { expectedLimit } from "../claims/accept-queue-claims.ts";
import { type CapacityCase, fits, observedCapacity } from "../claims/capacity-claims.ts";
import type { Experiment, ExperimentTable, Variant } from "../experiment.ts";
import type { TraceView } from "../trace-view.ts";

/** Small enough to be exceeded by a listener that a quick run can fill. */
const SOMAXCONN = 200;
/** Clients beyond what fits, to see that they are refused. */
const SURPLUS = 3;

const CASES: readonly CapacityCase[] = [
  ...[0, 1, 2, 3, 5, 8, 128, 1000, -1].map((backlog) => ({
    name: `listen(${backlog})`,
    backlog,
    again: null,
  })),
  { name: "listen(2), listen(5)", backlog: 2, again: 5 },
  { name: "listen(5), listen(1)", backlog: 5, again: 1 },
];

function scenario({ family }: Variant): Scenario {
  const listeners = CASES.map(
    ({ name, backlog, again }, place) =>
      `  - { name: "${name}", port: ${8100 + place}, backlog: ${backlog}${again === null ? "" : `, calls: [{ at: 400ms, listen: ${again} }]`} }`,
  );
  const clients = CASES.flatMap(({ name, backlog, again }, place) => {
    const first = expectedLimit(backlog, SOMAXCONN) + 1 + SURPLUS;
    const later =
      again === null
        ? []
        : [`  - { at: ${500 + 5 * place}ms, to: "${name}", count: ${again + 1 + SURPLUS} }`];
    return [`  - { at: ${20 + 10 * place}ms, to: "${name}", count: ${first} }`, ...later];
  });
  return parseScenario(
    `
scenario: Listeners with different backlogs meet more clients than fit, and nobody accepts.
topology: loopback
family: ${family}
sysctls: { net.core.somaxconn: ${SOMAXCONN} }
listeners:
${listeners.join("\n")}
clients:
${clients.join("\n")}
duration: 2s
`,
    "capacity",
  );
}

function table(view: TraceView): ExperimentTable {
  const rows = CASES.map(({ name, backlog, again }) => {
    const { limit, fitted, refused } = observedCapacity(view, name);
    const asked = again ?? backlog;
    return [
      name,
      String(asked),
      String(SOMAXCONN),
      String(limit ?? "?"),
      String(fitted ?? "?"),
      String(refused),
    ];
  });
  return { head: ["calls", "backlog", "somaxconn", "limit", "fit", "refused"], rows };
}

export const capacity: Experiment = {
  name: "capacity",
  question: "How many connections fit into the accept queue, for which backlog?",
  words: [
    "The limit is min(backlog, somaxconn), with the backlog taken as an unsigned number, so a negative one means somaxconn. " +
      "The kernel refuses while length > limit, so limit + 1 connections fit.",
    "A later listen() on the same socket changes the number and nothing else: a larger one makes room at once, a smaller one " +
      "evicts nobody, and the queue stays full until it has drained.",
  ],
  claims: CASES.map(fits),
  dependsOnSynQueueTest: false,
  shows: { load: false, sockets: false, packets: false },
  scenario,
  table,
};
