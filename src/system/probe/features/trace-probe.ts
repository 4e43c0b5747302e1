/**
 * Whether the kernel's trace events can be read, and whether they say why a packet was refused: tried by opening them.
 *
 * @module
 */
import { refusalReason, VICTIM_EVENTS } from "../../../core/listener/victims/victim-events.ts";
import { PerfEvents } from "../../linux/trace/perf-events.ts";
import { Tracefs } from "../../linux/trace/tracefs.ts";
import { attempt, couldNotTell, no, type Probed, whyNot, yes } from "./probe-answer.ts";

/** Whether a resent SYN+ACK is told, with its client. */
export function probeTraceEvents(): Probed {
  return attempt(() => {
    const format = withTracefs((tracefs) => tracefs.event(VICTIM_EVENTS.synAckResent));
    if (format === null) throw new Error(`the kernel has no event ${VICTIM_EVENTS.synAckResent}`);
    new PerfEvents([{ id: format.id, filter: null }], { sample: () => {}, lost: () => {} }).close();
    return null;
  });
}

/** Whether a refused final ACK is told as such. */
export function probeRefusalReason(): Probed {
  try {
    const format = withTracefs((tracefs) => tracefs.event(VICTIM_EVENTS.refused));
    const reason = format === null ? null : refusalReason(format);
    return reason === null
      ? no("kfree_skb of this kernel has no reason TCP_LISTEN_OVERFLOW")
      : yes(`its number here is ${reason}`);
  } catch (error) {
    return couldNotTell(whyNot(error));
  }
}

function withTracefs<T>(use: (tracefs: Tracefs) => T): T {
  const tracefs = new Tracefs();
  try {
    return use(tracefs);
  } finally {
    tracefs.close();
  }
}
