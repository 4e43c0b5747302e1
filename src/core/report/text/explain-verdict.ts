/**
 * The verdict on a capture in one sentence: what somebody reads first, at three in the morning.
 *
 * @module
 */
import type { Explanation } from "../../explain/index.ts";

/** The sentence. */
export function verdictOf(explanation: Explanation): string {
  const { findings, listeners, notShown } = explanation;
  const [gravest] = findings;
  const total = listeners.reduce((sum, { handshakes }) => sum + handshakes, 0);
  if (gravest !== undefined && gravest.severity !== "info") {
    const more = findings.filter(({ severity }) => severity !== "info").length - 1;
    const beside = notShown.length === 0 ? "" : ` ${limitsOf(notShown)}`;
    return `${gravest.title}${more > 0 ? ` And ${more} more ${more === 1 ? "finding" : "findings"} below.` : ""}${beside}`;
  }
  if (notShown.length > 0) return `${handshakeCount(explanation)}. ${limitsOf(notShown)}`;
  if (total === 0 && explanation.handshakes.length === 0) return "The capture shows no TCP handshake.";
  const queue = "nothing in the capture shows a full queue";
  const unclear = explanation.handshakes.filter(({ outcome }) => outcome === "cut-off").length;
  const rest = unclear > 0 ? `; ${unclear} of them cut off by the capture's ends` : "";
  return `${handshakeCount(explanation)}: ${queue}${rest}.`;
}

/** What the capture cannot show, the first of it in words. */
function limitsOf([first = "", ...others]: readonly string[]): string {
  const more = others.length > 0 ? ` (and ${others.length} more of that kind)` : "";
  return `What the capture cannot show: ${first}${more}.`;
}

function handshakeCount({ listeners, handshakes }: Explanation): string {
  const answering = listeners.reduce((sum, listener) => sum + listener.handshakes, 0);
  const known = new Set(listeners.map(({ address, port }) => `${address} ${port}`));
  const elsewhere = handshakes.filter(({ server }) => !known.has(splitEndpoint(server))).length;
  const total = answering + elsewhere;
  return `${total} ${total === 1 ? "handshake" : "handshakes"} with ${listeners.length} ${listeners.length === 1 ? "listener" : "listeners"}`;
}

function splitEndpoint(endpoint: string): string {
  const colon = endpoint.lastIndexOf(":");
  return `${endpoint.slice(0, colon).replace(/^\[|\]$/g, "")} ${endpoint.slice(colon + 1)}`;
}
