/**
 * A scenario as YAML that `parseScenario` reads back to the same scenario.
 *
 * @module
 */
import { stringify } from "yaml";
import type { Forgery } from "../wire/packet/forge-tcp.ts";
import type { AcceptPlan, ClientPlan, ListenerPlan, Scenario, ServerCall, WireRule } from "./scenario.ts";

/** The text form of a scenario. Durations are in milliseconds, sizes in bytes. */
export function printScenario(scenario: Scenario): string {
  const { title, topology, family, sysctls, changes, wire, listeners, clients, lookAtMs, durationMs } =
    scenario;
  const text = {
    scenario: title,
    topology,
    family,
    ...(Object.keys(sysctls).length === 0 ? {} : { sysctls }),
    ...whole(
      "changes",
      changes.map(({ atMs, host, name, value }) => ({ at: ms(atMs), host, set: name, to: value })),
    ),
    wire: {
      delay: ms(wire.delayMs),
      loss: wire.loss,
      seed: wire.seed,
      ...whole("rules", wire.rules.map(ruleText)),
    },
    listeners: listeners.map(listenerText),
    clients: clients.map(clientText),
    ...whole("look", lookAtMs.map(ms)),
    duration: ms(durationMs),
  };
  return stringify(text, { lineWidth: 0 });
}

function whole<T>(key: string, list: readonly T[]): Record<string, readonly T[]> {
  return list.length === 0 ? {} : { [key]: list };
}

function ms(value: number): string {
  return `${value}ms`;
}

function ruleText({ action, byMs, forgery, ...conditions }: WireRule): Record<string, unknown> {
  const by = byMs === 0 ? null : ms(byMs);
  const forged = forgery === null ? {} : forgeryText(forgery);
  const whole = { ...conditions, do: action, by, ...forged };
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== null));
}

function forgeryText({ seqBy, ackBy, flags }: Forgery): Record<string, unknown> {
  return { "seq-by": seqBy === 0 ? null : seqBy, "ack-by": ackBy === 0 ? null : ackBy, as: flags };
}

function listenerText(listener: ListenerPlan): Record<string, unknown> {
  const { name, port, backlog, reusePort, deferAcceptS, fastOpenQueue, accept, calls } = listener;
  return {
    name,
    port,
    backlog,
    ...(reusePort ? { reuseport: true } : {}),
    ...(deferAcceptS === 0 ? {} : { "defer-accept": `${deferAcceptS}s` }),
    ...(fastOpenQueue === 0 ? {} : { "fast-open": fastOpenQueue }),
    accept: acceptText(accept),
    ...whole("calls", calls.map(callText)),
  };
}

function acceptText({ how, holdMs, answerBytes, speaksFirst }: AcceptPlan): Record<string, unknown> {
  return { how, hold: ms(holdMs), answer: `${answerBytes}B`, "speaks-first": speaksFirst };
}

function callText({ atMs, call, argument }: ServerCall): Record<string, unknown> {
  return { at: ms(atMs), [call]: call === "close" ? true : argument };
}

function clientText({ name, atMs, listener, sendBytes, closeAfterMs, closeBy, fastOpen }: ClientPlan) {
  return {
    at: ms(atMs),
    name,
    to: listener,
    ...(sendBytes === 0 ? {} : { send: `${sendBytes}B` }),
    ...(closeAfterMs === null ? {} : { "close-after": ms(closeAfterMs) }),
    "close-by": closeBy,
    ...(fastOpen ? { "fast-open": true } : {}),
  };
}
