/**
 * This machine's own connections that are stuck at somebody's listener, for a page of metrics: looked for now and then, because it
 * costs a walk of all connections.
 *
 * @module
 */
import { UsageError } from "../../core/errors.ts";
import { countByPort, type PortCounts } from "../../core/listener/clients/count-by-port.ts";
import { lookAtClients } from "../observe/clients/stuck-clients.ts";
import type { NamespaceScope } from "../observe/namespace-scope.ts";

const LOOK_EVERY_MS = 5_000;
/** Looks take this share of a core at most. */
const MOST_SHARE = 0.01;
/** Destination ports with series of their own. */
const MOST_PORTS = 50;

/** Looks when it is asked, and not too often. */
export class StuckClientsReader {
  readonly #netns: NamespaceScope;
  #counts: readonly PortCounts[] | null = null;
  #nextLookMs = -Infinity;

  /** @param netns whose connections */
  constructor(netns: NamespaceScope) {
    this.#netns = netns;
  }

  /** As of the last look; null where the process whose namespace it was is gone. @throws {NotSupportedError} */
  read(): readonly PortCounts[] | null {
    const beganMs = performance.now();
    if (beganMs < this.#nextLookMs) return this.#counts;
    this.#counts = this.#look();
    const endedMs = performance.now();
    this.#nextLookMs = endedMs + Math.max(LOOK_EVERY_MS, (endedMs - beganMs) / MOST_SHARE);
    return this.#counts;
  }

  #look(): readonly PortCounts[] | null {
    try {
      const { document } = lookAtClients({ netns: this.#netns, destination: null });
      return countByPort(document.destinations, MOST_PORTS);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return null;
    }
  }
}
