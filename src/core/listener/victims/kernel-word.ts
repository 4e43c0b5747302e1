/**
 * The second witness beside counters and queues: what the kernel's trace events say of the listeners on a port, graded. Pure.
 *
 * @module
 */
import type { VictimSummary, VictimsDocument } from "./victims-document.ts";

/**
 * How good the word is. `said`: the kernel gave TCP_LISTEN_OVERFLOW as its reason. `resent`: it sent a SYN+ACK again, which a lost packet
 * explains too. `counted`: ListenOverflows rose, and nothing says for whom.
 */
export type KernelWordGrade = "said" | "resent" | "counted";

/** What it said during a watch. */
export interface KernelWord {
  readonly grade: KernelWordGrade;
  /** Packets that it refused; null on a kernel that names no reason. */
  readonly refused: number | null;
  readonly resets: number;
  /** Packets that it refused at listeners which no event named: this one, or another. */
  readonly refusedSomewhere: number;
  /** Endpoints of the clients that it named. */
  readonly clients: readonly string[];
  /** Clients whose SYN+ACK was sent again without a refusal. */
  readonly othersResent: number;
  /** Rise of ListenOverflows in the listeners' namespaces. */
  readonly overflows: number | null;
  /** True if events came too fast and were switched off, were lost, or were counted without a record: then there may be more. */
  readonly isIncomplete: boolean;
}

/** The word on a port of some namespaces; null if it says nothing. */
export function kernelWordOf(
  document: VictimsDocument,
  port: number,
  namespaces: ReadonlySet<number>,
): KernelWord | null {
  const { listeners, othersResent, lost, wasMuted, untold } = document;
  const own = listeners.filter((one) => isSurely(one, port, namespaces));
  const clients = [...new Set(own.flatMap((one) => one.clients.map(({ client }) => client)))];
  const rises = document.namespaces.flatMap(({ inode, overflows }) =>
    namespaces.has(inode) && overflows !== null ? [overflows] : [],
  );
  const overflows = rises.length === 0 ? null : sum(rises);
  const resets = sum(own.map((one) => one.resets));
  const refused = document.sources.refused ? sum(own.map((one) => one.refused ?? 0)) : null;
  const guessed = listeners.filter(
    ({ listener, clients: named, resets: sent }) => listener !== null && named.length + sent === 0,
  );
  const refusedSomewhere = document.refusedUnnamed + sum(guessed.map((one) => one.refused ?? 0));
  const grade = gradeOf({ refused, clients: clients.length, othersResent, overflows });
  if (grade === null) return null;
  const isIncomplete = wasMuted || lost > 0 || untold.refused + untold.synAckResent > 0;
  return { grade, refused, resets, refusedSomewhere, clients, othersResent, overflows, isIncomplete };
}

/** A refusal names a socket and no port: it is this listener's for sure once a SYN+ACK or a reset has named the socket. */
function isSurely(
  { listener, clients, resets }: VictimSummary,
  port: number,
  namespaces: ReadonlySet<number>,
): boolean {
  if (listener?.port !== port || clients.length + resets === 0) return false;
  return listener.namespace === null || namespaces.has(listener.namespace);
}

function gradeOf(seen: {
  readonly refused: number | null;
  readonly clients: number;
  readonly othersResent: number;
  readonly overflows: number | null;
}): KernelWordGrade | null {
  if ((seen.refused ?? 0) > 0) return "said";
  if (seen.clients + seen.othersResent > 0) return "resent";
  return (seen.overflows ?? 0) > 0 ? "counted" : null;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
