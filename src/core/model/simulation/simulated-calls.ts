/**
 * The system calls of a simulated program: made, recorded, and followed by a look at the queues, as in the lab.
 *
 * @module
 */
import type { HostName, Recorder } from "../../trace/index.ts";
import type { World } from "./world.ts";

/** What a call is about, besides its result. */
export interface CallDetails {
  readonly argument?: number;
  readonly remote?: string;
}

/** What the calls of a run share. */
export interface CallDependencies {
  readonly world: World;
  readonly recorder: Recorder;
  /** Loopback handles the packets of a call before the call returns. */
  readonly drain: () => void;
  readonly afterCall: (call: number) => void;
}

/** The calls of one program. */
export class Calls {
  readonly #dependencies: CallDependencies;
  readonly #host: HostName;
  readonly #actor: string;

  constructor(dependencies: CallDependencies, host: HostName, actor: string) {
    this.#dependencies = dependencies;
    this.#host = host;
    this.#actor = actor;
  }

  /** Makes a call; its result is a number or an errno's name. */
  make(
    call: string,
    invoke: () => number | string,
    details: (result: number | string) => CallDetails,
  ): number | string {
    const { world, recorder, drain, afterCall } = this.#dependencies;
    const at = world.moment();
    const result = invoke();
    drain();
    const endedAt = world.moment();
    const { argument = null, remote = null } = details(result);
    const description = { host: this.#host, actor: this.#actor, call, argument, result, remote };
    afterCall(recorder.addCall(at, endedAt, description));
    return result;
  }
}
