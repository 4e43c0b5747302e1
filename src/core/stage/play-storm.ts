/**
 * The playground's fields with more clients than a scenario may list: the model's storm, of which the lengths of the queues over
 * time are kept, and how the clients fared.
 *
 * @module
 */
import { UsageError } from "../errors.ts";
import { type KernelRules, limitOf, type StormResult, simulateStorm } from "../model/index.ts";
import { parseDuration, type Scenario, seededChance } from "../scenario/index.ts";
import type { QueueSample, Trace } from "../trace/index.ts";
import { MOST_LISTED_CLIENTS, type PlaySettings, parsedSettings } from "./play-settings.ts";

const MOST_STORM_CLIENTS = 1_000_000;
const SAMPLES = 2_000;

/** A storm as a run: its trace has samples and counters alone. */
export interface StormRun {
  readonly scenario: Scenario;
  readonly trace: Trace;
  /** How the clients fared, in one sentence. */
  readonly outcome: string;
}

/** Whether there are so many clients that they are no list. */
export function isStorm({ clients, arrival }: PlaySettings): boolean {
  return arrival !== "clicks" && Number(clients) > MOST_LISTED_CLIENTS;
}

/** Runs it. @throws {UsageError} for what is typed wrongly, and for more than a million clients */
export function runStorm(settings: PlaySettings, rules: KernelRules): StormRun {
  const connections = Number(settings.clients);
  if (!(Number.isInteger(connections) && connections <= MOST_STORM_CLIENTS))
    throw new UsageError(`clients: expected at most ${MOST_STORM_CLIENTS}, got ${settings.clients}`);
  // The parser judges every other field.
  const scenario = parsedSettings({ ...settings, clients: "1" }, "playground");
  const [listener] = scenario.listeners;
  if (listener === undefined) throw new UsageError("expected a listener");
  const gapMs = gapsOf(settings);
  const wholeMs = gapMs.mean * connections;
  const { accept, backlog, name } = listener;
  const result = simulateStorm({
    rules,
    connections,
    gapMs: gapMs.of,
    delayMs: scenario.wire.delayMs,
    backlog,
    sysctls: scenario.sysctls,
    workers: accept.how === "one-at-a-time" ? 1 : connections,
    serviceMs: () => accept.holdMs,
    // For ever standing still is never accepting.
    ...(accept.how === "never" ? { acceptsAgainAtMs: () => Number.POSITIVE_INFINITY } : {}),
    sendsRequest: settings.clientKind !== "silent",
    ...(settings.clientKind === "impatient" ? { patienceMs: 800 } : {}),
    sampleEveryMs: Math.max(1, (wholeMs + 10_000) / SAMPLES),
    untilMs: wholeMs + 10_000,
  });
  const limit = limitOf(rules, backlog, scenario.sysctls["net.core.somaxconn"] ?? rules.somaxconnDefault);
  return {
    scenario: { ...scenario, clients: [] },
    trace: traceOf(result, name, limit),
    outcome: outcomeOf(result, connections),
  };
}

function gapsOf({ arrival, every, burst, seed }: PlaySettings): {
  readonly mean: number;
  of(place: number): number;
} {
  const gap = parseDuration(every);
  if (arrival === "poisson") {
    const chance = seededChance(Number(seed) || 1);
    return { mean: gap, of: () => -Math.log(1 - chance()) * gap };
  }
  const size = arrival === "bursts" ? Math.max(1, Number(burst) || 1) : 1;
  return { mean: gap / size, of: (place) => (place % size === size - 1 ? gap : 0) };
}

function traceOf({ samples, counters }: StormResult, listener: string, limit: number): Trace {
  const rest = { listener, limit, drops: null, afterPacket: null, afterCall: null };
  const before = Object.fromEntries(Object.keys(counters).map((name) => [name, 0]));
  return {
    packets: [],
    samples: samples.map(
      ({ at, acceptQueue, synQueue }): QueueSample => ({ at, acceptQueue, synQueue, ...rest }),
    ),
    calls: [],
    sockets: [],
    counters: { before, after: counters },
    sysctls: {},
    recording: { largestSampleGapMs: null, p99SampleGapMs: null, framesLost: 0, interrupted: false },
  };
}

function outcomeOf({ outcomes, counters, longest }: StormResult, connections: number): string {
  const { served, reset, timedOut, gaveUp, waiting } = outcomes;
  const fates = { served, reset, "timed out": timedOut, "gave up": gaveUp, "still waiting": waiting };
  const words = Object.entries(fates).flatMap(([fate, count]) => (count > 0 ? [`${count} ${fate}`] : []));
  return (
    `Of ${connections} clients: ${words.join(", ")}. The accept queue was at most ${longest.acceptQueue} long, the SYN queue ` +
    `${longest.synQueue}; ListenOverflows rose by ${counters["ListenOverflows"] ?? 0}.`
  );
}
