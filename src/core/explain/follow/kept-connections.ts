/**
 * Which connections are kept for their verdict, so that memory stays bounded: those that need one, and of those that simply completed as
 * many as are wanted. The rest is counted.
 *
 * @module
 */
import { isBare } from "./aging.ts";
import type { Connection } from "./connection.ts";
import { hasSimplyCompleted } from "./fold.ts";

/** Attempts that never completed are kept up to this number; a flood beyond it is only counted. */
const MOST_KEPT = 5_000;
/** Those that told more than one SYN, up to this one: among them are the clients that a flood keeps out. */
const MOST_KEPT_FINAL = 100_000;
/** With `keepAll`, what simply completed too. */
const MOST_KEPT_ALL = 200_000;

/** How many of those that simply completed are kept. */
export interface KeepOptions {
  /** All of them; memory then grows with the number of connections. */
  readonly keepAll?: boolean;
  /** So many without `keepAll`. */
  readonly mostCompleted?: number;
}

/** `folded` is what simply completed and is counted, `left out` is another one that there was no room for. */
export type Keeping = "kept" | "folded" | "left out";

/** The kept ones. */
export class KeptConnections {
  readonly #kept: Connection[] = [];
  readonly #keepAll: boolean;
  readonly #mostCompleted: number;
  #completed = 0;

  constructor({ keepAll = false, mostCompleted = 0 }: KeepOptions) {
    this.#keepAll = keepAll;
    this.#mostCompleted = mostCompleted;
  }

  /** Keeps a connection that is over, or says why not. */
  take(connection: Connection): Keeping {
    if (this.#isOneTooMany(connection)) return "folded";
    if (this.#kept.length >= this.#mostOf(connection)) return "left out";
    connection.isKept = true;
    this.#kept.push(connection);
    return "kept";
  }

  /** All of them, in the order of their first packets. */
  inOrder(): Connection[] {
    return this.#kept.sort((a, b) => a.startedAt - b.startedAt);
  }

  /** Whether it simply completed, and enough of those are kept. */
  #isOneTooMany(connection: Connection): boolean {
    if (this.#keepAll || !hasSimplyCompleted(connection)) return false;
    this.#completed += 1;
    return this.#completed > this.#mostCompleted;
  }

  #mostOf(connection: Connection): number {
    if (isBare(connection)) return MOST_KEPT;
    return this.#keepAll ? MOST_KEPT_ALL : MOST_KEPT_FINAL;
  }
}
