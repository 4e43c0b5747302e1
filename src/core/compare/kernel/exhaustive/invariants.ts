/**
 * What must be true of every state and every step of a small world, whatever the kernel.
 *
 * @module
 */
import { LISTENER, type SmallState } from "./small-world.ts";

/** An invariant that does not hold. */
export interface Violation {
  readonly invariant: string;
  readonly found: string;
}

/** A state and the one that a step made of it. */
export interface Transition {
  readonly before: SmallState;
  readonly after: SmallState;
}

/** The invariants of a step, by name. Each says what is wrong, or null. */
const OF_STEPS: Readonly<Record<string, (transition: Transition) => string | null>> = {
  "the accept queue is at most limit + 1 long": ({ after }) => {
    const view = after.host.listener(LISTENER);
    const { length } = after.host.waiting(LISTENER);
    return view !== null && length > view.limit + 1 ? `${length} wait at limit ${view.limit}` : null;
  },
  "the SYN queue is at most limit + 1 long": ({ after }) => {
    const view = after.host.listener(LISTENER);
    const { length } = after.host.requests();
    return view !== null && length > view.limit + 1 ? `${length} requests at limit ${view.limit}` : null;
  },
  "ListenDrops is at least ListenOverflows": ({ after }) => {
    const { ListenDrops, ListenOverflows } = after.host.counters;
    return ListenDrops < ListenOverflows ? `${ListenDrops} drops and ${ListenOverflows} overflows` : null;
  },
  "no counter falls": ({ before, after }) => {
    const names = Object.keys(after.host.counters) as (keyof typeof after.host.counters)[];
    const fallen = names.filter((name) => after.host.counters[name] < before.host.counters[name]);
    return fallen.length > 0 ? `${fallen.join(", ")} fell` : null;
  },
  "a fate is final": ({ before, after }) => {
    const changed = before.clients.findIndex(
      ({ fate }, place) => fate !== null && after.clients[place]?.fate !== fate,
    );
    return changed < 0 ? null : `client ${changed + 1} was ${before.clients[changed]?.fate}`;
  },
};

/** What is wrong with a step. */
export function violationsOfStep(transition: Transition): Violation[] {
  return Object.entries(OF_STEPS).flatMap(([invariant, check]) => {
    const found = check(transition);
    return found === null ? [] : [{ invariant, found }];
  });
}

/** The invariant of the states after which nothing can happen. */
export const EVERY_CLIENT_ENDS = "every client is in the end served, reset, expired or refused";

/**
 * What is wrong with a state after which nothing can happen any more. A client with a cookie that says nothing more, or resets,
 * leaves no trace at the server, so nothing there could end its affair; nor is one that left by itself anybody's victim.
 */
export function violationsAtTheEnd({ clients }: SmallState): Violation[] {
  return clients
    .filter(
      ({ fate, phase, hasCookie }) => fate === null && phase !== "left" && !(hasCookie && phase === "open"),
    )
    .map(({ kind, phase }) => ({ invariant: EVERY_CLIENT_ENDS, found: `a ${kind} client stays ${phase}` }));
}
