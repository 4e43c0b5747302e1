/**
 * How many packets each listener refused by the kernel's own word, for counters that go on. Pure.
 *
 * @module
 */
import type { VictimsDocument } from "./victims-document.ts";

/** So far. */
export interface KernelRefusals {
  /** Packets, by `refusalKey`. */
  readonly byListener: ReadonlyMap<string, number>;
  /** Packets refused at listeners that no event has named. */
  readonly unnamed: number;
}

/** Equal for the listeners that the kernel's word does not tell apart: the members of a SO_REUSEPORT group. */
export function refusalKey(namespace: number, address: string, port: number): string {
  return `${namespace} ${address} ${port}`;
}

/** Null where this kernel names no refusals, and where some may be missing: a count that stands still would look like peace. */
export function kernelRefusalsOf({
  sources,
  wasMuted,
  lost,
  listeners,
}: VictimsDocument): KernelRefusals | null {
  if (!sources.refused || wasMuted || lost > 0) return null;
  const byListener = new Map<string, number>();
  let unnamed = 0;
  for (const { listener, refused, clients, resets } of listeners) {
    // Without a SYN+ACK or a reset it is only the one that was full then.
    const isSure = listener !== null && listener.namespace !== null && clients.length + resets > 0;
    if (!isSure) unnamed += refused ?? 0;
    else {
      const key = refusalKey(listener.namespace, listener.address, listener.port);
      byListener.set(key, (byListener.get(key) ?? 0) + (refused ?? 0));
    }
  }
  return { byListener, unnamed };
}
