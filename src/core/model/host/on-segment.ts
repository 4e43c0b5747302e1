/**
 * A segment that reaches the host: which connection, request or listener it is for. The other
 * `on-<event>` files say what that one does with it.
 *
 * @module
 */
import { onChildSegment } from "./child.ts";
import { decided, freeRequest, type Moment, type Scene } from "./host-state.ts";
import type { ModelSegment } from "./model-segment.ts";
import { onListenerSegment, onNobody } from "./on-listener-segment.ts";
import { onRequestSegment } from "./on-request-segment.ts";
import type { Listener } from "./state.ts";

/**
 * The established connections first, then the requests, then the listeners.
 *
 * @kernel net/ipv4/tcp_ipv4.c tcp_v4_rcv() v6.18
 */
export function onSegment(moment: Moment, segment: ModelSegment): void {
  const endpoint = moment.host.endpoints.get(segment.to);
  if (endpoint === undefined) {
    onNobody(moment, segment);
    return;
  }
  const { host, atMs, out } = moment;
  const scene: Scene = { host, atMs, out, endpoint };
  const child = endpoint.children.get(segment.from);
  if (child !== undefined) onChildSegment(scene, child, segment);
  else if (!isTakenByRequest(scene, segment)) onListening(scene, segment);
}

/** False when there is no request, or when the segment is not its own. */
function isTakenByRequest(scene: Scene, segment: ModelSegment): boolean {
  const request = scene.endpoint.requests.get(segment.from);
  if (request === undefined) return false;
  if (request.listener.isListening) return onRequestSegment(scene, request, segment);
  decided(scene, "orphaned-request");
  freeRequest(scene, request, "listener-gone");
  return false;
}

function onListening(scene: Scene, segment: ModelSegment): void {
  const listener = listenerFor(scene, segment);
  if (listener === undefined) onNobody(scene, segment);
  else onListenerSegment(scene, listener, segment);
}

/** Which member of a SO_REUSEPORT group a segment meets; a request stays with the one that it has. @kernel net/core/sock_reuseport.c reuseport_select_sock() v6.18 */
function listenerFor({ host, endpoint }: Scene, segment: ModelSegment): Listener | undefined {
  const { listeners, requests } = endpoint;
  if (listeners.length < 2) return listeners[0];
  const own = requests.get(segment.from)?.listener;
  if (own !== undefined) return own;
  const names = listeners.map((listener) => listener.name);
  const chosen = host.dependencies.chooseMember?.(segment, names);
  return listeners.find((listener) => listener.name === chosen) ?? listeners[0];
}
