/**
 * The same scenario a little later here and there, as a busy machine runs it: an ending that such a nudge changes hangs on a
 * close pair of events, and says nothing about a rule.
 *
 * @module
 */
import type { Scenario } from "../../../scenario/index.ts";
import { choicesFor } from "../random.ts";

/** One way in which a machine can be late. */
export interface Nudge {
  /** The scenario with every planned moment later by up to so much. */
  readonly scenario: Scenario;
  /** How late wire, programs and timers are at a moment. */
  readonly lagMs: (atMs: number) => number;
}

/** The event loop is late for a while, so that packets which leave together stay together. */
const WHILE_MS = 40;

/**
 * The steps of the kernel's timers are counted from its own start: where in them a scenario begins is chance. With HZ = 250 the
 * widest step that a scenario meets is that of timers of 16 to 131 s.
 */
const PHASE_MS = 2048;

/** A way of being late by up to so much, by chance. */
export function nudged(scenario: Scenario, mostMs: number, seed: number): Nudge {
  const choose = choicesFor(seed, 0);
  const phaseMs = choose.whole(0, PHASE_MS);
  // The plan can be late where wire and timers are not.
  const mostLagMs = Math.ceil(mostMs * choose.pick([0, 0.3, 1]));
  const laterMs = () => choose.whole(0, Math.ceil(mostMs));
  const later = <T extends { readonly atMs: number }>(planned: T): T => ({
    ...planned,
    atMs: planned.atMs + phaseMs + laterMs(),
  });
  const listeners = scenario.listeners.map((one) => ({ ...one, calls: one.calls.map(later) }));
  const clients = scenario.clients.map((client) => ({
    ...client,
    // Every other time they stay together, so that a burst stays one.
    atMs: client.atMs + phaseMs + (seed % 2 === 0 ? 0 : laterMs()),
    closeAfterMs: client.closeAfterMs === null ? null : client.closeAfterMs + laterMs(),
  }));
  const changes = scenario.changes.map(later);
  const durationMs = scenario.durationMs + phaseMs + laterMs();
  // Lateness that stays the same shifts packets against timers in every round alike, which chance would seldom do.
  const steadyMs = choose.pick([null, choose.whole(0, mostLagMs)]);
  const lagMs = (atMs: number) =>
    steadyMs ?? choicesFor(seed, 1 + Math.floor(atMs / WHILE_MS)).whole(0, mostLagMs);
  return { scenario: { ...scenario, listeners, clients, changes, durationMs }, lagMs };
}
