/**
 * An explanation to which the kernel's own words are added, from a capture that holds dropped packets with their reason. Pure.
 *
 * @module
 */
import { count } from "../../count.ts";
import type { Finding } from "../../finding.ts";
import { makeFinding } from "../../findings/listeners/make-finding.ts";
import type { EndpointNames } from "../endpoint-names.ts";
import type { Explanation, Handshake, ListenerReport } from "../explanation.ts";
import type { DropTally, RefusedClient, RefusingListener } from "./drop-tally.ts";

const ONLY_DROPS = "only packets that the kernel threw away are in the capture";
const MOST_REASONS = 8;

/** The same explanation where nothing was dropped. */
export function withDrops(explanation: Explanation, drops: DropTally, names: EndpointNames): Explanation {
  if (drops.total === 0) return explanation;
  const listeners = [...drops.listeners.values()].sort((a, b) => b.refused - a.refused);
  return {
    ...explanation,
    listeners: [...listeners.map((one) => reportOf(one, names)), ...explanation.listeners],
    handshakes: [...listeners.flatMap((one) => handshakesOf(one, names)), ...explanation.handshakes],
    findings: [...listeners.map((one) => findingOf(one, names)), ...explanation.findings],
    notShown: [notShownOf(drops), ...explanation.notShown],
  };
}

function reportOf(
  { address, port, ipVersion, clients, leftOut }: RefusingListener,
  names: EndpointNames,
): ListenerReport {
  return {
    address: names.address(address, ipVersion),
    port: names.port(port),
    handshakes: clients.size,
    leftOut,
    inferredBacklog: null,
    abortOnOverflow: null,
    outcomes: { "final-ack-dropped": clients.size },
    note: ONLY_DROPS,
  };
}

function handshakesOf(listener: RefusingListener, names: EndpointNames): Handshake[] {
  const server = names.endpoint(listener.address, listener.port, listener.ipVersion);
  return [...listener.clients.values()].map(
    (client): Handshake => ({
      client: names.endpoint(client.address, client.port, listener.ipVersion),
      server,
      startedAt: Number.isNaN(client.firstAt) ? null : client.firstAt,
      outcome: "final-ack-dropped",
      served: null,
      packets: client.packets,
      synRetransmissions: 0,
      synAckRetransmissions: 0,
      dataRetransmissionsBeforeAccept: 0,
      handshakeMs: null,
      firstResponseMs: null,
      note: noteOf(client),
    }),
  );
}

function noteOf({ refused }: RefusedClient): string {
  return `the kernel refused ${refused} of its packets with TCP_LISTEN_OVERFLOW; what else it sent is not in the capture`;
}

function findingOf(listener: RefusingListener, names: EndpointNames): Finding {
  const { address, port, ipVersion, clients, refused } = listener;
  const endpoint = names.endpoint(address, port, ipVersion);
  const finding = makeFinding("accept-queue-overflow", {
    title: `The accept queue of ${endpoint} was full: the kernel refused ${count(refused, "packet")} of ${count(clients.size, "client")}.`,
    evidence: `the kernel itself gives TCP_LISTEN_OVERFLOW as the reason of each; nothing is inferred`,
    counters: { refused },
    remedy: [`listenq why ${names.port(port)}`, `listenq plan, for a backlog that fits`],
  });
  const packets = [...clients.values()].flatMap((client) => client.packets).sort((a, b) => a - b);
  return { ...finding, evidence: { ...finding.evidence, packets } };
}

function notShownOf({ total, reasons, unnamed }: DropTally): string {
  const named = [...reasons].sort((a, b) => b[1] - a[1]).map(([reason, packets]) => `${reason} ${packets}`);
  if (unnamed > 0)
    named.push(`no reason named ${unnamed} (of a full accept queue Linux names it since 6.15)`);
  const more = named.length > MOST_REASONS ? `, and ${named.length - MOST_REASONS} more reasons` : "";
  const listed = named.slice(0, MOST_REASONS).join(", ");
  return `${ONLY_DROPS} (${count(total, "TCP packet")}: ${listed}${more}), so neither what it took nor a SYN that a full queue refused can be seen`;
}
