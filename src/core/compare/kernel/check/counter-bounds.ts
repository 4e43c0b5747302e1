/**
 * The counters of the server host at the end of a run, as the model has them and as the kernel has them.
 *
 * @module
 */
import type { CounterName } from "../../../model/index.ts";
import { counterRise, type Trace } from "../../../trace/index.ts";
import type { Contradiction } from "./contradiction.ts";
import type { Fork } from "./fork.ts";
import { acceptTimes } from "./timeline.ts";

/** What only the listener, its requests and the SYNs touch. */
const OF_THE_LISTENER: readonly CounterName[] = [
  "ListenOverflows",
  "ListenDrops",
  "TCPReqQFullDrop",
  "TCPReqQFullDoCookies",
  "SyncookiesSent",
  "SyncookiesRecv",
  "SyncookiesFailed",
  "EmbryonicRsts",
  "TCPDeferAcceptDrop",
  "TCPACKSkippedSynRecv",
  "TCPSynRetrans",
  "TCPFastOpenPassive",
  "TCPFastOpenListenOverflow",
  "PassiveOpens",
  "AttemptFails",
];
/** What accepted connections touch too, so that they are compared only where nothing was accepted. */
const ALSO_OF_CONNECTIONS: readonly CounterName[] = ["TCPTimeouts", "RetransSegs", "OutRsts"];

/** Which counters of this run can be held against the model. */
export function comparedCounters(trace: Trace): readonly CounterName[] {
  return acceptTimes(trace).size > 0 ? OF_THE_LISTENER : [...OF_THE_LISTENER, ...ALSO_OF_CONNECTIONS];
}

/** What also rises when a Fast Open connection sends its SYN+ACK again. */
const OF_RESENDS: readonly CounterName[] = ["TCPSynRetrans", "RetransSegs"];

/** The counters in which model and kernel differ, or null. */
export function compareCounters({ host, connectionResends }: Fork, trace: Trace): Contradiction | null {
  const expected = (name: CounterName) =>
    host.counters[name] + (OF_RESENDS.includes(name) ? connectionResends : 0);
  const differing = comparedCounters(trace).filter((name) => {
    const rise = counterRise(trace, name);
    // Their timers count there too.
    if (name === "TCPTimeouts" && connectionResends > 0) return false;
    return rise !== null && rise !== expected(name);
  });
  if (differing.length === 0) return null;
  const words = (riseOf: (name: CounterName) => number | null) =>
    differing.map((name) => `${name} ${riseOf(name)}`).join(", ");
  return { expected: words(expected), observed: words((name) => counterRise(trace, name)) };
}
