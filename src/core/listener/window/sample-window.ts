/**
 * From consecutive samples to what happened between them: the window of each listener, and with it everything that findings
 * are made from. Pure; `top` keeps the last few samples in one, `replay` a whole recording. Who waits and how the owner fares
 * is not in samples: whoever can ask adds it.
 *
 * @module
 */

import { groupBy } from "../../group-by.ts";
import { formatEndpoint } from "../../wire/address.ts";
import type { ListenerFacts, ListenerWindow, LiveFacts } from "../facts.ts";
import { limitOrigin } from "../limit-origin.ts";
import type { ListenerSample, NamespaceSample, Sample } from "../sample/sample.ts";
import { findSoftware } from "../software/find-software.ts";
import { ListenerTrack } from "./listener-track.ts";
import { NamespaceTrack } from "./namespace-track.ts";

/** The key of a listener: cookies are unique in a namespace. */
export function sampleKey({ namespace, cookie }: Pick<ListenerSample, "namespace" | "cookie">): string {
  return `${namespace} ${cookie}`;
}

/** A namespace and its listeners. */
export interface WindowNamespace {
  readonly namespace: NamespaceSample;
  readonly listeners: readonly ListenerFacts[];
}

/** Collects samples, oldest first. The first one is where the window begins. */
export class SampleWindow {
  readonly #listeners = new Map<string, ListenerTrack>();
  readonly #namespaces = new Map<number, NamespaceTrack>();
  #last: Sample | null = null;

  /** Takes a sample in. */
  add(sample: Sample): void {
    const isNewRun = this.#last !== null && isFirstOfRun(sample, this.#last);
    for (const namespace of sample.namespaces) this.#addNamespace(namespace, isNewRun);
    for (const listener of sample.listeners) this.#addListener(listener, sample, isNewRun);
    this.#last = sample;
  }

  /** All that is known of each listener that was seen, those that are gone too, by `sampleKey`. */
  facts(): Map<string, LiveFacts> {
    const listeners = this.#listenerFacts();
    const groups = groupBy(listeners.values(), ({ namespace, group }) => `${namespace} ${group}`);
    const dropping = groupBy(
      [...this.#listeners].filter(([, { dropsRise }]) => dropsRise > 0),
      ([, { last }]) => last.namespace,
    );
    const hiddenProcesses = this.#last?.hiddenProcesses ?? 0;
    const facts = new Map<string, LiveFacts>();
    for (const [key, listener] of listeners) {
      const namespace = this.#namespaces.get(listener.namespace);
      if (namespace === undefined) continue;
      const members =
        listener.group === null ? [listener] : (groups.get(`${listener.namespace} ${listener.group}`) ?? []);
      const others = (dropping.get(listener.namespace) ?? []).filter(([other]) => other !== key);
      const window = this.#windowOf(key, namespace, others.map(nameOf));
      const rest = { waiting: null, owner: null, formerSomaxconn: namespace.formerSomaxconn };
      facts.set(key, { listener, namespace: namespace.last, members, hiddenProcesses, window, ...rest });
    }
    return facts;
  }

  /** By how much the counters of a namespace rose; nothing for one that was not seen. */
  countersOf(namespace: number): Readonly<Record<string, number>> {
    return this.#namespaces.get(namespace)?.counters ?? {};
  }

  /** Each listener as the last sample that had it, by `sampleKey`. */
  lastSamples(): Map<string, ListenerSample> {
    return new Map([...this.#listeners].map(([key, { last }]) => [key, last]));
  }

  /** The namespaces that were seen, as they were last, with the facts of their listeners. */
  namespaces(): WindowNamespace[] {
    const listeners = groupBy(this.#listenerFacts().values(), ({ namespace }) => namespace);
    return [...this.#namespaces.values()].map(({ last }) => ({
      namespace: last,
      listeners: listeners.get(last.inode) ?? [],
    }));
  }

  #listenerFacts(): Map<string, ListenerFacts> {
    const facts = new Map<string, ListenerFacts>();
    for (const [key, { last }] of this.#listeners) {
      const somaxconn = this.#namespaces.get(last.namespace)?.last.sysctls.somaxconn ?? null;
      const origin = limitOrigin(last.acceptQueue.limit, somaxconn, findSoftware(last.process?.name));
      facts.set(key, { ...last, ...origin });
    }
    return facts;
  }

  #windowOf(key: string, namespace: NamespaceTrack, othersDropping: string[]): ListenerWindow | null {
    const window = this.#listeners.get(key)?.window() ?? null;
    return window === null ? null : { ...window, counters: namespace.counters, othersDropping };
  }

  #addNamespace(sample: NamespaceSample, isNewRun: boolean): void {
    const known = this.#namespaces.get(sample.inode);
    if (known === undefined) this.#namespaces.set(sample.inode, new NamespaceTrack(sample));
    else known.add(sample, isNewRun);
  }

  #addListener(listener: ListenerSample, sample: Sample, isNewRun: boolean): void {
    const key = sampleKey(listener);
    const known = this.#listeners.get(key);
    const causes = this.#namespaces.get(listener.namespace)?.causes;
    if (known === undefined || causes === undefined) this.#listeners.set(key, new ListenerTrack(listener));
    else known.add(listener, { sample, causes, isNewRun });
  }
}

/** A recorder that was started anew counts from nothing, and its first interval begins with itself. */
function isFirstOfRun({ at, intervalMs }: Sample, last: Sample): boolean {
  return at <= last.at || intervalMs >= at;
}

function nameOf([, { last }]: [string, ListenerTrack]): string {
  return formatEndpoint(last.address ?? "", last.port ?? 0);
}
