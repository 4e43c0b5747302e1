/**
 * What a watch over one namespace has seen: looks come in, a `ListenerWindow` for each listener comes out. Pure: times are
 * in the looks.
 *
 * @module
 */

import { boundRefused } from "../../../core/listener/drops/bound-refused.ts";
import { causeRises, DropCauses } from "../../../core/listener/drops/cause-tally.ts";
import { risesBetween } from "../../../core/listener/drops/counter-rises.ts";
import type { ListenerWindow } from "../../../core/listener/facts.ts";
import { formatEndpoint } from "../../../core/wire/address.ts";
import type { InetDiagSocket } from "../../../core/wire/netlink/inet-diag-message.ts";

/** One look. */
export interface Look {
  readonly atMs: number;
  /** All of TCP in LISTEN. */
  readonly listeners: readonly InetDiagSocket[];
  /** Requests by listener, where they were counted in this look; null where they were not. */
  readonly synLengths: ReadonlyMap<bigint, number | null> | null;
  readonly counters: Readonly<Record<string, number | null>>;
}

interface Seen {
  lengthLeast: number;
  lengthMost: number;
  readonly lengthFirst: number;
  lengthLast: number;
  hasFallen: boolean;
  synLengthMost: number | null;
  readonly dropsFirst: number | null;
  dropsLast: number | null;
  fullMs: number;
  readonly name: string;
}

/** Collects looks. A listener missing from one look is not gone: a dump is no snapshot. */
export class NamespaceWatch {
  readonly #seen = new Map<bigint, Seen>();
  readonly #causes = new DropCauses();
  #first: Look | null = null;
  #last: Look | null = null;
  #looks = 0;
  #longestGapMs = 0;

  add(look: Look): void {
    const gapMs = this.#last === null ? 0 : look.atMs - this.#last.atMs;
    const movers = look.listeners.filter((row) => this.#addListener(row, look, gapMs));
    const rises = risesBetween(this.#last?.counters ?? look.counters, look.counters);
    this.#causes.add(
      movers.map(({ cookie }) => cookie),
      causeRises(rises),
    );
    this.#first ??= look;
    this.#last = look;
    this.#looks += 1;
    this.#longestGapMs = Math.max(this.#longestGapMs, gapMs);
  }

  /** What was seen of one listener; null if it never was. */
  windowOf(cookie: bigint): ListenerWindow | null {
    const seen = this.#seen.get(cookie);
    if (seen === undefined || this.#first === null || this.#last === null) return null;
    const { lengthLeast, lengthMost, lengthFirst, lengthLast, hasFallen, synLengthMost, fullMs } = seen;
    const rise = dropsRise(seen);
    return {
      durationMs: this.#last.atMs - this.#first.atMs,
      looks: this.#looks,
      longestGapMs: this.#longestGapMs,
      ...{ lengthLeast, lengthMost, lengthFirst, lengthLast, hasFallen, synLengthMost, fullMs },
      dropsRise: rise,
      refused: boundRefused(this.#causes.of(cookie), rise),
      counters: this.counterRises(),
      othersDropping: this.#othersDropping(cookie),
    };
  }

  /** By how much each counter of the namespace rose. */
  counterRises(): Record<string, number> {
    return risesBetween(this.#first?.counters ?? {}, this.#last?.counters ?? {});
  }

  /** True if its drop counter rose since the look before. */
  #addListener(row: InetDiagSocket, { synLengths }: Look, gapMs: number): boolean {
    const drops = row.skmeminfo?.drops ?? null;
    const synLength = synLengths?.get(row.cookie) ?? null;
    const seen = this.#seen.get(row.cookie);
    if (seen === undefined) {
      this.#seen.set(row.cookie, firstSight(row, drops, synLength));
      return false;
    }
    // Half of the time between a look that saw it full and one that did not is counted.
    const wasFull = seen.lengthLast > row.sendQueue;
    const isFull = row.receiveQueue > row.sendQueue;
    seen.fullMs += (gapMs * (Number(wasFull) + Number(isFull))) / 2;
    seen.lengthLeast = Math.min(seen.lengthLeast, row.receiveQueue);
    seen.lengthMost = Math.max(seen.lengthMost, row.receiveQueue);
    seen.hasFallen ||= row.receiveQueue < seen.lengthLast;
    seen.lengthLast = row.receiveQueue;
    if (synLength !== null) seen.synLengthMost = Math.max(seen.synLengthMost ?? 0, synLength);
    const hasDropped = drops !== null && seen.dropsLast !== null && drops > seen.dropsLast;
    seen.dropsLast = drops;
    return hasDropped;
  }

  #othersDropping(cookie: bigint): string[] {
    const others = [...this.#seen].filter(([other, seen]) => other !== cookie && (dropsRise(seen) ?? 0) > 0);
    return others.map(([, { name }]) => name);
  }
}

function firstSight(row: InetDiagSocket, drops: number | null, synLength: number | null): Seen {
  const length = row.receiveQueue;
  return {
    lengthLeast: length,
    lengthMost: length,
    lengthFirst: length,
    lengthLast: length,
    hasFallen: false,
    synLengthMost: synLength,
    dropsFirst: drops,
    dropsLast: drops,
    fullMs: 0,
    name: formatEndpoint(row.local.address, row.local.port),
  };
}

/** The kernel's counter has 32 bits and wraps. */
function dropsRise({ dropsFirst, dropsLast }: Seen): number | null {
  return dropsFirst === null || dropsLast === null ? null : (dropsLast - dropsFirst) >>> 0;
}
