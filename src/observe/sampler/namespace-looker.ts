/**
 * The part that looks at one namespace: its netlink sockets and its counters. They are opened inside it and used from
 * outside. As long as they are open the namespace exists, so whoever finds that nobody else uses it must close this.
 * What the looks mean is `namespace-state.ts`.
 *
 * @module
 */
import { SyscallError } from "../../errors.ts";
import { readCounters } from "../../linux/counters.ts";
import { ListenerLookup } from "../../linux/listener-lookup.ts";
import { Namespace } from "../../linux/namespace.ts";
import { SockDiag } from "../../linux/sock-diag.ts";
import { readSysctlNumber } from "../../linux/sysctl.ts";
import type { AddressFamily, InetDiagRow, InetDiagSocket } from "../../wire/inet-diag.ts";
import { QUEUE_SYSCTLS, type QueueSysctls } from "../snapshot-document.ts";
import { synQueueLengths } from "../syn-queue-lengths.ts";
import { identify, listenerKey } from "./listener-identity.ts";
import type { ListenerState } from "./listener-state.ts";
import { NamespaceState } from "./namespace-state.ts";

const FAMILIES = ["ipv4", "ipv6"] as const;
/** Drops may go on while the counters are read; after so many tries the interval is closed without certainty. */
const SETTLE_TRIES = 3;
/** A dump of few listeners is cheaper than single questions about a third of them. */
const DUMP_SHARE = 1 / 3;

/** Where a namespace is. */
export interface LookPlace {
  readonly inode: number;
  /** Opens it, such as `/proc/7/ns/net`; null for the one in which this thread is. */
  readonly path: string | null;
  readonly name: string | null;
  readonly self: boolean;
}

/** Milliseconds since the sampler began. */
export type Clock = () => number;

/** Looks at one namespace. */
export class NamespaceLooker {
  readonly state: NamespaceState = new NamespaceState();
  place: LookPlace;
  sysctls: QueueSysctls;
  readonly #clock: Clock;
  readonly #diag: SockDiag;
  readonly #lookup: ListenerLookup;
  #watched: readonly ListenerState[] = [];
  #watchByDump = false;

  /** @throws {SyscallError} or Node's own error if the namespace has ended or is not for us */
  constructor(place: LookPlace, clock: Clock) {
    this.place = place;
    this.#clock = clock;
    [this.#diag, this.#lookup] = this.#inside(openSockets);
    this.sysctls = this.#inside(readQueueSysctls);
  }

  /** Answers that the kernel could not deliver. */
  get overruns(): number {
    return this.#lookup.overruns;
  }

  /** Looks at all listeners. @throws {SyscallError} */
  dump(): void {
    const { state } = this;
    let unknown = false;
    state.beginDump();
    this.#diag.forEachRow(["LISTEN"], FAMILIES, (row) => {
      if (!state.lookInDump(this.#clock(), lookOf(row))) unknown = true;
    });
    if (unknown) this.#identify();
    state.endDump();
  }

  /** Sets who is looked at by `lookAtWatched`. */
  watch(watched: readonly ListenerState[]): void {
    const isSame =
      watched.length === this.#watched.length && watched.every((one, place) => one === this.#watched[place]);
    if (isSame) return;
    this.#watched = watched;
    const hasGroup = watched.some(({ identity }) => this.state.groupSize(identity) > 1);
    this.#watchByDump = hasGroup || watched.length > Math.max(8, this.state.listeners.size * DUMP_SHARE);
    this.#lookup.setListeners(this.#watchByDump ? [] : watched.map(({ identity }) => identity));
  }

  /** Looks at the watched listeners only. @throws {SyscallError} */
  lookAtWatched(): void {
    if (this.#watched.length === 0) return;
    const visit = (row: InetDiagRow) => void this.state.look(this.#clock(), lookOf(row));
    if (this.#watchByDump) this.#diag.forEachRow(["LISTEN"], this.#families(), visit);
    else this.#lookup.ask(visit);
  }

  /** Counts the requests of all listeners: slow, because the kernel walks its whole table. @throws {SyscallError} */
  countRequests(): void {
    const states = [...this.state.listeners.values()];
    const rows = this.#diag.sockets(["SYN_RECV"], this.#families(), { skmeminfo: false });
    const lengths = synQueueLengths(states.map(asRow), rows);
    const at = this.#clock();
    states.forEach((state, place) => {
      state.lookAtRequests(at, lengths[place] ?? null);
    });
  }

  /**
   * Looks at all listeners and at the counters so that both belong to one moment, if drops leave one.
   *
   * @throws {SyscallError}
   */
  settle(): void {
    for (let tries = 1; ; tries += 1) {
      const before = this.state.dropsVersion;
      const counters = this.#inside(readCounters);
      this.dump();
      const agree = this.state.dropsVersion === before;
      if (agree || tries === SETTLE_TRIES) {
        this.state.settle(this.#clock(), counters, agree);
        return;
      }
    }
  }

  /** Sysctls may be changed at any time. */
  readSysctls(): void {
    this.sysctls = this.#inside(readQueueSysctls);
  }

  close(): void {
    this.#diag.close();
    this.#lookup.close();
  }

  #identify(): void {
    const tcp = this.#diag.sockets(["LISTEN"], FAMILIES);
    for (const identity of identify(
      tcp,
      readMptcp(this.#diag, () => this.#hasMptcp()),
    )) {
      this.state.add(identity);
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

  #hasMptcp(): boolean {
    return this.#inside(() => readSysctlNumber("net.mptcp.enabled")) !== null;
  }

  /** A dump of a family that no listener has would cost a walk for nothing. */
  #families(): AddressFamily[] {
    const present = new Set([...this.state.listeners.values()].map(({ identity }) => identity.family));
    return FAMILIES.filter((family) => present.has(family));
  }

  #inside<T>(work: () => T): T {
    if (this.place.path === null) return work();
    const namespace = Namespace.open(this.place.path);
    try {
      return namespace.inside(work);
    } finally {
      namespace.close();
    }
  }
}

function openSockets(): [SockDiag, ListenerLookup] {
  const diag = new SockDiag();
  try {
    return [diag, new ListenerLookup()];
  } catch (error) {
    diag.close();
    throw error;
  }
}

function readQueueSysctls(): QueueSysctls {
  const folderOf = (name: string) => (name === "somaxconn" ? "core" : "ipv4");
  const entries = QUEUE_SYSCTLS.map((name) => [name, readSysctlNumber(`net.${folderOf(name)}.${name}`)]);
  return Object.fromEntries(entries) as QueueSysctls;
}

/** Without the sysctl the kernel has no MPTCP, and asking would only make it look for a module. */
function readMptcp(diag: SockDiag, hasMptcp: () => boolean): InetDiagSocket[] {
  if (!hasMptcp()) return [];
  try {
    return diag.sockets(["LISTEN"], FAMILIES, { protocol: "mptcp" });
  } catch (error) {
    if (error instanceof SyscallError) return [];
    throw error;
  }
}

function lookOf(row: InetDiagRow): { key: number; length: number; limit: number; drops: number | null } {
  return {
    key: listenerKey(row.cookieHigh, row.cookieLow),
    length: row.receiveQueue,
    limit: row.sendQueue,
    drops: row.drops,
  };
}

function asRow({ identity }: ListenerState): Parameters<typeof synQueueLengths>[0][number] {
  const { family, interfaceIndex, v6only, address, port } = identity;
  return { family, interfaceIndex, v6only, local: { address, port } };
}
