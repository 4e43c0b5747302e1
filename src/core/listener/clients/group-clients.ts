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
  readonly stuck: StuckClient;
}

/** Their destinations. */
export function groupClients(connections: readonly JudgedConnection[]): StuckDestination[] {
  const groups = new Map<string, JudgedConnection[]>();
  for (const connection of connections) {
    const key = `${connection.namespace} ${connection.remote}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [connection]);
    else group.push(connection);
  }
  return [...groups.values()].flatMap(describe).sort((a, b) => weight(b) - weight(a));
}

function describe(group: readonly JudgedConnection[]): StuckDestination[] {
  const [first] = group;
  const clients = group.map(({ stuck }) => stuck);
  if (first === undefined) return [];
  const count = (kind: StuckClient["kind"]): number => clients.filter((one) => one.kind === kind).length;
  return [
    {
      namespace: first.namespace,
      remote: first.remote,
      connecting: count("connecting"),
      silent: count("silent"),
      late: count("late"),
      healthy: Math.max(0, Math.max(...group.map(({ sameDestination }) => sameDestination)) - clients.length),
      clients: clients.sort((a, b) => (b.sinceMs ?? 0) - (a.sinceMs ?? 0) || b.resends - a.resends),
    },
  ];
}

/** Who still waits matters more than who was late. */
function weight({ connecting, silent, late }: StuckDestination): number {
  return 1_000 * (connecting + silent) + late;
}
