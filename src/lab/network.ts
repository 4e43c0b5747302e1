/**
 * The hosts of a scenario: namespaces, interfaces, addresses. It builds and takes down; it carries no packets (wire.ts does).
 *
 * ```
 *  client host            wire                     server host
 *   eth0 ═══════ to-client   to-server ═══════ eth0
 * ```
 *
 * All namespaces are children of one base namespace, because a child's table of connections is as small as its
 * parent says, and a small table makes a dump of SYN_RECV a hundred times cheaper.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { NotSupportedError } from "../errors.ts";
import { Links } from "../linux/links.ts";
import { Namespace } from "../linux/namespace.ts";
import { switchOffloadsOff } from "../linux/offloads.ts";
import { LAB_ADDRESSES, type Scenario } from "../scenario/index.ts";
import { setHostSysctls, writeIfPresent } from "./lab-sysctls.ts";

const LOOPBACK_INDEX = 1;
const SMALL_TABLE_BUCKETS = 1024;
const MAC = {
  client: "02:00:00:00:00:01",
  server: "02:00:00:00:00:02",
  toClient: "02:00:00:00:01:01",
  toServer: "02:00:00:00:01:02",
} as const;

/** The two ends that the wire holds. */
export interface WireEnds {
  readonly namespace: Namespace;
  readonly toClient: string;
  readonly toServer: string;
}

/** The hosts of one run. */
export interface Network {
  readonly client: Namespace;
  /** The same namespace as the client's on plain loopback. */
  readonly server: Namespace;
  /** Null on plain loopback. */
  readonly wire: WireEnds | null;
  close(): void;
}

/** Builds the hosts of a scenario. @throws {NotSupportedError} when this user may not */
export function buildNetwork(scenario: Scenario): Network {
  const namespaces: Namespace[] = [];
  const close = () => {
    for (const namespace of namespaces) namespace.close();
  };
  const create = (parent: Namespace | null): Namespace => {
    const created = parent === null ? Namespace.create() : parent.inside(() => Namespace.create());
    namespaces.push(created);
    return created;
  };
  if (scenario.family === "ipv6" && !existsSync("/proc/sys/net/ipv6")) {
    throw new NotSupportedError("a scenario over IPv6", "this kernel has no IPv6", "leave --ipv6 out");
  }
  try {
    const base = create(null);
    base.inside(() => writeIfPresent("net.ipv4.tcp_child_ehash_entries", SMALL_TABLE_BUCKETS));
    const built =
      scenario.topology === "wire"
        ? buildWired(scenario, () => create(base))
        : buildLoopback(scenario, create(base));
    return { ...built, close };
  } catch (error) {
    close();
    throw error;
  }
}

type Built = Omit<Network, "close">;

function buildLoopback(scenario: Scenario, host: Namespace): Built {
  host.inside(() => {
    setHostSysctls(scenario.sysctls);
    withLinks((links) => links.setUp(LOOPBACK_INDEX));
  });
  return { client: host, server: host, wire: null };
}

function buildWired(scenario: Scenario, create: () => Namespace): Built {
  const [client, server, wire] = [create(), create(), create()];
  wire.inside(() => {
    // The wire's ends carry frames and have no addresses; IPv6 would make them talk.
    writeIfPresent("net.ipv6.conf.all.disable_ipv6", 1);
    writeIfPresent("net.ipv6.conf.default.disable_ipv6", 1);
    layCable("to-client", MAC.toClient, MAC.client, client);
    layCable("to-server", MAC.toServer, MAC.server, server);
  });
  setUpHost(scenario, client, "client");
  setUpHost(scenario, server, "server");
  return { client, server, wire: { namespace: wire, toClient: "to-client", toServer: "to-server" } };
}

/** One veth pair from the wire to a host. Runs inside the wire's namespace. */
function layCable(name: string, nearMac: string, farMac: string, host: Namespace): void {
  withLinks((links) => {
    links.createVeth({ name, mac: nearMac }, { name: "eth0", mac: farMac }, host.fd);
    switchOffloadsOff(name);
    links.setUp(links.indexOf(name));
  });
}

function setUpHost(scenario: Scenario, host: Namespace, role: "client" | "server"): void {
  const other = role === "client" ? "server" : "client";
  const addresses = LAB_ADDRESSES.wire[scenario.family];
  host.inside(() => {
    setHostSysctls(scenario.sysctls);
    withLinks((links) => {
      switchOffloadsOff("eth0");
      const index = links.indexOf("eth0");
      links.setUp(LOOPBACK_INDEX);
      links.setUp(index);
      links.addAddress(index, addresses[role], addresses.prefixLength);
      links.addNeighbour(index, addresses[other], MAC[other]);
    });
  });
}

function withLinks(work: (links: Links) => void): void {
  const links = new Links();
  try {
    work(links);
  } finally {
    links.close();
  }
}
