/**
 * What the stream of this machine's listeners has said over the last minutes.
 *
 * @module
 */
import type { Finding } from "../../../../core/finding.ts";
import type {
  LiveListener,
  LiveMessage,
  LiveVictim,
} from "../../../../core/report/document/live-document.ts";

/** How far a chart goes back. */
export const LONGEST_MS = 300_000;
/** Two messages a second. */
const MOST_POINTS = 600;
const MOST_EVENTS = 50;
const MOST_VICTIMS = 200;

/** One listener over time. */
export interface LiveHistory {
  /** Milliseconds since the sampler began. */
  readonly at: readonly number[];
  /** The longest that the accept queue was since the message before. */
  readonly accept: readonly number[];
  readonly syn: readonly number[];
}

/** A finding when it came. */
export interface LiveEvent {
  readonly at: string;
  readonly listener: string;
  readonly finding: Finding;
}

/** Everything that is known. */
export interface LiveState {
  readonly last: LiveMessage | null;
  readonly history: ReadonlyMap<string, LiveHistory>;
  /** The newest first. */
  readonly events: readonly LiveEvent[];
  /** The newest first. */
  readonly victims: readonly LiveVictim[];
}

/** Nothing yet. */
export const NO_LIVE: LiveState = { last: null, history: new Map(), events: [], victims: [] };

/** With one message more. */
export function withMessage(state: LiveState, message: LiveMessage): LiveState {
  const history = new Map(
    message.listeners.map((listener) => [
      listener.key,
      extended(state.history.get(listener.key), listener, message.at),
    ]),
  );
  const before = new Map(state.last?.listeners.map(({ key, findings }) => [key, findings]));
  const fresh = message.listeners.flatMap(({ key, name, findings }) =>
    findings
      .filter(({ code }) => before.get(key)?.some((one) => one.code === code) !== true)
      .map((finding): LiveEvent => ({ at: message.takenAt, listener: name, finding })),
  );
  return {
    last: message,
    history,
    events: [...fresh, ...state.events].slice(0, MOST_EVENTS),
    victims: withVictims(state.victims, message.victims.lines),
  };
}

function extended(
  before: LiveHistory | undefined,
  { longest, synQueue }: LiveListener,
  at: number,
): LiveHistory {
  const last = before?.at.at(-1) ?? -1;
  // A stream that was opened anew begins with the look that the one before has told.
  if (before !== undefined && at === last) return before;
  // A sampler that began anew counts from 0 again.
  const known = at > last ? before : undefined;
  const add = (list: readonly number[] | undefined, value: number) =>
    [...(list ?? []), value].slice(-MOST_POINTS);
  return {
    at: add(known?.at, at),
    accept: add(known?.accept, longest),
    syn: add(known?.syn, synQueue.length ?? 0),
  };
}

/** A stream that was opened anew tells again what was said. */
function withVictims(known: readonly LiveVictim[], told: readonly LiveVictim[]): readonly LiveVictim[] {
  const fresh = told.filter(({ id }) => known.every((one) => one.id !== id)).reverse();
  return fresh.length === 0 ? known : [...fresh, ...known].slice(0, MOST_VICTIMS);
}
