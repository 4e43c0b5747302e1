/**
 * How full the connection tracker is and what it has dropped, in the namespace of the calling thread.
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

/** Looks at it. */
export function readConntrack(): Conntrack {
  const value = (name: string): number | null => {
    const text = readTextOrNull(`/proc/sys/net/netfilter/${name}`);
    return text === null ? null : Number(text);
  };
  return {
    count: value("nf_conntrack_count"),
    max: value("nf_conntrack_max"),
    drops: parseConntrackDrops(readTextOrNull("/proc/thread-self/net/stat/nf_conntrack")),
  };
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
