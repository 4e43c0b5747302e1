/**
 * How full the connection tracker of a namespace is and what it has dropped.
 *
 * @module
 */
import { readTextOrNull } from "./vanishing.ts";

/** At one moment; null where the tracker is not loaded or not visible. */
export interface Conntrack {
  readonly count: number | null;
  readonly max: number | null;
  /** Packets dropped and entries that could not be inserted, since the namespace was made. */
  readonly drops: number | null;
}

/**
 * Looks at it, in the namespace of the calling thread or of a process. How many entries it may have is one number for the
 * whole machine; how many it has, and its drops, are each namespace's own.
 */
export function readConntrack(pid: number | null = null): Conntrack {
  const most = readTextOrNull("/proc/sys/net/netfilter/nf_conntrack_max");
  const stat = readTextOrNull(`/proc/${pid ?? "thread-self"}/net/stat/nf_conntrack`);
  return {
    count: parseConntrackEntries(stat),
    max: most === null ? null : Number(most),
    drops: parseConntrackDrops(stat),
  };
}

/** How many entries there are: the first column, the same for every CPU. */
export function parseConntrackEntries(text: string | null): number | null {
  const [, line] = text?.trim().split("\n") ?? [];
  return line === undefined ? null : hex(line.trim().split(/\s+/)[0]);
}

/** The sum of `drop`, `early_drop` and `insert_failed` over all CPUs: a heading, then a line of hex numbers for each. */
export function parseConntrackDrops(text: string | null): number | null {
  if (text === null) return null;
  const [head = "", ...lines] = text.trim().split("\n");
  const names = head.trim().split(/\s+/);
  const wanted = ["drop", "early_drop", "insert_failed"].map((name) => names.indexOf(name));
  const sum = lines
    .map((line) => line.trim().split(/\s+/))
    .reduce((total, cells) => total + wanted.reduce((part, at) => part + hex(cells[at]), 0), 0);
  return sum;
}

function hex(text: string | undefined): number {
  const value = Number.parseInt(text ?? "0", 16);
  return Number.isNaN(value) ? 0 : value;
}
