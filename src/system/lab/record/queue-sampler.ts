/**
 * Looks at the queues of the server host's listeners: at every call, after every packet that reaches the server, and in between.
 *
 * @module
 */
import type { DraftPacket, Recorder } from "../../../core/trace/index.ts";
import type { Agenda } from "../host/agenda.ts";
import type { QueueSource } from "./queue-source.ts";

/** A listener that is looked at. */
export interface SampledListener {
  readonly name: string;
  readonly port: number;
  readonly inode: number;
}

/** Why the sampler looks: after a packet, after a call, or because it is time. */
export interface Occasion {
  readonly afterPacket?: DraftPacket;
  readonly afterCall?: number;
  /** The listener that it concerns; without it, all of them. */
  readonly listener?: string;
}

/** What a sampler works with. */
export interface SamplerDependencies {
  readonly agenda: Agenda;
  readonly recorder: Recorder;
  readonly queues: QueueSource;
  /** The longest time between two looks, as far as the machine allows; null to look after packets and calls only. */
  readonly everyMs: number | null;
}

/** The sampler of one run. */
export class Sampler {
  readonly #dependencies: SamplerDependencies;
  readonly #listeners: SampledListener[] = [];

  constructor(dependencies: SamplerDependencies) {
    this.#dependencies = dependencies;
  }

  add(listener: SampledListener): void {
    this.#listeners.push(listener);
  }

  /** Starts looking at regular times, if any, until the agenda ends. */
  start(): void {
    const { agenda, everyMs } = this.#dependencies;
    if (everyMs === null) return;
    const tick = () => {
      this.sample({});
      agenda.at(agenda.now() + everyMs, tick);
    };
    tick();
  }

  sample({ afterPacket, afterCall, listener }: Occasion): void {
    if (this.#listeners.length === 0) return;
    const at = this.#dependencies.agenda.now();
    const { listening, requests } = this.#dependencies.queues();
    const endedAt = this.#dependencies.agenda.now();
    for (const { name, port, inode } of this.#listeners) {
      const row = listening.get(inode);
      if (row === undefined || (listener !== undefined && listener !== name)) continue;
      const synQueue = requests.get(port) ?? 0;
      const occasion = { afterPacket: afterPacket ?? null, afterCall: afterCall ?? null };
      this.#dependencies.recorder.addSample({ at, endedAt, listener: name, ...row, synQueue, ...occasion });
    }
  }
}
