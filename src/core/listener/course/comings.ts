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

/** How long nobody was seen at an address. */
interface Absence {
  ms: number;
  /** Of the looks since somebody was last seen there: nothing if that one is back, whom a single look left out. */
  pendingMs: number;
}

/** Collects looks. */
export class Comings {
  readonly #seen = new Map<bigint, Seen>();
  readonly #absences = new Map<string, Absence>();
  #firstPlaces: ReadonlySet<bigint> | null = null;
  #lastMs: number | null = null;
  #durationMs = 0;

  add(atMs: number, listeners: readonly InetDiagSocket[]): void {
    const gapMs = this.#lastMs === null ? 0 : atMs - this.#lastMs;
    this.#lastMs = atMs;
    this.#durationMs += gapMs;
    this.#firstPlaces ??= new Set(listeners.map(({ cookie }) => cookie));
    const here = new Set(listeners.map(({ cookie }) => cookie));
    for (const place of this.#places()) this.#addAbsence(place, gapMs, listeners);
    for (const row of listeners) this.#note(row);
    for (const [cookie, seen] of this.#seen) if (!here.has(cookie)) miss(seen);
  }

  /**
   * What happened on an address; null where the same listeners stood there all the time. `resetsCounted` is by how much
   * EstabResets of the namespace rose: the kernel counts each connection there that it resets because its listener closes.
   *
   * @kernel net/ipv4/inet_connection_sock.c inet_csk_listen_stop() v6.18
   */
  of(place: string, resetsCounted: number | null): ComingsFacts | null {
    const all = [...this.#seen].filter(([, seen]) => seen.place === place);
    const closed = all.filter(([, { isClosed }]) => isClosed);
    const opened = all.filter(([cookie]) => this.#firstPlaces?.has(cookie) === false);
    if (closed.length === 0 && opened.length === 0) return null;
    return {
      opened: opened.length,
      closed: closed.length,
      lostWaiting: shareOf(waitingAtLast(closed), this.#allLost(), resetsCounted),
      absentMs: this.#absentMs(place),
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

  #places(): Set<string> {
    return new Set([...this.#seen.values()].map(({ place }) => place));
  }

  #addAbsence(place: string, gapMs: number, listeners: readonly InetDiagSocket[]): void {
    const absence = this.#absences.get(place) ?? { ms: 0, pendingMs: 0 };
    const there = listeners.filter((row) => placeOf(row) === place);
    if (there.length === 0) absence.pendingMs += gapMs;
    else {
      const isBack = there.some(({ cookie }) => this.#seen.get(cookie)?.isClosed === false);
      if (!isBack) absence.ms += absence.pendingMs;
      absence.pendingMs = 0;
    }
    this.#absences.set(place, absence);
  }

  #absentMs(place: string): number {
    const { ms, pendingMs } = this.#absences.get(place) ?? { ms: 0, pendingMs: 0 };
    const isThere = [...this.#seen.values()].some((seen) => seen.place === place && !seen.isClosed);
    return isThere ? ms : ms + pendingMs;
  }

  #allLost(): number {
    return waitingAtLast([...this.#seen].filter(([, { isClosed }]) => isClosed));
  }
}

function waitingAtLast(closed: readonly [bigint, Seen][]): number {
  return closed.reduce((sum, [, { lastLength }]) => sum + lastLength, 0);
}

/** Who waited at the last look may have been taken after it, or handed over: no more were reset than the kernel counted. */
function shareOf(lost: number, all: number, counted: number | null): number {
  return counted === null || all <= counted ? lost : Math.floor((lost * counted) / all);
}

function miss(seen: Seen): void {
  seen.missing += 1;
  seen.isClosed ||= seen.missing >= GONE_AFTER_LOOKS;
}

/** The address on which it listens. */
export function placeOf({ local }: Pick<InetDiagSocket, "local">): string {
  return formatEndpoint(local.address, local.port);
}
