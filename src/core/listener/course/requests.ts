/**
 * Handshakes under way, look after look: which stand there because the client is silent after its final ACK (TCP_DEFER_ACCEPT),
 * and which because it never sent one. Pure.
 *
 * A row does not say whether the final ACK has come. But a SYN+ACK that nobody has answered is sent again after a second, and
 * then the row counts a resend; a request that is older without one has had its final ACK and waits for data. One whose
 * final ACK met a full accept queue has its SYN+ACK sent again too.
 *
 * @kernel net/ipv4/inet_connection_sock.c syn_ack_recalc() v6.18
 * @module
 */
import type { InetDiagSocket } from "../../wire/netlink/inet-diag-message.ts";
import { ownerOf } from "../syn-queue-lengths.ts";
import type { RequestFacts } from "./course-facts.ts";

/** The first resend comes after a second; more than that is certain. */
const SURELY_RESENT_MS = 1_500;
const SHOWN_ADDRESSES = 3;

/** Collects looks. */
export class Requests {
  #firstSeenMs = new Map<bigint, number>();
  #rows: readonly InetDiagSocket[] = [];
  #listeners: readonly InetDiagSocket[] = [];
  #atMs = 0;

  add(atMs: number, listeners: readonly InetDiagSocket[], rows: readonly InetDiagSocket[]): void {
    this.#firstSeenMs = new Map(rows.map(({ cookie }) => [cookie, this.#firstSeenMs.get(cookie) ?? atMs]));
    this.#rows = rows;
    this.#listeners = listeners;
    this.#atMs = atMs;
  }

  /** Those of one listener at the last look; null where there was none, or where rows do not say whose they are. */
  of(cookie: bigint): RequestFacts | null {
    const at = this.#listeners.findIndex((listener) => listener.cookie === cookie);
    const rows = this.#rows.filter((row) => ownerOf(row, this.#listeners) === at);
    if (at === -1 || rows.length === 0) return null;
    const from = countAddresses(rows);
    return {
      count: rows.length,
      unanswered: rows.filter(({ retransmits }) => retransmits > 0).length,
      deferred: rows.filter((row) => this.#isDeferred(row)).length,
      from: from.slice(0, SHOWN_ADDRESSES),
      addresses: from.length,
    };
  }

  #isDeferred({ cookie, retransmits }: InetDiagSocket): boolean {
    return (
      retransmits === 0 && this.#atMs - (this.#firstSeenMs.get(cookie) ?? this.#atMs) >= SURELY_RESENT_MS
    );
  }
}

function countAddresses(rows: readonly InetDiagSocket[]): { address: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { remote } of rows) counts.set(remote.address, (counts.get(remote.address) ?? 0) + 1);
  return [...counts].map(([address, count]) => ({ address, count })).sort((a, b) => b.count - a.count);
}
