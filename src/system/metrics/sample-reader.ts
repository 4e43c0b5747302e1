/**
 * From the sampler's samples to what metrics are made of: names as labels, drops by cause that add up to the kernel's own
 * counter. No clock, no kernel.
 *
 * @module
 */
import type { ListenerSample, NamespaceSample, Sample } from "../../core/listener/sample/sample.ts";
import { type KernelRefusals, refusalKey } from "../../core/listener/victims/kernel-refusals.ts";
import { sampleKey } from "../../core/listener/window/sample-window.ts";
import { labelText } from "./label-text.ts";
import { PeakBounds } from "./peak-bounds.ts";
import type {
  DropsByLabel,
  ListenerLabels,
  ListenerReading,
  MetricsReading,
  NamespaceReading,
} from "./reading.ts";

/** The counters of /proc/net/snmp that the sampler reads beside those of TcpExt. */
const NOT_TCPEXT: readonly string[] = [
  "ActiveOpens",
  "PassiveOpens",
  "AttemptFails",
  "EstabResets",
  "RetransSegs",
  "OutRsts",
];

/** The labels of a socket that is still there, and what they were made from. */
interface KnownLabels {
  readonly labels: ListenerLabels;
  readonly process: ListenerSample["process"];
  readonly container: ListenerSample["container"];
  readonly netns: string;
}

/** A listener with the kernel's word on it. */
interface Refused {
  readonly key: string;
  /** What had been refused under its key before it was there. */
  readonly before: number;
}

/** Remembers labels between samples: making text harmless is what costs most here. */
export class SampleReader {
  #known = new Map<string, KnownLabels>();
  readonly #bounds = new PeakBounds();
  #refused = new Map<string, Refused>();
  #refusedAt: ReadonlyMap<string, number> = new Map();

  /** What metrics are made from at the sample's moment, with the kernel's own word where it is heard. */
  read(sample: Sample, refusals: KernelRefusals | null = null): MetricsReading {
    const names = new Map(sample.namespaces.map((namespace) => [namespace.inode, namespaceName(namespace)]));
    const known = new Map<string, KnownLabels>();
    const boundOf = this.#bounds.add(sample);
    const refusedOf = this.#renewRefused(sample, refusals);
    const listeners = sample.listeners.map((listener): ListenerReading => {
      const id = sampleKey(listener);
      const netns = names.get(listener.namespace) ?? String(listener.namespace);
      const labels = renewLabels(this.#known.get(id), listener, netns);
      known.set(id, labels);
      return {
        ...readingOf(listener, id, labels.labels),
        peakAtMost: boundOf(id),
        kernelRefused: refusedOf(id),
      };
    });
    this.#known = known;
    return { listeners, namespaces: sample.namespaces.map(readNamespace) };
  }

  /**
   * What was refused at each listener since it is there. The kernel's word knows address and port only: whoever listens there after a
   * restart does not begin with what was refused before, and of a SO_REUSEPORT group the sum stands at one member.
   */
  #renewRefused({ listeners }: Sample, refusals: KernelRefusals | null): (id: string) => number | null {
    if (refusals === null) return () => null;
    const renewed = new Map<string, Refused>();
    const taken = new Set<string>();
    for (const listener of listeners) {
      const { namespace, address, port } = listener;
      if (address === null || port === null) continue;
      const key = refusalKey(namespace, address, port);
      const id = sampleKey(listener);
      const known = this.#refused.get(id) ?? { key, before: this.#refusedAt.get(key) ?? 0 };
      if (!taken.has(key)) renewed.set(id, known);
      taken.add(key);
    }
    const inet = new Set(listeners.filter(({ port }) => port !== null).map(sampleKey));
    this.#refused = renewed;
    this.#refusedAt = new Map(refusals.byListener);
    return (id) => {
      const one = renewed.get(id);
      if (one === undefined) return inet.has(id) ? 0 : null;
      return Math.max(0, (refusals.byListener.get(one.key) ?? 0) - one.before);
    };
  }
}

function renewLabels(known: KnownLabels | undefined, listener: ListenerSample, netns: string): KnownLabels {
  const { process, container } = listener;
  const isSame = known?.netns === netns && known.process === process && known.container === container;
  return known !== undefined && isSame
    ? known
    : { labels: labelsOf(listener, netns), process, container, netns };
}

function readingOf(
  listener: ListenerSample,
  id: string,
  labels: ListenerLabels,
): Omit<ListenerReading, "peakAtMost" | "kernelRefused"> {
  const { acceptQueue, peak, fullMs, takenSeen, synQueue } = listener;
  return {
    id,
    labels,
    ...acceptQueue,
    // The window's highest is of its last look; a queue that grew since then is no lower than it is.
    peak: Math.max(peak.length, acceptQueue.length),
    fullMs,
    takenSeen,
    synQueueLength: synQueue.length,
    drops: dropsOf(listener),
  };
}

function labelsOf(listener: ListenerSample, netns: string): ListenerLabels {
  const { container, process } = listener;
  return {
    netns,
    protocol: listener.protocol,
    // A unix listener has a path where others have an address.
    address: labelText(listener.address ?? listener.path ?? ""),
    port: listener.port === null ? "" : String(listener.port),
    process: labelText(process?.name ?? ""),
    container: labelText(container?.name ?? container?.id ?? container?.pod ?? ""),
  };
}

function namespaceName({ inode, name }: NamespaceSample): string {
  return name === null ? String(inode) : labelText(name);
}

function readNamespace(namespace: NamespaceSample): NamespaceReading {
  const tcpext = Object.entries(namespace.counters).filter(([name]) => !NOT_TCPEXT.includes(name));
  return { netns: namespaceName(namespace), tcpext: Object.fromEntries(tcpext) };
}

/** They add up to the kernel's own counter: what had been dropped when the sampler began, nobody can say why. */
function dropsOf({ drops, dropsSinceStart, dropsBy }: ListenerSample): DropsByLabel {
  return { ...dropsBy, unknown: Math.max(0, (drops ?? 0) - dropsSinceStart) };
}
