/**
 * Clients of a namespace's listeners that wait for accept() from a first look to a last: proof that nobody accepted them
 * meanwhile, however short the queue is.
 *
 * @module
 */
import type { InetDiagSocket } from "../../../core/wire/netlink/inet-diag-message.ts";
import type { UnixDiagSocket } from "../../../core/wire/netlink/unix-diag.ts";
import type { SockDiag } from "../../linux/netlink/sock-diag.ts";

const FAMILIES = ["ipv4", "ipv6"] as const;
/** Who waits for less is no proof that nobody accepts. */
const LONG_MS = 1000;

/** The kernel's table of TCP connections. */
type SocketTable = Pick<SockDiag, "sockets">;

/** Looks once when it is made, and once at `end`: at the connections only where somebody waits. */
export class StandingClients {
  readonly #diag: SocketTable;
  readonly #sinceMs = performance.now();
  readonly #before: ReadonlySet<bigint>;
  readonly #pendingBefore: ReadonlySet<number>;
  #standing: readonly InetDiagSocket[] = [];
  #isLong = false;

  constructor(diag: SocketTable, tcp: readonly InetDiagSocket[], unix: readonly UnixDiagSocket[]) {
    this.#diag = diag;
    this.#before = new Set(this.#waitingAt(tcp).map(({ cookie }) => cookie));
    this.#pendingBefore = new Set(unix.flatMap(({ pending }) => pending));
  }

  /** The last look. */
  end(listeners: readonly InetDiagSocket[]): void {
    this.#isLong = performance.now() - this.#sinceMs >= LONG_MS;
    if (!this.#isLong || this.#before.size === 0) return;
    this.#standing = this.#waitingAt(listeners).filter(({ cookie }) => this.#before.has(cookie));
  }

  /** Those of one listener. */
  at({ local, receiveQueue }: InetDiagSocket): readonly InetDiagSocket[] {
    if (receiveQueue === 0) return [];
    const isWildcard = local.address === "0.0.0.0" || local.address === "::";
    return this.#standing.filter(
      ({ local: own }) => own.port === local.port && (isWildcard || own.address === local.address),
    );
  }

  /** The inodes of those of one unix listener. */
  atUnix({ pending }: UnixDiagSocket): readonly number[] {
    return this.#isLong ? pending.filter((inode) => this.#pendingBefore.has(inode)) : [];
  }

  #waitingAt(listeners: readonly InetDiagSocket[]): InetDiagSocket[] {
    if (listeners.every(({ receiveQueue }) => receiveQueue === 0)) return [];
    const options = { skmeminfo: false, onlyUntaken: true };
    return this.#diag.sockets(["ESTABLISHED", "CLOSE_WAIT"], FAMILIES, options);
  }
}
