/**
 * System calls that are recorded: each is made, timed, written down, and followed by a look at the queues.
 *
 * @module
 */

import type { HostName, Recorder } from "../../../core/trace/index.ts";
import { errnoName } from "../../linux/ffi/check.ts";
import type { Agenda } from "./agenda.ts";

/** What a call is about, besides its result. */
export interface CallDetails {
  readonly argument?: number;
  readonly remote?: string;
}

/** Makes and records the calls of one program of the scenario. */
export class CallRecord {
  readonly #agenda: Agenda;
  readonly #recorder: Recorder;
  readonly #host: HostName;
  readonly #actor: string;
  readonly #afterCall: (call: number) => void;

  constructor(
    dependencies: { agenda: Agenda; recorder: Recorder; afterCall: (call: number) => void },
    host: HostName,
    actor: string,
  ) {
    this.#agenda = dependencies.agenda;
    this.#recorder = dependencies.recorder;
    this.#afterCall = dependencies.afterCall;
    this.#host = host;
    this.#actor = actor;
  }

  /**
   * Makes a call.
   *
   * @param invoke returns the call's result, or the negative errno
   * @param describe what the result tells beyond its number, such as who was accepted
   */
  make<T>(
    call: string,
    invoke: () => T,
    toResult: (value: T) => number,
    details: (value: T) => CallDetails,
  ): T {
    const at = this.#agenda.now();
    const value = invoke();
    const endedAt = this.#agenda.now();
    const { argument = null, remote = null } = details(value);
    const result = readableResult(toResult(value));
    const description = { host: this.#host, actor: this.#actor, call, argument, result, remote };
    this.#afterCall(this.#recorder.addCall(at, endedAt, description));
    return value;
  }

  /** Makes a call whose result is a plain number or a negative errno. */
  plain(call: string, details: CallDetails, invoke: () => number): number {
    return this.make(
      call,
      invoke,
      (value) => value,
      () => details,
    );
  }
}

function readableResult(result: number): number | string {
  // `+ 0` turns -0, the negative of "no error", into 0.
  return result < 0 ? errnoName(-result) : result + 0;
}
