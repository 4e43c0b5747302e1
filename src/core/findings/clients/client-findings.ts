/**
 * What it means that connections of this machine are stuck at a destination: a finding for each kind, with what else explains it. Pure.
 *
 * @module
 */

import { count } from "../../count.ts";
import type { Finding, Severity } from "../../finding.ts";
import type { StuckClient } from "../../listener/clients/clients-document.ts";
import type { GroupedDestination } from "../../listener/clients/group-clients.ts";
import { timeText } from "../listeners/finding-words.ts";

/** The code of a finding about connections of this machine. Codes are never renamed. */
export type ClientFindingCode = "client-silent" | "client-connecting" | "client-late";

interface Words {
  readonly severity: Severity;
  readonly title: string;
  readonly detail: string;
  readonly evidence: string;
  readonly remedy: readonly string[];
}

/** At most one of each kind, the gravest first. */
export function clientFindings(destination: GroupedDestination): Finding[] {
  const of = (kind: StuckClient["kind"]): StuckClient[] =>
    destination.clients.filter((client) => client.kind === kind);
  return [
    ...made("client-silent", of("silent"), (clients) => silentWords(destination, clients)),
    ...made("client-connecting", of("connecting"), (clients) => connectingWords(destination, clients)),
    ...made("client-late", of("late"), (clients) => lateWords(destination, clients)),
  ];
}

function made(
  code: ClientFindingCode,
  clients: readonly StuckClient[],
  wordsOf: (clients: readonly StuckClient[]) => Words,
): Finding[] {
  if (clients.length === 0) return [];
  const { severity, title, detail, evidence, remedy } = wordsOf(clients);
  const counters = { connections: clients.length };
  return [
    {
      code,
      severity,
      title,
      detail,
      evidence: { text: evidence, packets: [], samples: [], counters, filter: null },
      remedy,
      docs: `listenq docs ${code}`,
    },
  ];
}

function silentWords(destination: GroupedDestination, clients: readonly StuckClient[]): Words {
  const { remote } = destination;
  const proven = clients.filter(({ certainty }) => certainty === "proven").length;
  const title = `${count(clients.length, "connection")} to ${remote} ${clients.length === 1 ? "is" : "are"} established here and not there.`;
  const remedy = [onListener(remote)];
  if (proven > 0) {
    return {
      severity: "critical",
      title,
      detail:
        "They believe that they are connected, and the listener has not taken them: its accept queue is full. Their data is thrown away until there is room, or until they give up.",
      evidence: `${proven} of ${clients.length} proven: first data was resent beside a SYN+ACK that came again, and nothing else ever came; ${beside(destination)}`,
      remedy,
    };
  }
  return {
    severity: "warning",
    title: title.replace("established here and not there", "probably established here and not there"),
    detail:
      "A full accept queue; or a path that broke after the handshake, or a firewall that lets handshakes through and no data; or a server that was accepted since and waits for the client to speak.",
    evidence: `${clients[0]?.evidence ?? ""}; ${beside(destination)}`,
    remedy,
  };
}

function connectingWords(destination: GroupedDestination, clients: readonly StuckClient[]): Words {
  const { remote, healthy, healthyElsewhere } = destination;
  const sent = clients.map(({ resends }) => resends + 1);
  const longest = Math.max(...clients.map(({ sinceMs }) => sinceMs ?? 0));
  const waits = longest > 0 ? `, the longest for ${timeText(longest)}` : "";
  return {
    severity: "warning",
    title: `${count(clients.length, "connection")} to ${remote} ${clients.length === 1 ? "gets" : "get"} no answer to ${clients.length === 1 ? "its" : "their"} SYN.`,
    detail: connectingMeaning(healthy, healthyElsewhere),
    evidence: `the SYN was sent up to ${Math.max(...sent)} times${waits}; ${beside(destination)}`,
    remedy: [
      onListener(remote),
      ...(healthy === 0 ? ["a firewall on the way: nft list ruleset, there and here"] : []),
    ],
  };
}

/** The alternatives, by what else of the same host answers. */
function connectingMeaning(healthy: number, elsewhere: number): string {
  if (healthy > 0)
    return "Others are connected to the same port, so the host answers and no rule drops them all: a queue that is full from time to time, or loss. A full accept queue lets some in whenever the server accepts.";
  if (elsewhere > 0)
    return "Other ports of the same host answer and this one does not: its queue is full, or a firewall drops this port. Loss would hit the others too.";
  return "A full queue, a firewall that drops, a host that is gone, or loss: from here they look the same. Where nobody listens the host would answer with a reset.";
}

function lateWords(destination: GroupedDestination, clients: readonly StuckClient[]): Words {
  const { remote } = destination;
  const waited = clients.map(({ sinceMs }) => sinceMs ?? 0);
  const steps = [...new Set(waited)].filter((ms) => ms > 0).sort((a, b) => a - b);
  const late = steps.length === 0 ? "" : ` They were ${steps.slice(0, 5).map(timeText).join(", ")} late.`;
  return {
    severity: clients.length > 2 ? "warning" : "info",
    title: `${count(clients.length, "connection")} to ${remote} got in only by a resent SYN.`,
    detail: `Lateness in whole steps of the ladder (1, 3, 7 s; since Linux 6.5 also 2, 4, 5 s) is a SYN that was dropped: by a full queue, or lost on the way. Several at one destination and none elsewhere is a queue.${late}`,
    evidence: `${count(clients.length, "connection")} with a resend that had no bytes, which only a SYN has; ${beside(destination)}`,
    remedy: [onListener(remote)],
  };
}

function beside({ healthy, healthyElsewhere }: GroupedDestination): string {
  const host = `${count(healthyElsewhere, "connection")} to other ports of the host`;
  return `${count(healthy, "connection")} to the same port and ${host} ${healthy + healthyElsewhere === 1 ? "shows" : "show"} nothing unusual`;
}

function onListener(remote: string): string {
  return `on the listener's machine: listenq why ${remote.slice(remote.lastIndexOf(":") + 1)}`;
}
