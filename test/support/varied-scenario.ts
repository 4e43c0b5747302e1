/**
 * Random scenarios for those who look at captures: those of `listenq verify`, some of them with loss on the way, with fast or slow
 * servers, or with the listeners and clients of a second one beside their own.
 *
 * @module
 */
import { generateScenario } from "../../src/core/compare/kernel/index.ts";
import { type Choices, choicesFor } from "../../src/core/compare/kernel/random.ts";
import type { AcceptPlan, ListenerPlan, Scenario, WireRule } from "../../src/core/scenario/index.ts";

const SECOND_PORT = 1000;

/** The scenario at a place, from 0, of the series that a seed begins. */
export function variedScenario(seed: number, place: number): Scenario {
  const choose = choicesFor(-seed, place);
  const plain = generateScenario(seed, place);
  const joined = choose.chance(0.15) ? besideEachOther(plain, generateScenario(-seed, place)) : plain;
  const paced = choose.chance(0.25) ? withServers(joined, choose) : joined;
  return choose.chance(0.15) ? withLoss(paced, choose) : paced;
}

function withLoss(scenario: Scenario, choose: Choices): Scenario {
  const wire = { ...scenario.wire, loss: choose.pick([0.02, 0.05, 0.1]) };
  return { ...scenario, title: `${scenario.title} With loss.`, wire };
}

function withServers(scenario: Scenario, choose: Choices): Scenario {
  const listeners = scenario.listeners.map((one) => paceOf(one, choose));
  return { ...scenario, title: `${scenario.title} With other servers.`, listeners };
}

/** A server that takes whoever comes, fast or slowly; what it was to call at its moments stays. */
function paceOf(listener: ListenerPlan, choose: Choices): ListenerPlan {
  const how = choose.pick(["at-once", "one-at-a-time", "one-at-a-time"] as const);
  const speaksFirst = choose.pick(["client", "client", "server"] as const);
  const accept: AcceptPlan = { how, holdMs: choose.pick([5, 50, 300, 1500]), answerBytes: 130, speaksFirst };
  return { ...listener, accept, calls: listener.calls.filter(({ call }) => call !== "accept") };
}

/** Both at once, on the first one's hosts and wire. */
function besideEachOther(one: Scenario, other: Scenario): Scenario {
  const renamed = (name: string): string => `second ${name}`;
  const rules = other.wire.rules.map(
    (rule): WireRule => ({ ...rule, client: rule.client === null ? null : renamed(rule.client) }),
  );
  return {
    ...one,
    title: `${one.title} With a second one.`,
    listeners: [
      ...one.listeners,
      ...other.listeners.map((listener) => ({
        ...listener,
        name: renamed(listener.name),
        port: listener.port + SECOND_PORT,
      })),
    ],
    clients: [
      ...one.clients,
      ...other.clients.map((client) => ({
        ...client,
        name: renamed(client.name),
        listener: renamed(client.listener),
      })),
    ],
    wire: { ...one.wire, rules: [...one.wire.rules, ...rules.filter(({ client }) => client !== null)] },
    durationMs: Math.max(one.durationMs, other.durationMs),
  };
}
