/**
 * What the enumeration of small worlds came to, as text and as a part of a document.
 *
 * @module
 */
import type { SmallWorlds } from "../../../compare/kernel/index.ts";
import { columns } from "../../layout/columns.ts";

/** So many violations are shown. */
const SHOWN = 5;

/** The worlds as a table, and what is wrong with them, line by line. */
export function formatSmallWorlds({ mostClients, graphs, scenarios }: SmallWorlds): string {
  const rows = graphs.map(({ setting: { backlog, cookies }, states, edges, ends }) => [
    `${backlog}`,
    cookies === 1 ? "on" : "off",
    ...[states, edges.length, ends].map(String),
  ]);
  const violations = graphs.flatMap((graph) => graph.violations);
  return [
    `Every order of up to ${mostClients} clients on the model:`,
    ...columns(["backlog", "cookies", "states", "steps", "ends"], rows).map((line) => `  ${line}`),
    `${scenarios.length} scenarios take each of the ${stepsOf({ graphs })} steps at least once`,
    violations.length === 0 ? "Every invariant holds in every state." : `${violations.length} violations:`,
    ...violations.slice(0, SHOWN).map(({ invariant, found, steps }) => {
      return `  ${invariant}: ${found} after ${steps.map(({ what }) => what).join(", ")}`;
    }),
  ].join("\n");
}

/** The worlds in the document `listenq.verify/1`. */
export function smallWorldsEntry({
  mostClients,
  graphs,
  scenarios,
}: SmallWorlds): Readonly<Record<string, unknown>> {
  const worlds = graphs.map(({ setting, states, edges, ends, violations }) => {
    return { ...setting, states, steps: edges.length, ends, violations };
  });
  return { mostClients, scenarios: scenarios.length, worlds };
}

function stepsOf({ graphs }: Pick<SmallWorlds, "graphs">): number {
  return graphs.reduce((sum, { edges }) => sum + edges.length, 0);
}
