/**
 * From the sampler's samples to what metrics are made of. The sampler says by how much each listener's drops rose since the
 * last sample and why; here that becomes totals by cause, which add up to the kernel's own counter. No clock, no kernel.
 *
 * @module
 */
import type { DropRise, ListenerSample, NamespaceSample, Sample } from "../sampler/sample.ts";
import { labelText } from "./label-text.ts";
import {
  type DropLabel,
  type DropsByLabel,
  type ListenerLabels,
  type ListenerReading,
  type MetricsReading,
  type NamespaceReading,
  NO_DROPS,
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

/** The memory between samples: drops by cause of each socket that is still there. */
export class SampleReader {
  #drops = new Map<string, DropsByLabel>();

  /** Takes one sample in; none may be left out, or its drops have no cause. */
  read(sample: Sample): MetricsReading {
    const names = new Map(sample.namespaces.map((namespace) => [namespace.inode, namespaceName(namespace)]));
    const drops = new Map<string, DropsByLabel>();
    const listeners = sample.listeners.map((listener): ListenerReading => {
      const id = `${listener.namespace} ${listener.cookie}`;
      const own = addRise(this.#drops.get(id) ?? dropsBefore(listener), listener.rise);
      drops.set(id, own);
      return readingOf(listener, id, names.get(listener.namespace) ?? String(listener.namespace), own);
    });
    this.#drops = drops;
    return { listeners, namespaces: sample.namespaces.map(readNamespace) };
  }
}

function readingOf(
  listener: ListenerSample,
  id: string,
  netns: string,
  drops: DropsByLabel,
): ListenerReading {
  const { acceptQueue, peak, fullMs, synQueue } = listener;
  return {
    id,
    labels: labelsOf(listener, netns),
    ...acceptQueue,
    // The window's highest is of its last look; a queue that grew since then is no lower than it is.
    peak: Math.max(peak.length, acceptQueue.length),
    fullMs,
    synQueueLength: synQueue.length,
    drops,
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

/** What had been dropped when the sampler began: nobody can say why. */
function dropsBefore({ drops, dropsSinceStart }: ListenerSample): DropsByLabel {
  return { ...NO_DROPS, unknown: Math.max(0, (drops ?? 0) - dropsSinceStart) };
}

function addRise(drops: DropsByLabel, rise: DropRise | null): DropsByLabel {
  if (rise === null || rise.raw === 0) return drops;
  const label = labelOf(rise);
  return { ...drops, [label]: drops[label] + rise.raw };
}

/** A rise without any refusal counted is packets that a waiting request ate. */
function labelOf({ cause, candidates }: DropRise): DropLabel {
  if (cause !== null) return cause;
  return candidates.length === 0 ? "by-requests" : "shared";
}
