/**
 * All small worlds of up to so many clients: backlog 0 to 2, SYN cookies off and on.
 *
 * @module
 */
import { UsageError } from "../../../errors.ts";
import type { KernelRules } from "../../../model/index.ts";
import type { Scenario } from "../../../scenario/index.ts";
import { coverEdges } from "./cover.ts";
import { enumerateStates, type StateGraph } from "./enumerate.ts";
import type { SmallSetting } from "./small-world.ts";
import { scenarioOf } from "./way-scenario.ts";

const BACKLOGS = [0, 1, 2];
const COOKIES = [0, 1] as const;

/** What was enumerated, and what is to be run. */
export interface SmallWorlds {
  readonly mostClients: number;
  readonly graphs: readonly StateGraph[];
  /** They take every step of every graph at least once. */
  readonly scenarios: readonly Scenario[];
}

/** Enumerates them. @throws {UsageError} for an era whose requests have no timer of their own */
export function exploreSmallWorlds(rules: KernelRules, mostClients: number): SmallWorlds {
  if (rules.requestTimer === "sweep" || rules.synQueueBound === "table")
    throw new UsageError(`--exhaustive: the rules of ${rules.name} sweep a table; ask for 4.4 or newer`);
  const settings = BACKLOGS.flatMap((backlog) =>
    COOKIES.map((cookies): SmallSetting => ({ backlog, cookies })),
  );
  const graphs = settings.map((setting) => enumerateStates({ rules, setting, mostClients }));
  const scenarios = graphs.flatMap((graph) => {
    const { backlog, cookies } = graph.setting;
    const words = `backlog ${backlog}, SYN cookies ${cookies === 1 ? "on" : "off"}`;
    return coverEdges(graph).map((way, place) =>
      scenarioOf(way, graph.setting, `Way ${place + 1} through all orders: ${words}.`),
    );
  });
  return { mostClients, graphs, scenarios };
}
