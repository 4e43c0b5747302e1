/**
 * A listener's load from a capture: when clients came is on the wire; that the server stood still is where it answered nobody
 * although somebody was connected.
 *
 * @module
 */
import { UsageError } from "../../errors.ts";
import type { Explanation, Handshake } from "../../explain/index.ts";
import type { Observation, SeenPause } from "./observation.ts";

const LEAST_PAUSE_MS = 20;
/** Fewer connections than this make no rate. */
const FEW = 30;

/**
 * @param explanation with all handshakes, also those that simply completed
 * @throws {UsageError} for a capture without a listener, or without this one
 */
export function observeCapture(explanation: Explanation, file: string, port: number | null): Observation {
  const listener = listenerOf(explanation, file, port);
  const server = `${listener.address}:${listener.port}`;
  const own = explanation.handshakes.filter((one) => isOf(one, listener.port));
  const starts = own.flatMap(({ startedAt }) => startedAt ?? []);
  const seenMs =
    own.reduce((latest, one) => Math.max(latest, endOf(one)), 0) -
    Math.min(...starts, Number.POSITIVE_INFINITY);
  const resent = own.reduce((sum, { synRetransmissions }) => sum + synRetransmissions, 0);
  return {
    source: `${server} in ${file}`,
    seenMs,
    ratePerSecond: seenMs > 0 ? (starts.length * 1000) / seenMs : 0,
    pauses: silences(own),
    longestQueue: null,
    limit: null,
    refused: null,
    notes: [
      ...(starts.length < FEW
        ? [`Only ${starts.length} connections: this rate is little more than a guess.`]
        : []),
      ...(resent > 0 ? [`${resent} SYNs were sent again, lost or refused.`] : []),
      "A pause is a stretch in which the server answered nobody although somebody was connected: accept() itself is not on the wire, so one that accepts and then thinks looks the same.",
      ...explanation.notShown,
    ],
  };
}

/** The last that was seen of it. */
function endOf({ startedAt, handshakeMs, firstResponseMs }: Handshake): number {
  return startedAt === null ? 0 : startedAt + (firstResponseMs ?? handshakeMs ?? 0);
}

function listenerOf(
  { listeners }: Explanation,
  file: string,
  port: number | null,
): Explanation["listeners"][number] {
  const own = port === null ? listeners : listeners.filter((one) => one.port === port);
  const [busiest] = [...own].sort((a, b) => b.handshakes - a.handshakes);
  if (busiest !== undefined) return busiest;
  throw new UsageError(
    port === null
      ? `${file} shows no listener that answered: there is nothing to plan from`
      : `${file} shows no listener on port ${port} that answered`,
  );
}

function isOf({ server }: Handshake, port: number | string): boolean {
  return server.endsWith(`:${port}`);
}

/** Between two answers, as far as somebody was waiting then. */
function silences(handshakes: readonly Handshake[]): SeenPause[] {
  const waits = handshakes
    .flatMap(({ startedAt, handshakeMs, firstResponseMs }) =>
      startedAt === null || handshakeMs === null || firstResponseMs === null
        ? []
        : [{ connectedAt: startedAt + handshakeMs, answeredAt: startedAt + firstResponseMs }],
    )
    .sort((a, b) => a.answeredAt - b.answeredAt);
  // Of those that are answered from here on, who was connected first.
  const firstConnected = waits.map(({ connectedAt }) => connectedAt);
  for (let at = firstConnected.length - 2; at >= 0; at -= 1)
    firstConnected[at] = Math.min(firstConnected[at] ?? 0, firstConnected[at + 1] ?? 0);
  return waits.flatMap(({ answeredAt }, at) => {
    const fromMs = Math.max(waits[at - 1]?.answeredAt ?? 0, firstConnected[at] ?? answeredAt);
    return answeredAt - fromMs >= LEAST_PAUSE_MS ? [{ fromMs, lastsMs: answeredAt - fromMs }] : [];
  });
}
