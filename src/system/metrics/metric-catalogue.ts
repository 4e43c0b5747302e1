/**
 * Every metric of a listener or a namespace as data: its names for Prometheus and OpenTelemetry, type, unit, labels, the words
 * that explain it, and where its values come from. Both exporters are made from this list. Pure.
 *
 * @module
 */

import type { StuckKind } from "../../core/listener/clients/judge-client.ts";
import type { Coverage } from "../../core/listener/sample/sample.ts";
import {
  DROP_LABELS,
  type DropLabel,
  LISTENER_LABELS,
  type ListenerLabels,
  type NamespaceReading,
} from "./reading.ts";
import type { Series } from "./series.ts";
import type { SeriesPage } from "./series-book.ts";

/** All that metrics are shown from. */
export interface MetricsPage extends SeriesPage {
  readonly namespaces: readonly NamespaceReading[];
  /** How often was looked, and so what can have been missed. */
  readonly coverage: Coverage;
  readonly hidden: Hidden;
  /** Null where nobody asked for the kernel's own word. */
  readonly witness: Witness | null;
  /** Stuck connections of this machine by destination port; null where nobody asked for them. */
  readonly stuckClients: readonly StuckCount[] | null;
}

/** How many are stuck, with the namespace's name and the port; `folded` for those beyond the bound. */
export interface StuckCount {
  readonly netns: string;
  readonly port: string;
  readonly kind: StuckKind;
  readonly connections: number;
}

/** The kernel's trace events as a second witness. */
export interface Witness {
  /** False where they may not be read, do not name refusals, or came too fast. */
  readonly isHeard: boolean;
  /** Packets refused at listeners that no event has named. */
  readonly unnamed: number;
}

/** How many are known of that this user may not look into. */
export interface Hidden {
  /** Network namespaces that were found and could not be entered. */
  readonly namespaces: number;
  /** Processes whose namespace cannot be read: there may be namespaces in which only such are. */
  readonly byNamespace: number;
  /** Processes whose descriptors cannot be read: a listener without a process may be theirs. */
  readonly byDescriptors: number;
}

/** One value with its labels. */
export interface MetricPoint {
  /** Of a listener: the same object from page to page for as long as they do not change. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One metric. */
export interface Metric {
  /** Prometheus' name: the unit and `_total` at the end. */
  readonly name: string;
  /** OpenTelemetry's name; the unit stands beside it. */
  readonly otelName: string;
  readonly type: "gauge" | "counter";
  /** As UCUM has it, with curly brackets for what is counted. */
  readonly unit: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** Its values now. */
  points(page: MetricsPage): MetricPoint[];
}

/** In the order in which they are shown. */
export const METRICS: readonly Metric[] = [
  ofListener({
    name: "listenq_accept_queue_length",
    otelName: "listenq.accept_queue.length",
    unit: "{connection}",
    help: "Connections that wait for accept() now.",
    value: ({ length }) => length,
  }),
  ofListener({
    name: "listenq_accept_queue_limit",
    otelName: "listenq.accept_queue.limit",
    unit: "{connection}",
    help: "What the kernel keeps of the backlog: min(backlog, net.core.somaxconn) at the time of listen().",
    value: ({ limit }) => limit,
  }),
  ofListener({
    name: "listenq_accept_queue_capacity",
    otelName: "listenq.accept_queue.capacity",
    unit: "{connection}",
    help: "Connections that fit into the accept queue: the limit and one more. At this length the kernel drops.",
    value: ({ capacity }) => capacity,
  }),
  ofListener({
    name: "listenq_accept_queue_peak",
    otelName: "listenq.accept_queue.peak",
    unit: "{connection}",
    help: "The longest that the accept queue was over the last 60 s: seen, or known from the drop counters.",
    value: ({ peak }) => peak,
  }),
  ofListener({
    name: "listenq_accept_queue_peak_at_most",
    otelName: "listenq.accept_queue.peak_at_most",
    unit: "{connection}",
    help: "The most that the accept queue can have been over the last 60 s, between looks too: its length at a look and all that the kernel's trace events told of since. Missing where they are not heard, or not all.",
    value: ({ peakAtMost }) => peakAtMost,
  }),
  ofListener({
    name: "listenq_accept_queue_full_seconds_total",
    otelName: "listenq.accept_queue.full",
    type: "counter",
    unit: "s",
    help: "Time for which the accept queue stood at its capacity, exact to the distance of two looks.",
    value: ({ fullSeconds }) => fullSeconds,
  }),
  ofListener({
    name: "listenq_accept_queue_taken_total",
    otelName: "listenq.accept_queue.taken",
    type: "counter",
    unit: "{connection}",
    help: "Connections that were seen to leave the accept queue, which nothing but accept() does. At least so many were accepted: one that was taken and replaced between two looks is not seen.",
    value: ({ taken }) => taken,
  }),
  ofListener({
    name: "listenq_final_acks_refused_total",
    otelName: "listenq.final_acks.refused",
    type: "counter",
    unit: "{packet}",
    help: "Final ACKs (and data sent after them) that the kernel refused at the full accept queue, by its own word: the reason TCP_LISTEN_OVERFLOW. Missing where it does not tell.",
    value: ({ kernelRefused }) => kernelRefused,
  }),
  ofListener({
    name: "listenq_syn_queue_length",
    otelName: "listenq.syn_queue.length",
    unit: "{request}",
    help: "Half-open handshakes (SYN_RECV) of this listener; missing where the kernel does not tell whose they are.",
    value: ({ synQueueLength }) => synQueueLength,
  }),
  {
    name: "listenq_listener_drops_total",
    otelName: "listenq.listener.drops",
    type: "counter",
    unit: "{packet}",
    help: "Drops of the listener, the kernel's own counter; the cause is given where exactly one explains a rise.",
    labels: [...LISTENER_LABELS, "cause"],
    points: ({ series }) =>
      series
        .filter(countsDrops)
        .flatMap(({ labels, drops }) =>
          causesOf(labels).map((ofCause) => ({ labels: ofCause, value: drops[ofCause.cause] })),
        ),
  },
  ofListener({
    name: "listenq_listener_sockets",
    otelName: "listenq.listener.sockets",
    unit: "{socket}",
    help: "Listening sockets behind these labels; more than 1 for a SO_REUSEPORT group, whose fullest member is shown.",
    value: ({ sockets }) => sockets,
  }),
  {
    name: "listenq_tcpext_total",
    otelName: "listenq.tcpext",
    type: "counter",
    unit: "{event}",
    help: "The kernel's TcpExt counters of a network namespace that say something about listeners, by the kernel's name.",
    labels: ["netns", "name"],
    points: ({ namespaces }) => namespaces.flatMap(countersOf),
  },
  {
    name: "listenq_final_acks_refused_unnamed_total",
    otelName: "listenq.final_acks.refused_unnamed",
    type: "counter",
    unit: "{packet}",
    help: "The same at listeners that no event has named yet: a refusal names a socket, and the SYN+ACK that is sent again a second later its listener.",
    labels: [],
    points: ({ witness }) => (witness?.isHeard === true ? [{ labels: {}, value: witness.unnamed }] : []),
  },
  {
    name: "listenq_kernel_word_heard",
    otelName: "listenq.kernel_word.heard",
    type: "gauge",
    unit: "1",
    help: "1 while the kernel's trace events tell of every refused final ACK; 0 where they may not be read (root), name no reason (before Linux 6.15), or came too fast and were switched off.",
    labels: [],
    points: ({ witness }) => (witness === null ? [] : [{ labels: {}, value: witness.isHeard ? 1 : 0 }]),
  },
  {
    name: "listenq_stuck_clients",
    otelName: "listenq.stuck_clients",
    type: "gauge",
    unit: "{connection}",
    help: "This machine's own connections that are stuck at somebody's listener, by destination port: connecting (the SYN was sent again), silent (established here and not there), late (only by a resent SYN).",
    labels: ["netns", "port", "kind"],
    points: ({ stuckClients }) =>
      (stuckClients ?? []).map(({ connections, ...labels }) => ({ labels, value: connections })),
  },
  {
    name: "listenq_folded_listeners",
    otelName: "listenq.folded_listeners",
    type: "gauge",
    unit: "{listener}",
    help: "Listeners without a series of their own, beyond the bound: the series whose labels are all folded stands for them.",
    labels: [],
    points: ({ folded }) => [{ labels: {}, value: folded }],
  },
  {
    name: "listenq_look_interval_seconds",
    otelName: "listenq.look_interval",
    type: "gauge",
    unit: "s",
    help: "Distance of two looks: at all accept queues, at those that ever fill (watched), at SYN queues. A burst shorter than that can be missed, unless it overflows: drops are always counted.",
    labels: ["look"],
    points: ({ coverage: { all, watched, synQueue } }) => [
      { labels: { look: "all" }, value: all.everyMs / 1_000 },
      { labels: { look: "watched" }, value: watched.everyMs / 1_000 },
      { labels: { look: "syn_queue" }, value: synQueue.everyMs / 1_000 },
    ],
  },
  {
    name: "listenq_look_overruns_total",
    otelName: "listenq.look_overruns",
    type: "counter",
    unit: "{answer}",
    help: "Answers that the kernel could not deliver to the sampler (ENOBUFS); the look was taken again.",
    labels: [],
    points: ({ coverage }) => [{ labels: {}, value: coverage.overruns }],
  },
  {
    name: "listenq_hidden_namespaces",
    otelName: "listenq.hidden_namespaces",
    type: "gauge",
    unit: "{namespace}",
    help: "Network namespaces that were found and could not be entered: their listeners are missing here.",
    labels: [],
    points: ({ hidden }) => [{ labels: {}, value: hidden.namespaces }],
  },
  {
    name: "listenq_hidden_processes",
    otelName: "listenq.hidden_processes",
    type: "gauge",
    unit: "{process}",
    help: "Processes of which this user cannot read the namespace (listeners may be missing here), or the descriptors (listeners may be without a process).",
    labels: ["what"],
    points: ({ hidden }) => [
      { labels: { what: "namespace" }, value: hidden.byNamespace },
      { labels: { what: "descriptors" }, value: hidden.byDescriptors },
    ],
  },
];

type ListenerMetric = Pick<Metric, "name" | "otelName" | "unit" | "help"> & {
  readonly type?: Metric["type"];
  value(series: Series): number | null;
};

function ofListener({ value, type = "gauge", ...words }: ListenerMetric): Metric {
  return {
    ...words,
    type,
    labels: LISTENER_LABELS,
    points: ({ series }) =>
      series.flatMap((one) => {
        const known = value(one);
        return known === null ? [] : [{ labels: one.labels, value: known }];
      }),
  };
}

type CauseLabels = ListenerLabels & { readonly cause: DropLabel };

const causes = new WeakMap<ListenerLabels, readonly CauseLabels[]>();

/** The labels of a listener with each cause, made once: nearly half of all series have them. */
function causesOf(labels: ListenerLabels): readonly CauseLabels[] {
  const known = causes.get(labels);
  if (known !== undefined) return known;
  const made = DROP_LABELS.map((cause) => ({ ...labels, cause }));
  causes.set(labels, made);
  return made;
}

/** The kernel drops nothing at a unix listener: who finds it full waits, or is told EAGAIN. */
function countsDrops({ labels }: Series): boolean {
  return labels.protocol !== "unix";
}

function countersOf({ netns, tcpext }: NamespaceReading): MetricPoint[] {
  return Object.entries(tcpext).flatMap(([name, value]) =>
    value === null ? [] : [{ labels: { netns, name }, value }],
  );
}
