/**
 * The counters of one series, which may only grow while its sockets come and go: what each socket's totals rose by is added
 * up, and a socket that ends takes nothing away. Pure.
 *
 * @module
 */
import type { DropLabel, ListenerReading } from "./reading.ts";
import { DROP_LABELS, NO_DROPS } from "./reading.ts";

/** What a socket had when it was last looked at. */
export type KnownTotals = Pick<ListenerReading, "fullMs" | "takenSeen" | "drops" | "kernelRefused">;

/** Counters of a series. */
export class SeriesTotals {
  #fullMs = 0;
  #taken = 0;
  #kernelRefused = 0;
  readonly #drops: Record<DropLabel, number> = { ...NO_DROPS };

  /** Seconds in which at least one socket stood at capacity, as well as separate looks can tell. */
  get fullSeconds(): number {
    return this.#fullMs / 1_000;
  }

  /** Connections that were seen to leave the accept queues. */
  get taken(): number {
    return this.#taken;
  }

  /** Packets that the kernel refused by its own word. */
  get kernelRefused(): number {
    return this.#kernelRefused;
  }

  /** They go on growing: copy what must last. */
  get drops(): Readonly<Record<DropLabel, number>> {
    return this.#drops;
  }

  /**
   * Adds one look at all sockets of the series. `before` is what is known of a socket from the last look; a socket without
   * that is new, and all that it has counts.
   */
  add(readings: readonly ListenerReading[], before: (reading: ListenerReading) => KnownTotals | null): void {
    let longestMs = 0;
    for (const reading of readings) {
      const known = before(reading);
      // Two sockets that are full at once are one second of trouble, not two.
      longestMs = Math.max(longestMs, rise(reading.fullMs, known?.fullMs));
      this.#taken += rise(reading.takenSeen, known?.takenSeen);
      this.#kernelRefused += rise(reading.kernelRefused ?? 0, known?.kernelRefused ?? 0);
      for (const cause of DROP_LABELS) {
        this.#drops[cause] += rise(reading.drops[cause], known?.drops[cause]);
      }
    }
    this.#fullMs += longestMs;
  }
}

function rise(now: number, before: number | undefined): number {
  return Math.max(0, now - (before ?? 0));
}
