/**
 * How many requests each listener has in its SYN queue. The kernel exports no such number: it is the count of SYN_RECV
 * rows, and a row names its local endpoint, not its listener. Pure.
 *
 * @module
 */
import type { InetDiagSocket } from "../wire/netlink/inet-diag-message.ts";

/** What of a socket decides whose a request is. */
export type BoundSocket = Pick<InetDiagSocket, "family" | "local" | "interfaceIndex" | "v6only">;

/**
 * The SYN queue length of each listener, in the order given: requests whose lookup would find that listener. Null for
 * members of a SO_REUSEPORT group if the group has any, since a row does not say which member it belongs to.
 */
export function synQueueLengths(
  listeners: readonly BoundSocket[],
  requests: readonly BoundSocket[],
): (number | null)[] {
  const byPort = new Map<number, number[]>();
  listeners.forEach(({ local }, index) => {
    byPort.set(local.port, [...(byPort.get(local.port) ?? []), index]);
  });
  const lengths = listeners.map((): number | null => 0);
  for (const request of requests) {
    const samePort = byPort.get(request.local.port) ?? [];
    const owners = bestMatches(request, samePort, (index) => listeners[index]);
    const isAlone = owners.length === 1;
    for (const index of owners) lengths[index] = isAlone ? addOne(lengths[index]) : null;
  }
  return lengths;
}

/** The place of the listener that a connection or request belongs to; null for none; "several" for a reuseport group. */
export function ownerOf(
  row: InetDiagSocket,
  listeners: readonly InetDiagSocket[],
): number | "several" | null {
  const samePort = listeners.flatMap(({ local }, index) => (local.port === row.local.port ? [index] : []));
  const owners = bestMatches(row, samePort, (index) => listeners[index]);
  return owners.length > 1 ? "several" : (owners[0] ?? null);
}

function addOne(length: number | null | undefined): number | null {
  return length === null || length === undefined ? null : length + 1;
}

/** The listeners that score highest, as in the kernel's own lookup: the exact address first, then the exact device. */
function bestMatches(
  request: BoundSocket,
  candidates: readonly number[],
  at: (index: number) => BoundSocket | undefined,
): number[] {
  const scores = candidates.map((index) => matchScore(request, at(index)));
  const best = Math.max(0, ...scores);
  return best === 0 ? [] : candidates.filter((_, place) => scores[place] === best);
}

/**
 * 0 if the listener cannot be the request's. IPv4 clients of a dual-stack listener are IPv6 rows with mapped addresses,
 * so rows of one family belong to listeners of that family.
 *
 * @kernel net/ipv4/inet_hashtables.c compute_score() v6.18
 */
function matchScore(request: BoundSocket, listener: BoundSocket | undefined): number {
  if (listener === undefined || listener.family !== request.family) return 0;
  const isBound = listener.interfaceIndex !== 0;
  if (isBound && listener.interfaceIndex !== request.interfaceIndex) return 0;
  const isExact = listener.local.address === request.local.address;
  if (!isExact && !isWildcardFor(request, listener)) return 0;
  return 1 + (isExact ? 2 : 0) + (isBound ? 1 : 0);
}

function isWildcardFor(request: BoundSocket, listener: BoundSocket): boolean {
  if (listener.local.address === "0.0.0.0") return true;
  if (listener.local.address !== "::") return false;
  return listener.v6only !== true || !request.local.address.startsWith("::ffff:");
}
