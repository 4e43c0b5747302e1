/**
 * Listeners that come and go on one address: each look's rows in, how often one was opened and closed out. Pure. A dump is no
 * snapshot, so one that is missing from a single look has not gone.
 *
 * @module
 */
import { formatEndpoint } from "../../wire/address.ts";
import type { InetDiagSocket } from "../../wire/netlink/inet-diag-message.ts";
import type { ComingsFacts } from "./course-facts.ts";

/** Looks without it that prove that it has closed. */
const GONE_AFTER_LOOKS = 2;

interface Seen {
  readonly place: string;
  lastLength: number;
  missing: number;
  isClosed: boolean;
}

/** Collects looks. */
export class Comings {
  readonly #seen = new Map<bigint, Seen>();
  readonly #absentMs = new Map<string, number>();
  #firstPlaces: ReadonlySet<bigint> | null = null;
  #lastMs: number | null = null;
  #durationMs = 0;

  add(atMs: number, listeners: readonly InetDiagSocket[]): void {
    const gapMs = this.#lastMs === null ? 0 : atMs - this.#lastMs;
    this.#lastMs = atMs;
    this.#durationMs += gapMs;
    this.#firstPlaces ??= new Set(listeners.map(({ cookie }) => cookie));
    const here = new Set(listeners.map(({ cookie }) => cookie));
    for (const row of listeners) this.#note(row);
    for (const [cookie, seen] of this.#seen) if (!here.has(cookie)) miss(seen);
    this.#addAbsence(gapMs, new Set(listeners.map(placeOf)));
  }

  /** What happened on an address; null where the same listeners stood there all the time. */
  of(place: string): ComingsFacts | null {
    const all = [...this.#seen].filter(([, seen]) => seen.place === place);
    const closed = all.filter(([, { isClosed }]) => isClosed);
    const opened = all.filter(([cookie]) => this.#firstPlaces?.has(cookie) === false);
    if (closed.length === 0 && opened.length === 0) return null;
    return {
      opened: opened.length,
      closed: closed.length,
      lostWaiting: closed.reduce((sum, [, { lastLength }]) => sum + lastLength, 0),
      absentMs: this.#absentMs.get(place) ?? 0,
      durationMs: this.#durationMs,
    };
  }

  #note(row: InetDiagSocket): void {
    const known = this.#seen.get(row.cookie);
    const lastLength = row.receiveQueue;
    if (known === undefined)
      this.#seen.set(row.cookie, { place: placeOf(row), lastLength, missing: 0, isClosed: false });
    else Object.assign(known, { lastLength, missing: 0, isClosed: false });
  }

  #addAbsence(gapMs: number, places: ReadonlySet<string>): void {
    for (const place of new Set([...this.#seen.values()].map((seen) => seen.place)))
      if (!places.has(place)) this.#absentMs.set(place, (this.#absentMs.get(place) ?? 0) + gapMs);
  }
}

function miss(seen: Seen): void {
  seen.missing += 1;
  seen.isClosed ||= seen.missing >= GONE_AFTER_LOOKS;
}

/** The address on which it listens. */
export function placeOf({ local }: Pick<InetDiagSocket, "local">): string {
  return formatEndpoint(local.address, local.port);
}
