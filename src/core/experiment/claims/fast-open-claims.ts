/**
 * Claims about data that comes with a SYN: taken at once, or left for an ordinary handshake. The SYN+ACK tells which: it
 * acknowledges the data, or the SYN alone.
 *
 * @kernel net/ipv4/tcp_fastopen.c tcp_try_fastopen() v6.18
 * @module
 */
import { counterRise, type Handshake } from "../../trace/index.ts";
import { conclude, filterFor, notSeen } from "../conclude-claim.ts";
import type { Claim } from "../experiment.ts";

function acknowledged({ syns, synAcks }: Handshake): number {
  return ((synAcks[0]?.ack ?? 0) - (syns[0]?.seq ?? 0) - 1) >>> 0;
}

/** The data is acknowledged by the SYN+ACK, and the server's answer leaves within less than a round trip: before any final ACK. */
export function servedBeforeFinalAck(client: string): Claim {
  return {
    id: "served-before-final-ack",
    check: (view) => {
      const text = `The data of ${client} is taken with its SYN, and the server's answer leaves before the final ACK has come.`;
      const handshake = view.handshakeOf(client);
      if (handshake === null) return notSeen(text, "its connection is not in the trace");
      const { syns, synAcks, serverData } = handshake;
      const [syn, synAck, answer] = [syns[0], synAcks[0], serverData[0]];
      return conclude(text, {
        facts: [
          `packet ${syn?.number} brings ${syn?.length} bytes, packet ${synAck?.number} acknowledges them, packet ${answer?.number} is the answer, ${((answer?.at ?? 0) - (synAck?.at ?? 0)).toFixed(1)} ms after that: a round trip takes ${2 * view.scenario.wire.delayMs}`,
        ],
        packets: [syn, synAck, answer],
        filter: filterFor(handshake.client),
        checks: [
          [(syn?.length ?? 0) > 0 && syns.length === 1, "its SYN brings no data"],
          [acknowledged(handshake) === syn?.length, "the SYN+ACK does not acknowledge the data"],
          [
            answer !== undefined && answer.seq === ((synAck?.seq ?? 0) + 1) >>> 0,
            "the server did not answer",
          ],
          [
            answer !== undefined && answer.at - (synAck?.at ?? 0) < 2 * view.scenario.wire.delayMs,
            "the answer left when a final ACK could have come already",
          ],
        ],
      });
    },
  };
}

/** One request too many: the SYN+ACK acknowledges the SYN alone, and the data comes again after the handshake. */
export function fallsBack(client: string): Claim {
  return {
    id: "falls-back",
    check: (view) => {
      const text = `${client} comes while one such request is unfinished: it gets an ordinary handshake, and sends its data again.`;
      const handshake = view.handshakeOf(client);
      if (handshake === null) return notSeen(text, "its connection is not in the trace");
      const { syns, synAcks, clientData } = handshake;
      const [syn, synAck] = [syns[0], synAcks[0]];
      const again = clientData.find((packet) => packet !== syn);
      const rise = counterRise(view.trace, "TCPFastOpenListenOverflow");
      return conclude(text, {
        facts: [
          `packet ${synAck?.number} acknowledges ${acknowledged(handshake)} bytes of data, packet ${again?.number} brings them again`,
        ],
        packets: [syn, synAck, again],
        counters: { TCPFastOpenListenOverflow: rise },
        filter: filterFor(handshake.client),
        checks: [
          [(syn?.length ?? 0) > 0, "its SYN brings no data"],
          [
            synAck !== undefined && acknowledged(handshake) === 0,
            "the SYN+ACK acknowledges more than the SYN",
          ],
          [
            again?.length === syn?.length && again?.seq === ((syn?.seq ?? 0) + 1) >>> 0,
            "its data did not come again",
          ],
          [rise === 1, `TCPFastOpenListenOverflow rose by ${rise}`],
        ],
      });
    },
  };
}
