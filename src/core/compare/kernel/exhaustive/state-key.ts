/**
 * What makes two states of a small world the same: the queues, the requests with what is left of their timers, and what the clients
 * will still do. The counters and the absolute time are left out: nothing that follows depends on them.
 *
 * @module
 */
import { LISTENER, placeOf, type SmallClient, type SmallState } from "./small-world.ts";

/** The same text for the same state. */
export function stateKey({ host, clients, nowMs }: SmallState): string {
  const waiting = host.waiting(LISTENER).map(({ peer, state }) => `${placeOf(String(peer))}${state}`);
  const requests = host
    .requests()
    .map(({ peer, dueMs, numTimeout, acked }) =>
      [placeOf(String(peer)), dueMs - nowMs, numTimeout, acked ? "acked" : ""].join("/"),
    );
  return `${clients.map(clientKey).join(" ")} | ${waiting.join(" ")} | ${requests.join(" ")}`;
}

/** Of a client whose affair is over only its end matters. */
function clientKey({ kind, phase, fate, hasCookie }: SmallClient): string {
  return phase === "over" ? `over/${fate}` : `${kind}/${phase}/${hasCookie ? "cookie" : ""}`;
}
