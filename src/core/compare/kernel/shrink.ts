/**
 * Smaller scenarios than one that mismatches: each lacks one client, rule, call, change or sysctl. Which of them still
 * mismatches only a run can tell.
 *
 * @module
 */
import type { Scenario } from "../../scenario/index.ts";

/** Every scenario that lacks one part. The first ones lack most. */
export function smallerScenarios(scenario: Scenario): Scenario[] {
  const { clients, wire, listeners, changes, sysctls } = scenario;
  const fewerClients =
    clients.length > 1 ? clients.slice(0, -1).map((_, place) => withoutLastClients(scenario, place + 1)) : [];
  const fewerRules = without(wire.rules).map((rules) => ({ ...scenario, wire: { ...wire, rules } }));
  const fewerChanges = without(changes).map((rest) => ({ ...scenario, changes: rest }));
  const fewerCalls = listeners.flatMap((listener, place) =>
    without(listener.calls).map((calls) => ({
      ...scenario,
      listeners: listeners.with(place, { ...listener, calls }),
    })),
  );
  const fewerSysctls = without(Object.entries(sysctls)).map((rest) => ({
    ...scenario,
    sysctls: Object.fromEntries(rest),
  }));
  return [...fewerClients, ...fewerCalls, ...fewerChanges, ...fewerRules, ...fewerSysctls];
}

/** Clients go from the end, because a client's place is its source port; rules about those that went go with them. */
function withoutLastClients(scenario: Scenario, left: number): Scenario {
  const clients = scenario.clients.slice(0, left);
  const names = new Set(clients.map(({ name }) => name));
  const rules = scenario.wire.rules.filter(({ client }) => client === null || names.has(client));
  return { ...scenario, clients, wire: { ...scenario.wire, rules } };
}

function without<T>(list: readonly T[]): T[][] {
  return list.map((_, place) => list.filter((__, other) => other !== place));
}
