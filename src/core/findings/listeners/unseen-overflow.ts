/**
 * An overflow that fell between two looks of the sampler: no look saw the queue full, and the drops that it left tell it.
 *
 * @module
 */
import type { Finding } from "../../finding.ts";
import type { ListenerState } from "../../listener/sample/listener-state.ts";
import { formatEndpoint } from "../../wire/address.ts";
import { makeFinding } from "./make-finding.ts";

/** The finding, or none. */
export function findUnseenOverflow(state: ListenerState): Finding[] {
  const { rise, identity } = state;
  if (rise === null || state.sawFull || identity.protocol === "unix") return [];
  const mayBe = rise.cause === null ? rise.candidates : [rise.cause];
  if (!mayBe.includes("accept-queue-full")) return [];
  const where = formatEndpoint(identity.address, identity.port);
  const certainty = rise.cause === null ? "may have been" : "was";
  return [
    makeFinding("accept-queue-overflow", {
      severity: "warning",
      title: `The accept queue of ${where} ${certainty} full between two looks.`,
      evidence: `no look saw it at its capacity; drops rose by ${rise.raw}, ListenOverflows of the namespace rose in the same interval`,
      counters: { drops: rise.raw },
      remedy: [`listenq why ${identity.port}`],
    }),
  ];
}
