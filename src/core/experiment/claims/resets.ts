/**
 * Claims about the resets of a listener that is closed.
 *
 * @kernel net/ipv4/inet_connection_sock.c inet_csk_listen_stop() v6.18
 * @module
 */
import { conclude, notSeen } from "../conclude-claim.ts";
import type { Claim } from "../experiment.ts";

/** How long after close() the last reset may leave: it is sent inside the call. */
const AT_ONCE_MS = 15;

/** Each of these clients is sent one reset, at the moment of the close() and not before. */
export function resetsAtClose(clients: readonly string[]): Claim {
  return {
    id: "resets-at-close",
    check: (view) => {
      const text = "close() sends a reset to each connection that waits, and to nobody else.";
      const close = view.trace.calls.find(
        (call) => call.host === "server" && call.call === "close" && call.remote === null,
      );
      if (close === undefined) return notSeen(text, "the listener's close() is not in the trace");
      const resets = view.handshakes
        .flatMap((handshake) => handshake.serverResets)
        .filter((reset) => reset.at >= close.at - AT_ONCE_MS && reset.at <= close.endedAt + AT_ONCE_MS);
      const told = resets.map((reset) => view.nameOf(reset.to));
      return conclude(text, {
        facts: [
          `${resets.length} resets (${resets[0]?.flags}) within ${(close.endedAt - close.at).toFixed(1)} ms of the call, to ${told.join(", ")}`,
        ],
        packets: resets,
        calls: [close],
        checks: [
          [
            told.length === clients.length && clients.every((client) => told.includes(client)),
            `resets went to ${told.join(", ") || "nobody"}`,
          ],
        ],
      });
    },
  };
}
