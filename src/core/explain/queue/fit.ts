/**
 * What a hypothesis about a listener's queues says of each moment.
 *
 * @module
 */

/** One moment. */
export interface Room {
  /** How many can have stood in the queue; Infinity where the capture does not tell. */
  readonly most: number;
  /** Whether no limit allows a refusal then. */
  readonly isContradicted: boolean;
  /** Whether it is certain that all of these had been let in; some may have been refused, as far as the capture tells. */
  readonly isCertain: boolean;
}

/** A hypothesis, held against a log. */
export interface Fit {
  /** One queue behind the port, or several (SO_REUSEPORT). */
  readonly queues: "one" | "several";
  /** Whether a full queue answers SYNs, so that an answered one proves nothing. */
  readonly answersWhileFull: boolean;
  /** A moment at which a packet came that was no admission, or itself an admission (`own` = 1). */
  at(moment: number, own?: 0 | 1): Room;
  /** The largest limit with which a SYN that was refused then can have met a full SYN queue; 0 for none. */
  synQueueLimitAt(moment: number): number;
  /** Whether a full SYN queue is the plainer reason of a refusal. */
  isSynQueuePlainer(moment: number): boolean;
  /** The largest number that can ever have stood there. */
  peak(): number;
}
