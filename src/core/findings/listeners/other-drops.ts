/**
 * Drops that no full queue explains.
 *
 * @module
 */

import { count } from "../../count.ts";
import type { Finding } from "../../finding.ts";
import type { LiveFacts } from "../../listener/facts.ts";
import { shellLine } from "../remedies/shell-line.ts";
import { pick, timeText } from "./finding-words.ts";
import { lastQuarterDrops } from "./full-syn-queue.ts";
import { makeFinding } from "./make-finding.ts";

/** Of a drop without a way back the kernel counts one packet without a route; other packets may lack one too. */
const NO_ROUTE_SHARE = 0.5;

/** What is left of ListenDrops after both queues, unless the rule of the last quarter explains it. */
export function dropsNotOverflow(facts: LiveFacts): Finding | null {
  const { window } = facts;
  if (window === null || window.dropsRise === 0) return null;
  const { own, shared } = window.refused.other;
  if (own + shared === 0 || lastQuarterDrops(facts) !== null) return null;
  const noRoutes = window.counters["OutNoRoutes"] ?? 0;
  const hasNoRoute = noRoutes >= (own + shared) * NO_ROUTE_SHARE;
  return makeFinding("drops-not-overflow", {
    title: `${count(own + shared, "packet")} dropped in ${timeText(window.durationMs)} for another reason than a full queue${own === 0 ? ", perhaps another listener's" : ""}${hasNoRoute ? ": no route leads back to the client" : ""}.`,
    evidence: `ListenDrops rose by ${window.counters["ListenDrops"] ?? 0}, of which ${window.counters["ListenOverflows"] ?? 0} by a full accept queue and ${window.counters["TCPReqQFullDrop"] ?? 0} by a full SYN queue${noRoutes === 0 ? "" : `; OutNoRoutes rose by ${noRoutes}`}`,
    counters: pick(window.counters, ["ListenDrops", "ListenOverflows", "TCPReqQFullDrop", "OutNoRoutes"]),
    remedy: [
      ...(hasNoRoute
        ? [shellLine("ip rule; ip route show table all", "none leads to the addresses from which they come")]
        : []),
      shellLine(
        "nstat -az IpOutNoRoutes Ip6OutNoRoutes",
        "rises where there is no route back to the clients",
      ),
      shellLine(
        "cat /proc/net/sockstat /proc/sys/net/ipv4/tcp_mem",
        "memory for sockets: TCP's mem beside what is permitted, in pages",
      ),
      shellLine("dmesg | tail -50", "security modules, TCP-MD5 and TCP-AO keys, memory"),
    ],
  });
}
