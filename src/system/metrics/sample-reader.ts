/**
 * From the sampler's samples to what metrics are made of: names as labels, drops by cause that add up to the kernel's own
 * counter. No clock, no kernel.
 *
 * @module
 */
import type { ListenerSample, NamespaceSample, Sample } from "../../core/listener/sample/sample.ts";
import { sampleKey } from "../../core/listener/window/sample-window.ts";
import { labelText } from "./label-text.ts";
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

/** Remembers labels between samples: making text harmless is what costs most here. */
export class SampleReader {
  #known = new Map<string, KnownLabels>();

  /** What metrics are made from at the sample's moment. */
  read(sample: Sample): MetricsReading {
    const names = new Map(sample.namespaces.map((namespace) => [namespace.inode, namespaceName(namespace)]));
    const known = new Map<string, KnownLabels>();
    const listeners = sample.listeners.map((listener): ListenerReading => {
      const id = sampleKey(listener);
      const netns = names.get(listener.namespace) ?? String(listener.namespace);
      const labels = renewLabels(this.#known.get(id), listener, netns);
      known.set(id, labels);
      return readingOf(listener, id, labels.labels);
    });
    this.#known = known;
    return { listeners, namespaces: sample.namespaces.map(readNamespace) };
  }
}

function renewLabels(known: KnownLabels | undefined, listener: ListenerSample, netns: string): KnownLabels {
  const { process, container } = listener;
  const isSame = known?.netns === netns && known.process === process && known.container === container;
  return known !== undefined && isSame
    ? known
    : { labels: labelsOf(listener, netns), process, container, netns };
}

function readingOf(listener: ListenerSample, id: string, labels: ListenerLabels): ListenerReading {
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
