/**
 * One network namespace, looked at from outside: a sock_diag socket, the counter files and the sysctls, opened inside it once and read from
 * wherever the thread is afterwards. Holding one keeps the namespace alive, so whoever looks for long closes it when
 * nobody else is in there any more.
 *
 * @module
 */
import { readSync } from "node:fs";
import { NotSupportedError, SyscallError } from "../../core/errors.ts";
import { QUEUE_SYSCTLS } from "../../core/listener/facts.ts";
import type { QueueSysctls } from "../../core/listener/snapshot/snapshot-document.ts";
import type { Counters } from "../../core/wire/counter-names.ts";
import type { InetDiagSocket } from "../../core/wire/netlink/inet-diag-message.ts";
import type { UnixDiagSocket } from "../../core/wire/netlink/unix-diag.ts";
import { type Closable, Descriptor, OpenResources } from "../linux/ffi/descriptor.ts";
import { Namespace } from "../linux/namespace/namespace.ts";
import { ownNamespaceInode } from "../linux/namespace/namespace-list.ts";
import { ListenerLookup } from "../linux/netlink/listener-lookup.ts";
import { SockDiag } from "../linux/netlink/sock-diag.ts";
import { parseCounterFile, QUEUE_COUNTERS, snmpPrefixes } from "../linux/proc/counters.ts";
import { OpenSysctl } from "../linux/proc/open-sysctl.ts";
import { readSysctlNumber } from "../linux/proc/sysctl.ts";

const FAMILIES = ["ipv4", "ipv6"] as const;
const COUNTER_FILE_BYTES = 65_536;

/** The rows of one look. */
export interface NamespaceTables {
  /** LISTEN and SYN_RECV, of both families. */
  readonly tcp: readonly InetDiagSocket[];
  /** LISTEN of the MPTCP table. */
  readonly mptcp: readonly InetDiagSocket[];
  readonly unix: readonly UnixDiagSocket[];
}

/** The files that have a namespace's counters, and which lines of each. */
const COUNTER_FILES = [
  { prefixesOf: snmpPrefixes, path: "/proc/thread-self/net/snmp" },
  { prefixesOf: () => ["TcpExt"], path: "/proc/thread-self/net/netstat" },
] as const;

/** An open view into a namespace. */
export class NamespaceEye implements Closable {
  readonly diag: SockDiag;
  /** For questions about single listeners. */
  readonly lookup: ListenerLookup;
  /** The inode of the namespace. */
  readonly inode: number;
  readonly #sysctls: readonly OpenSysctl[];
  readonly #files: readonly {
    readonly prefixesOf: (names: readonly string[]) => readonly string[];
    readonly file: Descriptor;
  }[];
  readonly #opened = new OpenResources();
  readonly #buffer = Buffer.allocUnsafeSlow(COUNTER_FILE_BYTES);
  readonly #hasMptcp: boolean;

  /** Opens everything in the namespace in which the calling thread is. @throws {SyscallError} */
  constructor() {
    const opened = this.#opened;
    try {
      this.diag = opened.keep(new SockDiag());
      this.lookup = opened.keep(new ListenerLookup());
      this.inode = ownNamespaceInode();
      this.#files = COUNTER_FILES.map(({ prefixesOf, path }) => ({
        prefixesOf,
        file: opened.keep(Descriptor.open(path)),
      }));
      this.#sysctls = QUEUE_SYSCTLS.map((name) => opened.keep(new OpenSysctl(sysctlName(name))));
      // Without the sysctl the kernel has no MPTCP, and asking would only make it look for a module.
      this.#hasMptcp = readSysctlNumber("net.mptcp.enabled") !== null;
    } catch (error) {
      opened.close();
      throw error;
    }
  }

  /**
   * A view into the namespace behind a link or mount.
   *
   * @throws {SyscallError} EPERM where this user may not enter it
   */
  static open(path: string): NamespaceEye {
    const namespace = Namespace.open(path);
    try {
      return namespace.inside(() => new NamespaceEye());
    } finally {
      namespace.close();
    }
  }

  /** One look at its listeners and their requests; with a port only at those of that port. @throws {SyscallError} */
  tables({
    unix = false,
    port = 0,
  }: {
    readonly unix?: boolean;
    readonly port?: number;
  } = {}): NamespaceTables {
    const options = { localPort: port };
    return {
      tcp: this.diag.sockets(["LISTEN", "SYN_RECV"], FAMILIES, options),
      mptcp: this.#mptcpListeners().filter(({ local }) => port === 0 || local.port === port),
      unix: unix ? this.diag.unixSockets(["LISTEN"]) : [],
    };
  }

  /** Its listeners without their requests, for which the kernel would walk its whole table. @throws {SyscallError} */
  listeners(): Pick<NamespaceTables, "tcp" | "mptcp"> {
    return { tcp: this.diag.sockets(["LISTEN"], FAMILIES), mptcp: this.#mptcpListeners() };
  }

  /** Its counters now. */
  counters(names: readonly string[] = QUEUE_COUNTERS): Counters {
    const all = new Map<string, number>();
    for (const { prefixesOf, file } of this.#files)
      for (const [name, value] of parseCounterFile(this.#read(file), prefixesOf(names))) all.set(name, value);
    return Object.fromEntries(names.map((name) => [name, all.get(name) ?? null]));
  }

  /** The sysctls that decide about its queues, as they are now. */
  sysctls(): QueueSysctls {
    const values = this.#sysctls.map((sysctl) => sysctl.read());
    return Object.fromEntries(
      QUEUE_SYSCTLS.map((name, place) => [name, values[place] ?? null]),
    ) as QueueSysctls;
  }

  /** Safe to call twice. */
  close(): void {
    this.#opened.close();
  }

  #mptcpListeners(): InetDiagSocket[] {
    if (!this.#hasMptcp) return [];
    return optional(() => this.diag.sockets(["LISTEN"], FAMILIES, { protocol: "mptcp" }));
  }

  #read({ number }: Descriptor): string {
    let length = 0;
    for (;;) {
      const read = readSync(number, this.#buffer, length, this.#buffer.length - length, length);
      length += read;
      if (read === 0 || length === this.#buffer.length) return this.#buffer.toString("latin1", 0, length);
    }
  }
}

/** MPTCP without mptcp_diag: its listeners then show as the TCP ones that they are on the wire. */
function optional(read: () => InetDiagSocket[]): InetDiagSocket[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyscallError || error instanceof NotSupportedError) return [];
    throw error;
  }
}

function sysctlName(name: (typeof QUEUE_SYSCTLS)[number]): string {
  return name === "somaxconn" ? "net.core.somaxconn" : `net.ipv4.${name}`;
}
