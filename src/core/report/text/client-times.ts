/**
 * A trace's clients as a load generator would have measured them.
 *
 * @module
 */
import type { LoadFailure, LoadTimes } from "../../load/index.ts";
import type { Scenario } from "../../scenario/index.ts";
import type { Trace, TraceCall } from "../../trace/index.ts";

/** The times of one client. */
export interface ClientTimes extends LoadTimes {
  readonly client: string;
}

/** The times of every client that came to an end, from its own calls. */
export function clientTimes(scenario: Scenario, trace: Trace): ClientTimes[] {
  return scenario.clients.flatMap(({ name }) => {
    const calls = trace.calls.filter((call) => call.actor === name);
    return calls.some((call) => call.call === "close") ? [timesOf(name, calls)] : [];
  });
}

function timesOf(client: string, calls: readonly TraceCall[]): ClientTimes {
  const named = (name: string) => calls.filter((call) => call.call === name);
  const started = named("connect")[0]?.at ?? null;
  const connected = named("SO_ERROR").find((call) => call.result === 0)?.at ?? null;
  const sent = named("send")[0]?.endedAt ?? connected;
  const received =
    named("recv").find((call) => typeof call.result === "number" && call.result > 0)?.at ?? null;
  const ended = named("close")[0]?.at ?? null;
  return {
    client,
    connectMs: since(started, connected),
    waitingMs: since(sent, received),
    processingMs: since(connected, ended),
    totalMs: since(started, ended),
    failure: failureOf(calls, connected !== null),
  };
}

function since(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : to - from;
}

function failureOf(calls: readonly TraceCall[], wasConnected: boolean): LoadFailure | null {
  const errors = calls.map((call) => call.result).filter((result) => typeof result === "string");
  if (errors.includes("ECONNREFUSED")) return "refused";
  if (errors.includes("ECONNRESET")) return wasConnected ? "reset" : "reset-at-handshake";
  if (errors.includes("ETIMEDOUT")) return "connect-timeout";
  const isAnswered = calls.some(
    (call) => call.call === "recv" && typeof call.result === "number" && call.result > 0,
  );
  return isAnswered ? null : "closed-early";
}
