/**
 * How many connections became stuck during a watch, and how many are no more: from look to look. Pure.
 *
 * @module
 */
import type { ClientRate, ClientsDocument } from "./clients-document.ts";
import type { StuckKind } from "./judge-client.ts";

interface Counted {
  readonly namespace: number;
  readonly remote: string;
  readonly began: Record<StuckKind, number>;
  ended: number;
}

interface Known {
  readonly destination: string;
  readonly kind: StuckKind;
  /** For a moment after each resend nothing can be said of a silent connection, so one look without it means nothing. */
  readonly isAbsent: boolean;
}

/** Takes looks in, one after the other. */
export class ClientRates {
  readonly #destinations = new Map<string, Counted>();
  #known = new Map<string, Known>();
  #isFirst = true;

  /** A look. What was there at the first one began before. */
  add({ destinations }: ClientsDocument): void {
    const now = new Map<string, Known>();
    for (const { namespace, remote, clients } of destinations) {
      const destination = `${namespace} ${remote}`;
      const counted = this.#counted(destination, namespace, remote);
      for (const { local, kind } of clients) {
        const connection = `${destination} ${local}`;
        now.set(connection, { destination, kind, isAbsent: false });
        if (!this.#isFirst && this.#known.get(connection)?.kind !== kind) counted.began[kind] += 1;
      }
    }
    for (const [connection, known] of this.#known) this.#follow(connection, known, now);
    this.#known = now;
    this.#isFirst = false;
  }

  /** What became of one that was there before. */
  #follow(connection: string, known: Known, now: Map<string, Known>): void {
    const then = now.get(connection);
    if (known.kind === "late" || then?.kind === "connecting" || then?.kind === "silent") return;
    if (then === undefined && !known.isAbsent) {
      now.set(connection, { ...known, isAbsent: true });
      return;
    }
    const counted = this.#destinations.get(known.destination);
    if (counted !== undefined) counted.ended += 1;
  }

  /** Of destinations at which anything was stuck. */
  rates(): ClientRate[] {
    return [...this.#destinations.values()];
  }

  #counted(destination: string, namespace: number, remote: string): Counted {
    const known = this.#destinations.get(destination);
    if (known !== undefined) return known;
    const fresh = { namespace, remote, began: { connecting: 0, silent: 0, late: 0 }, ended: 0 };
    this.#destinations.set(destination, fresh);
    return fresh;
  }
}
