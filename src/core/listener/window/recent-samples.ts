/**
 * The last few samples, for whoever looks at some of their listeners only: a window over thousands of idle ones would be made anew
 * with each sample. Pure; each addition gives a new value.
 *
 * @module
 */
import type { LiveFacts } from "../facts.ts";
import type { ListenerSample, Sample } from "../sample/sample.ts";
import { SampleWindow, sampleKey } from "./sample-window.ts";

/** What finds a sample's listeners, made once. */
interface SampleIndex {
  readonly byKey: ReadonlyMap<string, ListenerSample>;
  /** Those whose drops rose: each is another that drops too. */
  readonly dropping: readonly ListenerSample[];
  /** Members of SO_REUSEPORT groups, by namespace and group. */
  readonly groups: ReadonlyMap<string, readonly ListenerSample[]>;
}

/** The last samples, oldest first. */
export class RecentSamples {
  readonly #samples: readonly Sample[];
  readonly #most: number;
  readonly #indices: ReadonlyMap<Sample, SampleIndex>;

  /** At most so many are kept. */
  constructor(
    most: number,
    samples: readonly Sample[] = [],
    indices: ReadonlyMap<Sample, SampleIndex> = new Map(),
  ) {
    this.#most = most;
    this.#samples = samples;
    this.#indices = indices;
  }

  /** With one more, and without those that are too old. */
  with(sample: Sample): RecentSamples {
    const samples = [...this.#samples, sample].slice(-this.#most);
    const indices = samples.map((one): [Sample, SampleIndex] => [
      one,
      this.#indices.get(one) ?? indexOf(one),
    ]);
    return new RecentSamples(this.#most, samples, new Map(indices));
  }

  /** What they say of these listeners, by `sampleKey`; nothing of one that none of them has. */
  factsOf(keys: readonly string[]): Map<string, LiveFacts> {
    const window = new SampleWindow();
    for (const sample of this.#samples) window.add({ ...sample, listeners: this.#concerned(sample, keys) });
    const wanted = new Set(keys);
    return new Map([...window.facts()].filter(([key]) => wanted.has(key)));
  }

  /** The listeners themselves, the members of their groups, and all that dropped: no other changes what is said of them. */
  #concerned(sample: Sample, keys: readonly string[]): ListenerSample[] {
    const index = this.#indices.get(sample) ?? indexOf(sample);
    const concerned = new Set(index.dropping);
    for (const key of keys) {
      const listener = index.byKey.get(key);
      if (listener === undefined) continue;
      concerned.add(listener);
      for (const member of index.groups.get(groupKey(listener)) ?? []) concerned.add(member);
    }
    return [...concerned];
  }
}

function indexOf({ listeners }: Sample): SampleIndex {
  const groups = new Map<string, ListenerSample[]>();
  for (const listener of listeners) {
    if (listener.group === null) continue;
    const members = groups.get(groupKey(listener));
    if (members === undefined) groups.set(groupKey(listener), [listener]);
    else members.push(listener);
  }
  return {
    byKey: new Map(listeners.map((listener) => [sampleKey(listener), listener])),
    dropping: listeners.filter(({ rise }) => rise !== null),
    groups,
  };
}

function groupKey({ namespace, group }: ListenerSample): string {
  return `${namespace} ${group}`;
}
