/**
 * The findings about captures as data: how much each matters and what to do. What was seen, and with which alternatives,
 * is said by whoever makes the finding; `docs/findings/CODE.md` explains each at length.
 *
 * @module
 */
import type { Finding, FindingEvidence, Severity } from "../../finding.ts";

/** What is the same in every capture. */
export interface CaptureCode {
  readonly severity: Severity;
  readonly remedy: readonly string[];
}

const ROOM_IN_THE_QUEUE = [
  "Find out why the server does not accept: look at it with `listenq why PORT` or `ss -lnt` while it happens (Recv-Q at Send-Q + 1 is a full accept queue).",
  "Accept faster: more workers, no blocking work in the accepting thread, a higher descriptor limit.",
  "If bursts are the reason, raise both the backlog that the application passes to listen() and net.core.somaxconn, and restart the application: the limit is the smaller of the two, taken at listen().",
];

/** The codes of captures. */
export type CaptureCodeName =
  | "capture-accept-overflow"
  | "capture-overflow-reset"
  | "capture-syn-unanswered"
  | "capture-syn-flood"
  | "capture-port-scan"
  | "capture-defer-accept"
  | "capture-slow-accept"
  | "capture-silent-after-handshake"
  | "capture-reset-at-handshake"
  | "capture-accepted-and-closed"
  | "capture-reset-before-response"
  | "capture-final-ack-lost"
  | "capture-time-wait"
  | "capture-long-round-trip"
  | "capture-copies";

/** How much each matters, and what to do. */
export const CAPTURE_CODES: Readonly<Record<CaptureCodeName, CaptureCode>> = {
  "capture-accept-overflow": { severity: "critical", remedy: ROOM_IN_THE_QUEUE },
  "capture-overflow-reset": {
    severity: "critical",
    remedy: [
      ...ROOM_IN_THE_QUEUE,
      "Consider net.ipv4.tcp_abort_on_overflow = 0: then a client that is refused tries again instead of failing at once.",
    ],
  },
  "capture-syn-unanswered": {
    severity: "warning",
    remedy: [
      "Capture at the server as well: `tcpdump -i any -s 128 -w server.pcap port PORT`, then `listenq explain client.pcap server.pcap`.",
      "At the server, compare `nstat -az TcpExtListenOverflows TcpExtListenDrops TcpExtTCPReqQFullDrop` before and after.",
      "If those stand still, look at firewalls, routes and conntrack between the two.",
    ],
  },
  "capture-syn-flood": {
    severity: "warning",
    remedy: [
      "Keep net.ipv4.tcp_syncookies = 1, which lets real clients in while the SYN queue is full.",
      "Drop the sources before they reach the listener (SYNPROXY, XDP, the provider), if they can be told from real clients.",
    ],
  },
  "capture-port-scan": {
    severity: "info",
    remedy: ["Nothing is to be done at the listeners. Ask whose scanner it is."],
  },
  "capture-defer-accept": {
    severity: "info",
    remedy: [
      "Nothing, if clients speak first. If they stay silent on purpose, take TCP_DEFER_ACCEPT (nginx: `listen ... deferred`, Apache: AcceptFilter) off this listener.",
    ],
  },
  "capture-slow-accept": {
    severity: "warning",
    remedy: [
      "The queue refused nobody yet, but connections wait: accept faster, or serve more of them at once.",
      "Watch the accept queue with `listenq top`; a longer backlog would only let them wait longer.",
    ],
  },
  "capture-silent-after-handshake": {
    severity: "warning",
    remedy: [
      "At the server, look whether TcpExtSyncookiesSent and TcpExtListenOverflows rise together: then make room in the accept queue.",
      "Otherwise capture at the server's side to see whether the data arrives there.",
    ],
  },
  "capture-reset-at-handshake": {
    severity: "warning",
    remedy: [
      "Look whether the listener was restarted or closed at that moment, and whether a load balancer switched servers.",
      "At the server, check net.ipv4.tcp_abort_on_overflow and whether TcpExtListenOverflows rises.",
    ],
  },
  "capture-accepted-and-closed": {
    severity: "warning",
    remedy: [
      "Compare the process's open descriptors with its limit (`ls /proc/PID/fd | wc -l`, `prlimit --nofile -p PID`).",
      "Look for a connection limit or an access list in the server, and for health checks that only connect.",
    ],
  },
  "capture-reset-before-response": {
    severity: "warning",
    remedy: [
      "Look whether the server was restarted or died at that moment: its log, `journalctl -u UNIT`, the listener's age in `listenq ls`.",
      "For restarts without it, hand the listening socket over (systemd socket units, SO_REUSEPORT with the old process draining its queue).",
    ],
  },
  "capture-final-ack-lost": {
    severity: "warning",
    remedy: [
      "Look at what lies between the capture and the listener: INPUT rules that drop, conntrack (INVALID, or a full table: `nf_conntrack_count` against `nf_conntrack_max`), loss.",
      "Compare TcpExtListenOverflows before and after: if it stands still, it is not the queue.",
    ],
  },
  "capture-time-wait": {
    severity: "info",
    remedy: [
      "Let clients use more source ports, or keep connections open: the same four numbers came back too soon.",
    ],
  },
  "capture-long-round-trip": {
    severity: "info",
    remedy: ["Nothing at the listener: packets cross because the way is longer than the first timer of 1 s."],
  },
  "capture-copies": {
    severity: "info",
    remedy: ["Nothing. Capture on one interface only, if the file should hold each packet once."],
  },
};

/** What was seen in this capture. */
export interface CaptureSighting {
  readonly title: string;
  readonly detail: string;
  /** Where this case matters less or more than usual. */
  readonly severity?: Severity;
  readonly evidence: Pick<FindingEvidence, "text" | "packets"> & { readonly filter?: string };
}

/** Most packets that one finding cites. */
const MOST_PACKETS = 50;

/** The finding. */
export function captureFinding(code: CaptureCodeName, sighting: CaptureSighting): Finding {
  const known = CAPTURE_CODES[code];
  const packets = [...new Set(sighting.evidence.packets)].sort((a, b) => a - b).slice(0, MOST_PACKETS);
  return {
    code,
    severity: sighting.severity ?? known.severity,
    title: sighting.title,
    detail: sighting.detail,
    evidence: {
      text: sighting.evidence.text,
      packets,
      samples: [],
      counters: {},
      filter: sighting.evidence.filter ?? packetFilter(packets),
    },
    remedy: known.remedy,
    docs: `listenq docs ${code}`,
  };
}

/** A Wireshark display filter for these packets; null for none. */
function packetFilter(packets: readonly number[]): string | null {
  return packets.length === 0 ? null : `frame.number in {${packets.join(", ")}}`;
}
