/**
 * Who was taken late: the ages of those who wait, look after look, with how the holders fared meanwhile. Pure. Of a SO_REUSEPORT
 * group a row does not say whose it is, except where only one member has anybody waiting.
 *
 * @module
 */
import { formatEndpoint } from "../../wire/address.ts";
import type { InetDiagSocket } from "../../wire/netlink/inet-diag-message.ts";
import { lastDataSentMs } from "../../wire/netlink/tcp-info-fields.ts";
import type { ListenerProcess } from "../listener-process.ts";
import { acceptorsOf } from "../software/acceptors.ts";
import { ownerOf } from "../syn-queue-lengths.ts";
import type { LateFacts, LateHolder } from "./course-facts.ts";

/** Who has waited for this long was taken late, whatever the client thinks of it. */
export const LATE_MS = 500;

/** How a process was at one moment. */
export interface HolderGlance {
  readonly process: ListenerProcess;
  /** The kernel's letter. */
  readonly state: string | null;
  readonly sleepsIn: string | null;
}

/** A look at who waits. */
export interface WaitingGlance {
  readonly listeners: readonly InetDiagSocket[];
  /** Rows without an inode in ESTABLISHED or CLOSE_WAIT, with their `tcp_info`. */
  readonly untaken: readonly InetDiagSocket[];
  readonly holdersOf: (listener: InetDiagSocket) => readonly HolderGlance[];
}

interface Tally {
  longestMs: number;
  client: string;
  looks: number;
  looksAtAll: number;
  readonly holders: Map<
    number,
    { readonly process: ListenerProcess; onCpu: number; looks: number; sleeps: string[] }
  >;
}

/** Collects looks. */
export class Lateness {
  readonly #tallies = new Map<bigint, Tally>();

  add(glance: WaitingGlance): void {
    const oldest = oldestByListener(glance);
    for (const [at, listener] of glance.listeners.entries()) {
      const tally = this.#tallyOf(listener.cookie);
      tally.looksAtAll += 1;
      const row = oldest.get(at);
      if (row !== undefined) addRow(tally, row, glance.holdersOf(listener));
    }
  }

  /** Null for a listener of which nobody was seen to wait for long. */
  of(cookie: bigint): LateFacts | null {
    const tally = this.#tallies.get(cookie);
    if (tally === undefined || tally.looks === 0) return null;
    const { longestMs, client, looks, looksAtAll } = tally;
    return { longestMs, client, looks, looksAtAll, holder: worstHolder(tally) };
  }

  #tallyOf(cookie: bigint): Tally {
    const known = this.#tallies.get(cookie);
    if (known !== undefined) return known;
    const fresh: Tally = { longestMs: 0, client: "", looks: 0, looksAtAll: 0, holders: new Map() };
    this.#tallies.set(cookie, fresh);
    return fresh;
  }
}

/** The oldest row of each listener, by its place. */
function oldestByListener({ listeners, untaken }: WaitingGlance): Map<number, InetDiagSocket> {
  const waiting = listeners.flatMap(({ receiveQueue }, at) => (receiveQueue > 0 ? [at] : []));
  const oldest = new Map<number, InetDiagSocket>();
  for (const row of untaken) {
    const owner = ownerOf(row, listeners);
    const at = owner === "several" ? theOnlyOne(waiting) : owner;
    if (at === null) continue;
    const known = oldest.get(at);
    if (known === undefined || ageOf(row) > ageOf(known)) oldest.set(at, row);
  }
  return oldest;
}

function theOnlyOne(places: readonly number[]): number | null {
  return places.length === 1 ? (places[0] ?? null) : null;
}

function addRow(tally: Tally, row: InetDiagSocket, holders: readonly HolderGlance[]): void {
  const ageMs = ageOf(row);
  if (ageMs < LATE_MS) return;
  tally.looks += 1;
  if (ageMs > tally.longestMs) {
    tally.longestMs = ageMs;
    tally.client = formatEndpoint(row.remote.address, row.remote.port);
  }
  for (const { process, state, sleepsIn } of holders) {
    const holder = tally.holders.get(process.pid) ?? { process, onCpu: 0, looks: 0, sleeps: [] };
    holder.looks += 1;
    if (state === "R") holder.onCpu += 1;
    else if (sleepsIn !== null) holder.sleeps.push(sleepsIn);
    tally.holders.set(process.pid, holder);
  }
}

function worstHolder({ holders }: Tally): LateHolder | null {
  const all = [...holders.values()];
  const [worst] = [...acceptorsOf(all), ...all].sort((a, b) => b.onCpu - a.onCpu);
  if (worst === undefined) return null;
  const { process, onCpu, looks, sleeps } = worst;
  return { process, onCpuLooks: onCpu, looks, sleptIn: mostFrequent(sleeps) };
}

function mostFrequent(words: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}

function ageOf({ info }: InetDiagSocket): number {
  return lastDataSentMs(info) ?? 0;
}
