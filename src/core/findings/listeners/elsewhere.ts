/**
 * Where clients fail besides the queues: each place with how to look, and the sign of it that a watch can see. Pure.
 *
 * @module
 */
import { count } from "../../count.ts";
import { shellLine } from "../remedies/shell-line.ts";

/** What was read besides the queues; null where it could not be. */
export interface ElsewhereFacts {
  /** The port that is asked about; null for a unix listener. */
  readonly port: number | null;
  /** Which clients the listeners of the port leave out, in words that follow "it listens"; null for none. */
  readonly limitedReach: string | null;
  /** Rises of the namespace's counters during the watch. */
  readonly counters: Readonly<Record<string, number>>;
  readonly conntrack: { readonly count: number; readonly max: number } | null;
  /** Rises of the connection tracker's own counters. */
  readonly conntrackDrops: number | null;
}

/** One place. */
export interface Elsewhere {
  /** How to look; null where there is nothing to look at. */
  readonly where: (facts: ElsewhereFacts) => string | null;
  /** What says that it is here; null if nothing does. */
  readonly sign: (facts: ElsewhereFacts) => string | null;
}

/** A table that is nearly full refuses now and then already. */
const NEARLY_FULL = 0.95;

/** In the order in which they are met in the field. */
export const ELSEWHERE: readonly Elsewhere[] = [
  {
    where: ({ port, limitedReach }) =>
      limitedReach === null
        ? null
        : shellLine(
            `ss -ltn 'sport = :${port}'`,
            `it listens ${limitedReach}: who comes by another address of this machine is refused at once`,
          ),
    sign: ({ limitedReach, counters }) => {
      const resets = resetsWithoutConnection(counters);
      return limitedReach === null || resets <= (counters["PassiveOpens"] ?? 0)
        ? null
        : `it listens ${limitedReach}, and at least ${count(resets, "packet")} found no listener or connection here and ${resets === 1 ? "was" : "were"} answered with a reset`;
    },
  },
  {
    where: ({ conntrack }) =>
      conntrack === null
        ? null
        : shellLine(
            "sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max",
            "connection tracking: a full table drops new connections; conntrack -S counts them",
          ),
    sign: ({ conntrack, conntrackDrops }) => {
      if (conntrack !== null && conntrack.count >= conntrack.max * NEARLY_FULL)
        return `nf_conntrack has ${conntrack.count} of ${conntrack.max} entries`;
      return (conntrackDrops ?? 0) > 0 ? `nf_conntrack dropped ${conntrackDrops} packets` : null;
    },
  },
  {
    where: () =>
      shellLine(
        "nstat -az TcpExtIPReversePathFilter; sysctl net.ipv4.conf.all.rp_filter",
        "routes that are not the same both ways",
      ),
    sign: ({ counters }) => rise(counters, ["IPReversePathFilter"], "the reverse path filter dropped"),
  },
  {
    where: () =>
      shellLine(
        "nstat -az TcpExtPAWSPassive TcpExtPAWSEstab",
        "clients behind one NAT address (tcp_tw_recycle before Linux 4.12)",
      ),
    sign: ({ counters }) => rise(counters, ["PAWSPassive"], "old timestamps (PAWS) refused"),
  },
  {
    where: () => shellLine("nstat -az | grep -e MD5 -e TCPAO", "TCP-MD5 and TCP-AO keys"),
    sign: ({ counters }) =>
      rise(
        counters,
        ["TCPMD5NotFound", "TCPMD5Unexpected", "TCPMD5Failure", "TCPAOBad", "TCPAORequired"],
        "TCP-MD5 or TCP-AO refused",
      ),
  },
  {
    where: () =>
      shellLine(
        "nft list ruleset",
        "filters (or iptables -nvL); then what is in front: security groups, the load balancer",
      ),
    sign: () => null,
  },
  {
    where: ({ port }) =>
      port === null
        ? null
        : shellLine(
            `timeout 20 tcpdump -ni any -s 100 -w listenq.pcap 'tcp port ${port}'; listenq explain listenq.pcap`,
            "the way to the client",
          ),
    sign: () => null,
  },
];

/**
 * Resets sent that ended no connection, at the least: EstabResets counts connections that were reset from either side. A
 * connection that is closed may be reset once more when something comes for it, so of a port that serves it takes more of them.
 *
 * @kernel net/ipv4/tcp_ipv4.c tcp_v4_send_reset() v6.18
 */
function resetsWithoutConnection({ OutRsts = 0, EstabResets = 0 }: ElsewhereFacts["counters"]): number {
  return OutRsts - EstabResets;
}

function rise(counters: ElsewhereFacts["counters"], names: readonly string[], words: string): string | null {
  const sum = names.reduce((total, name) => total + (counters[name] ?? 0), 0);
  return sum === 0
    ? null
    : `${words} ${sum} packets (${names.filter((name) => (counters[name] ?? 0) > 0).join(", ")})`;
}
