/**
 * From judged connections to destinations: the worst first. Pure.
 *
 * @module
 */
import type { StuckClient, StuckDestination } from "./clients-document.ts";

/** A connection that is stuck. */
export interface JudgedConnection {
  readonly namespace: number;
  readonly remote: string;
  /** Of all connections to the same endpoint, how many there are, this one included. */
  readonly sameDestination: number;
  /** Of all connections to the same host, on whichever port, how many there are, this one included. */
  readonly sameHost: number;
  readonly stuck: StuckClient;
}

/** A destination before it is said what it means. */
export type GroupedDestination = Omit<StuckDestination, "findings">;

/** Their destinations. */
export function groupClients(connections: readonly JudgedConnection[]): GroupedDestination[] {
  const stuckAt = new Map<string, number>();
  for (const { namespace, remote } of connections) {
    const host = `${namespace} ${hostOf(remote)}`;
    stuckAt.set(host, (stuckAt.get(host) ?? 0) + 1);
  }
  const groups = new Map<string, JudgedConnection[]>();
  for (const connection of connections) {
    const key = `${connection.namespace} ${connection.remote}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [connection]);
    else group.push(connection);
  }
  return [...groups.values()]
    .flatMap((group) => describe(group, stuckAt))
    .sort((a, b) => weight(b) - weight(a));
}

function hostOf(remote: string): string {
  return remote.slice(0, remote.lastIndexOf(":"));
}

function describe(
  group: readonly JudgedConnection[],
  stuckAt: ReadonlyMap<string, number>,
): GroupedDestination[] {
  const [first] = group;
  const clients = group.map(({ stuck }) => stuck);
  if (first === undefined) return [];
  const count = (kind: StuckClient["kind"]): number => clients.filter((one) => one.kind === kind).length;
  const same = Math.max(...group.map(({ sameDestination }) => sameDestination));
  const stuckElsewhere = (stuckAt.get(`${first.namespace} ${hostOf(first.remote)}`) ?? 0) - clients.length;
  return [
    {
      namespace: first.namespace,
      remote: first.remote,
      connecting: count("connecting"),
      silent: count("silent"),
      late: count("late"),
      healthy: Math.max(0, same - clients.length),
      healthyElsewhere: Math.max(0, first.sameHost - same - stuckElsewhere),
      clients: clients.sort((a, b) => (b.sinceMs ?? 0) - (a.sinceMs ?? 0) || b.resends - a.resends),
    },
  ];
}

/** Who still waits matters more than who was late. */
function weight({ connecting, silent, late }: GroupedDestination): number {
  return 1_000 * (connecting + silent) + late;
}
