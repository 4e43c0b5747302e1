/**
 * Where clients fail besides the queues: each place with how to look, and the sign of it that a watch can see. Pure.
 *
 * @module
 */

/** What was read besides the queues; null where it could not be. */
export interface ElsewhereFacts {
  /** Rises of the namespace's counters during the watch. */
  readonly counters: Readonly<Record<string, number>>;
  readonly conntrack: { readonly count: number; readonly max: number } | null;
  /** Rises of the connection tracker's own counters. */
  readonly conntrackDrops: number | null;
}

/** One place. */
export interface Elsewhere {
  /** How to look. */
  readonly where: string;
  /** What says that it is here; null if nothing does. */
  readonly sign: (facts: ElsewhereFacts) => string | null;
}

/** A table that is nearly full refuses now and then already. */
const NEARLY_FULL = 0.95;

/** In the order in which they are met in the field. */
export const ELSEWHERE: readonly Elsewhere[] = [
  {
    where:
      "connection tracking: sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max; conntrack -S",
    sign: ({ conntrack, conntrackDrops }) => {
      if (conntrack !== null && conntrack.count >= conntrack.max * NEARLY_FULL)
        return `nf_conntrack has ${conntrack.count} of ${conntrack.max} entries`;
      return (conntrackDrops ?? 0) > 0 ? `nf_conntrack dropped ${conntrackDrops} packets` : null;
    },
  },
  {
    where: "asymmetric routes: nstat -az TcpExtIPReversePathFilter; sysctl net.ipv4.conf.all.rp_filter",
    sign: ({ counters }) => rise(counters, ["IPReversePathFilter"], "the reverse path filter dropped"),
  },
  {
    where:
      "clients behind one NAT address: nstat -az TcpExtPAWSPassive TcpExtPAWSEstab (tcp_tw_recycle before Linux 4.12)",
    sign: ({ counters }) => rise(counters, ["PAWSPassive"], "old timestamps (PAWS) refused"),
  },
  {
    where: "TCP-MD5 and TCP-AO keys: nstat -az | grep -e MD5 -e AO",
    sign: ({ counters }) =>
      rise(
        counters,
        ["TCPMD5NotFound", "TCPMD5Unexpected", "TCPMD5Failure", "TCPAOBad", "TCPAORequired"],
        "TCP-MD5 or TCP-AO refused",
      ),
  },
  {
    where:
      "filters and what is in front: nft list ruleset, iptables -nvL, security groups, the load balancer",
    sign: () => null,
  },
  {
    where: "the way to the client: tcpdump -ni any 'tcp[tcpflags] & tcp-syn != 0', then listenq explain FILE",
    sign: () => null,
  },
];

function rise(counters: ElsewhereFacts["counters"], names: readonly string[], words: string): string | null {
  const sum = names.reduce((total, name) => total + (counters[name] ?? 0), 0);
  return sum === 0
    ? null
    : `${words} ${sum} packets (${names.filter((name) => (counters[name] ?? 0) > 0).join(", ")})`;
}
