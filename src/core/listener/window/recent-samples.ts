/**
 * The last few samples, for whoever looks at some of their listeners only: a window over thousands of idle ones would be made anew
 * with each sample. Pure; each addition gives a new value.
 *
 * @module
 */
import type { LiveFacts } from "../facts.ts";
import type { ListenerSample, Sample } from "../sample/sample.ts";
import { SampleWindow, sampleKey } from "./sample-window.ts";
import { shareUnchanged } from "./share-unchanged.ts";

/** The last samples, oldest first. */
export class RecentSamples {
  readonly #samples: readonly Sample[];
  readonly #most: number;

  /** At most so many are kept. */
  constructor(most: number, samples: readonly Sample[] = []) {
    this.#most = most;
    this.#samples = samples;
  }

  /** With one more, and without those that are too old. The newest stays as it was given. */
  with(sample: Sample): RecentSamples {
    const [before, last] = this.#samples.slice(-2);
    const kept =
      before === undefined || last === undefined
        ? this.#samples
        : [...this.#samples.slice(0, -1), shareUnchanged(last, before)];
    return new RecentSamples(this.#most, [...kept, sample].slice(-this.#most));
  }

  /** What they say of these listeners, by `sampleKey`; nothing of one that none of them has. */
  factsOf(keys: readonly string[]): Map<string, LiveFacts> {
    const asked = new Set(keys);
    const isConcerned = listenersAmong(new Set([...keys, ...this.#dropping()]));
    const window = new SampleWindow();
    for (const sample of this.#samples)
      window.add({ ...sample, listeners: withGroups(sample.listeners, isConcerned) });
    return new Map([...window.facts()].filter(([key]) => asked.has(key)));
  }

  /** Whoever dropped in one of them is another that drops, and that is told by its rise from the sample before. */
  #dropping(): string[] {
    return this.#samples.flatMap(({ listeners }) =>
      listeners.filter(({ rise }) => rise !== null).map(sampleKey),
    );
  }
}

type IsOneOf = (listener: ListenerSample) => boolean;

/** Whether a listener has one of these keys. No key is written for the thousands that nobody asks about. */
function listenersAmong(keys: ReadonlySet<string>): IsOneOf {
  const cookies = new Set([...keys].map((key) => key.slice(key.indexOf(" ") + 1)));
  return (listener) => cookies.has(listener.cookie) && keys.has(sampleKey(listener));
}

/** Those that are concerned, and the members of their groups: no other changes what is said of them. */
function withGroups(listeners: readonly ListenerSample[], isConcerned: IsOneOf): ListenerSample[] {
  const groups = new Set<string>();
  for (const listener of listeners)
    if (listener.group !== null && isConcerned(listener)) groups.add(groupKey(listener));
  const isMember = (listener: ListenerSample) =>
    groups.size > 0 && listener.group !== null && groups.has(groupKey(listener));
  return listeners.filter((listener) => isConcerned(listener) || isMember(listener));
}

function groupKey({ namespace, group }: ListenerSample): string {
  return `${namespace} ${group}`;
}
