/**
 * How a scenario ended: for each client what it and the server saw of its connection, and the counters. No times, no packets:
 * what a user of either host could tell afterwards.
 *
 * @module
 */
import { clientEndpoint, type Scenario } from "../../../scenario/index.ts";
import { counterRise, type Trace, type TraceCall } from "../../../trace/index.ts";
import { comparedCounters } from "../check/counter-bounds.ts";

/** The ending of a scenario: words by what they are about, a client's name or a counter's. */
export type Outcome = ReadonlyMap<string, string>;

/** Reads the ending from a trace. */
export function outcomeOf(scenario: Scenario, trace: Trace): Outcome {
  const accepted = trace.calls.flatMap(({ call, remote }) =>
    call === "accept4" && remote !== null ? [remote] : [],
  );
  const clients = scenario.clients.map(({ name }, place): [string, string] => {
    return [name, clientOutcome(trace, name, accepted.indexOf(clientEndpoint(scenario, place)) + 1)];
  });
  const counters = comparedCounters(trace).flatMap((name): [string, string][] => {
    const rise = counterRise(trace, name);
    return rise === null ? [] : [[name, String(rise)]];
  });
  return new Map([...clients, ...counters]);
}

/** Where two endings differ, in the words of each; null if they are the same. */
export function differenceOf(one: Outcome, other: Outcome): { one: string; other: string } | null {
  const differing = [...one.keys()].filter((about) => one.get(about) !== other.get(about));
  if (differing.length === 0) return null;
  const words = (outcome: Outcome) =>
    differing.map((about) => `${about} ${outcome.get(about) ?? "unknown"}`).join("; ");
  return { one: words(one), other: words(other) };
}

function clientOutcome({ calls }: Trace, name: string, acceptedAs: number): string {
  const own = calls.filter(({ host, actor }) => host === "client" && actor === name);
  const connect = lastOf(own, "SO_ERROR") ?? "never known";
  const received = own.reduce((sum, { call, result }) => {
    return call === "recv" && typeof result === "number" ? sum + result : sum;
  }, 0);
  return [
    `connect ${connect}`,
    acceptedAs === 0 ? "not accepted" : `accepted as number ${acceptedAs}`,
    `received ${received} bytes`,
  ].join(", ");
}

function lastOf(calls: readonly TraceCall[], name: string): number | string | undefined {
  return calls.filter(({ call }) => call === name).at(-1)?.result;
}
