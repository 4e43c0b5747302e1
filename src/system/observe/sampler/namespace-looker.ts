/**
 * The part that looks at one namespace: its netlink sockets and its counters. They are opened inside it and used from
 * outside. As long as they are open the namespace exists, so whoever finds that nobody else uses it must close this.
 * What the looks mean is `namespace-state.ts`.
 *
 * @module
 */

import { risesBetween } from "../../../core/listener/drops/counter-rises.ts";
import { refusalCounters, refusedByCause } from "../../../core/listener/drops/drop-causes.ts";
import type { WaitingFacts } from "../../../core/listener/facts.ts";
import {
  type InetIdentity,
  identify,
  identifyUnix,
  type ListenerIdentity,
  listenerKey,
} from "../../../core/listener/sample/listener-identity.ts";
import type { ListenerState } from "../../../core/listener/sample/listener-state.ts";
import { type ListenerLook, NamespaceState } from "../../../core/listener/sample/namespace-state.ts";
import type { QueueSysctls } from "../../../core/listener/snapshot/snapshot-document.ts";
import { type SynQueueBounds, synQueueBounds } from "../../../core/listener/syn-queue-capacity.ts";
import { synQueueLengths } from "../../../core/listener/syn-queue-lengths.ts";
import { describeWaiting } from "../../../core/listener/waiting-clients.ts";
import { type WaitingLook, waitingLook } from "../../../core/listener/waiting-look.ts";
import type { AddressFamily } from "../../../core/wire/netlink/inet-diag-constants.ts";
import type { InetDiagRow } from "../../../core/wire/netlink/inet-diag-rows.ts";
import type { NamespaceEye } from "../namespace-eye.ts";
import type { SeenNamespace } from "../namespace-scope.ts";
import { lookAtPort } from "../port-queues.ts";

const FAMILIES = ["ipv4", "ipv6"] as const;
/** Drops may go on while the counters are read; after so many tries the interval is closed all the same. */
const SETTLE_TRIES = 3;
/** A dump of few listeners is cheaper than single questions about a third of them. */
const DUMP_SHARE = 1 / 3;

/** Each so many dumps also look for the first listener of another family: with ten dumps a second that is once a second. */
const WHOLE_EVERY = 10;

/** Milliseconds since the sampler began. */
export type Clock = () => number;

/** What is looked at. */
export interface LookerOptions {
  /** AF_UNIX listeners too. */
  readonly unix: boolean;
  /** Requests are counted for this port only; null for all. */
  readonly onlyPort: number | null;
  /** Counters to read. */
  readonly counters: readonly string[];
}

/** Looks at one namespace. */
export class NamespaceLooker {
  readonly state: NamespaceState = new NamespaceState();
  readonly inode: number;
  readonly self: boolean;
  name: string | null;
  readonly #eye: NamespaceEye;
  readonly #clock: Clock;
  #watched: readonly ListenerState[] = [];
  #watchByDump = false;
  #watchesUnix = false;
  readonly #options: LookerOptions;
  readonly #present = new Set<AddressFamily>();
  #dumps = 0;
  /** The last look into a queue, and whose it was. */
  #lookedInto: { readonly cookie: bigint; readonly look: WaitingLook } | null = null;
  readonly #look: { -readonly [Name in keyof ListenerLook]: ListenerLook[Name] } = {
    key: 0,
    length: 0,
    limit: 0,
    drops: null,
  };
  #sysctls: QueueSysctls | null = null;
  /** By limit; forgotten when a sysctl changes. */
  readonly #bounds = new Map<number, SynQueueBounds>();

  /** Takes over an open view. */
  constructor({ eye, inode, name, self }: SeenNamespace, clock: Clock, options: LookerOptions) {
    this.inode = inode;
    this.name = name;
    this.self = self;
    this.#eye = eye;
    this.#clock = clock;
    this.#options = options;
  }

  /** As last read. */
  get sysctls(): QueueSysctls {
    this.#sysctls ??= this.#eye.sysctls();
    return this.#sysctls;
  }

  /** Reads the sysctls again: a somaxconn that was changed makes limits stale. */
  refreshSysctls(): void {
    this.#sysctls = this.#eye.sysctls();
    this.#bounds.clear();
  }

  /** The bounds of the SYN queue that goes with an accept queue's limit; most listeners have one of a few limits. */
  boundsOf(limit: number, version: string): SynQueueBounds {
    const known = this.#bounds.get(limit);
    if (known !== undefined) return known;
    const bounds = synQueueBounds(limit, { version, ...this.sysctls });
    this.#bounds.set(limit, bounds);
    return bounds;
  }

  /** Answers that the kernel could not deliver. */
  get overruns(): number {
    return this.#eye.lookup.overruns;
  }

  /** Looks at all listeners. @throws {SyscallError} */
  dump(): void {
    this.#dump(FAMILIES);
  }

  /** The same, except that most times nobody looks for the first listener of a family that has none. @throws {SyscallError} */
  dumpKnown(): void {
    this.#dumps += 1;
    this.#dump(this.#dumps % WHOLE_EVERY === 0 ? FAMILIES : this.#families());
  }

  #dump(families: readonly AddressFamily[]): void {
    const { state } = this;
    let unknown = false;
    state.beginDump();
    for (const family of families) {
      // A dump takes a millisecond, and a clock for each row would cost as much again.
      const at = this.#clock();
      this.#eye.diag.forEachRow(["LISTEN"], [family], (row) => {
        if (!state.lookInDump(at, this.#lookOf(row))) unknown = true;
      });
    }
    if (unknown) this.#identify();
    if (this.#options.unix) this.#dumpUnix();
    state.endDump();
  }

  /** Sets who is looked at by `lookAtWatched`. */
  watch(watched: readonly ListenerState[]): void {
    const isSame =
      watched.length === this.#watched.length && watched.every((one, place) => one === this.#watched[place]);
    if (isSame) return;
    this.#watched = watched;
    const inet = watched.flatMap(({ identity }) => (identity.protocol === "unix" ? [] : [identity]));
    const hasGroup = watched.some((one) => this.state.groupSize(one) > 1);
    this.#watchByDump = hasGroup || inet.length > Math.max(8, this.state.listeners.size * DUMP_SHARE);
    this.#watchesUnix = inet.length < watched.length;
    this.#eye.lookup.setListeners(this.#watchByDump ? [] : inet);
  }

  /** Looks at the watched listeners only. @throws {SyscallError} */
  lookAtWatched(): void {
    if (this.#watched.length === 0) return;
    const at = this.#clock();
    const visit = (row: InetDiagRow) => void this.state.look(at, this.#lookOf(row));
    if (this.#watchByDump) this.#eye.diag.forEachRow(["LISTEN"], this.#families(), visit);
    else this.#eye.lookup.ask(visit);
    if (this.#watchesUnix) for (const socket of this.#unixListeners()) this.state.look(at, socket);
  }

  /** Counts the requests of all listeners: slow, because the kernel walks its whole table. @throws {SyscallError} */
  countRequests(): void {
    const rows = this.#eye.diag.sockets(["SYN_RECV"], this.#families(), {
      skmeminfo: false,
      localPort: this.#options.onlyPort ?? 0,
    });
    if (rows.length === 0) {
      this.#sawNoRequests();
      return;
    }
    const states = this.#inetStates();
    const lengths = synQueueLengths(
      states.map(({ identity }) => asRow(identity)),
      rows,
    );
    const at = this.#clock();
    states.forEach(({ state }, place) => {
      state.lookAtRequests(at, lengths[place] ?? null);
    });
  }

  /**
   * Looks at all listeners and at the counters so that both belong to one moment, if drops leave one.
   *
   * @throws {SyscallError}
   */
  settle(): void {
    const settled = this.state.counters;
    for (let tries = 1; ; tries += 1) {
      const counters = this.#eye.counters(this.#options.counters);
      this.state.countersRead(counters);
      const before = this.state.dropsVersion;
      this.dump();
      if (this.state.dropsVersion !== before && tries < SETTLE_TRIES) continue;
      this.state.settle(this.#clock());
      this.#askForLastQuarter(risesBetween(settled, counters));
      return;
    }
  }

  /**
   * Drops that neither queue explains are those of the last quarter if as many requests wait as that rule admits, so these
   * are counted now and not at their own slow rate. Whoever settles pays for it, and comes less often if it costs much.
   */
  #askForLastQuarter(rises: Readonly<Record<string, number>>): void {
    if (this.sysctls.tcp_syncookies !== 0 || refusedByCause(refusalCounters(rises)).other === 0) return;
    this.countRequests();
  }

  /**
   * Who waits in a listener's queue now: a walk of the established table, so on demand only. Null for a member of a
   * SO_REUSEPORT group with waiting clients, since a row does not say whose it is, for a unix listener, and for one that is
   * gone. Clients that have gone are told of by the second look at the same listener.
   *
   * @throws {SyscallError}
   */
  waitingAt({ identity }: ListenerState): WaitingFacts | null {
    if (identity.protocol === "unix") return null;
    const look = waitingLook(lookAtPort(this.#eye, identity.port), identity.cookie);
    const earlier = this.#lookedInto?.cookie === identity.cookie ? this.#lookedInto.look : null;
    this.#lookedInto = look === null ? null : { cookie: identity.cookie, look };
    return look === null ? null : describeWaiting(look, earlier);
  }

  close(): void {
    this.#eye.close();
  }

  /** Always the same object, because a thousand of them ten times a second would have to be collected. */
  #lookOf(row: InetDiagRow): ListenerLook {
    const look = this.#look;
    look.key = listenerKey(row.cookieHigh, row.cookieLow);
    look.length = row.receiveQueue;
    look.limit = row.sendQueue;
    look.drops = row.drops;
    return look;
  }

  #identify(): void {
    const { tcp, mptcp } = this.#eye.listeners();
    for (const identity of identify(tcp, mptcp)) {
      this.state.add(identity);
      this.#present.add(identity.family);
    }
    const at = this.#clock();
    for (const row of tcp) {
      this.state.lookInDump(at, {
        key: Number(row.cookie),
        length: row.receiveQueue,
        limit: row.sendQueue,
        drops: row.skmeminfo?.drops ?? null,
      });
    }
  }

  #dumpUnix(): void {
    const at = this.#clock();
    for (const socket of this.#unixListeners()) {
      if (!this.state.listeners.has(socket.key)) this.state.add(socket.identity());
      this.state.lookInDump(at, socket);
    }
  }

  /** Unix sockets count no drops. Their names are decoded only for a listener that is new. */
  #unixListeners(): (ListenerLook & { identity(): ListenerIdentity })[] {
    return this.#eye.diag.unixSockets(["LISTEN"]).map((socket) => ({
      key: Number(socket.cookie),
      length: socket.receiveQueue ?? 0,
      limit: socket.sendQueue ?? 0,
      drops: null,
      identity: () => identifyUnix(socket),
    }));
  }

  /** Most often there are none at all, and then nobody need search whose they are. */
  #sawNoRequests(): void {
    const at = this.#clock();
    for (const state of this.state.listeners.values())
      if (state.identity.protocol !== "unix") state.lookAtRequests(at, 0);
  }

  #inetStates(): { state: ListenerState; identity: InetIdentity }[] {
    return [...this.state.listeners.values()].flatMap((state) =>
      state.identity.protocol === "unix" ? [] : [{ state, identity: state.identity }],
    );
  }

  /** A dump of a family that no listener ever had would cost a walk of the whole table for nothing. */
  #families(): AddressFamily[] {
    return FAMILIES.filter((family) => this.#present.has(family));
  }
}

function asRow(identity: InetIdentity): Parameters<typeof synQueueLengths>[0][number] {
  const { family, interfaceIndex, v6only, address, port } = identity;
  return { family, interfaceIndex, v6only, local: { address, port } };
}
