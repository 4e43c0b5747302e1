/**
 * The hosts of a scenario: namespaces, interfaces, addresses. It builds and takes down; it carries no packets (lab-wire.ts does).
 *
 * ```
 *  client host        wire (ground.ts)            server host
 *   eth0 ═══════ client-1     server-1 ═══════ eth0
 * ```
 *
 * @module
 */

import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { NotSupportedError } from "../../../core/errors.ts";
import { LAB_ADDRESSES, type Scenario } from "../../../core/scenario/index.ts";
import type { CounterValues } from "../../../core/trace/index.ts";
import { Namespace } from "../../linux/namespace/namespace.ts";
import { Links } from "../../linux/netlink/links.ts";
import { switchOffloadsOff } from "../../linux/socket/offloads.ts";
import { leaveGround, standOnGround } from "./ground.ts";
import { setHostSysctls, tellSysctls } from "./lab-sysctls.ts";

const LOOPBACK_INDEX = 1;
const MAC = {
  client: "02:00:00:00:00:01",
  server: "02:00:00:00:00:02",
  toClient: "02:00:00:00:01:01",
  toServer: "02:00:00:00:01:02",
} as const;

/** The two ends that the wire holds, by interface index. */
export interface WireEnds {
  readonly namespace: Namespace;
  readonly toClient: number;
  readonly toServer: number;
}

/** The hosts of one run. */
export interface Network {
  readonly client: Namespace;
  /** The same namespace as the client's on plain loopback and with AF_UNIX. */
  readonly server: Namespace;
  /** Null on plain loopback and with AF_UNIX. */
  readonly wire: WireEnds | null;
  /** The server host's, as a trace tells them. */
  readonly sysctls: CounterValues;
  close(): void;
}

/** Builds the hosts of a scenario. @throws {NotSupportedError} when this user may not */
export function buildNetwork(scenario: Scenario): Network {
  if (scenario.family === "ipv6" && !existsSync("/proc/sys/net/ipv6")) {
    throw new NotSupportedError("a scenario over IPv6", "this kernel has no IPv6", "leave --ipv6 out");
  }
  const ground = standOnGround();
  const hosts: Namespace[] = [];
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    for (const host of hosts) host.close();
    leaveGround();
  };
  const create = (): Namespace => {
    const host = ground.base.inside(() => Namespace.create());
    hosts.push(host);
    // Before it has an interface: what IPv6 says on a new one depends on them.
    host.inside(() => setHostSysctls(scenario, ground.fresh));
    return host;
  };
  try {
    const isWired = scenario.topology === "wire";
    const built = isWired ? buildWired(scenario, create, ground.wires) : buildAlone(create());
    const sysctls = built.server.inside(() => tellSysctls(scenario, ground.fresh));
    return { ...built, sysctls, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** A wire that is not up by then is used as it is: its recordings show what it loses. */
const LONGEST_START_MS = 10_000;

/** Waits until the wire's own ends carry frames; the hosts' ends do as soon as they are set up. */
export async function untilCarrying({ wire }: Network): Promise<void> {
  if (wire === null) return;
  const { namespace, toClient, toServer } = wire;
  const isCarrying = () =>
    withLinks((links) => [toClient, toServer].every((end) => links.isOperational(end)));
  const startedMs = performance.now();
  while (!namespace.inside(isCarrying) && performance.now() - startedMs < LONGEST_START_MS) await delay(1);
}

type Built = Omit<Network, "close" | "sysctls">;

/** One host that talks with itself, over loopback or AF_UNIX. */
function buildAlone(host: Namespace): Built {
  host.inside(() => withLinks((links) => links.setUp(LOOPBACK_INDEX)));
  return { client: host, server: host, wire: null };
}

let wiresLaid = 0;

function buildWired(scenario: Scenario, create: () => Namespace, wires: Namespace): Built {
  const [client, server] = [create(), create()];
  wiresLaid += 1;
  // Names of their own: the ends of earlier runs vanish some time after their hosts were closed.
  const names = { toClient: `client-${wiresLaid}`, toServer: `server-${wiresLaid}` };
  const ends = wires.inside(() => ({
    toClient: layCable(names.toClient, MAC.toClient, MAC.client, client),
    toServer: layCable(names.toServer, MAC.toServer, MAC.server, server),
  }));
  setUpHost(scenario, client, "client");
  setUpHost(scenario, server, "server");
  return { client, server, wire: { namespace: wires, ...ends } };
}

/** One veth pair from the wire to a host; returns the index of the wire's end. Runs inside the wires' namespace. */
function layCable(name: string, nearMac: string, farMac: string, host: Namespace): number {
  return withLinks((links) => {
    links.createVeth({ name, mac: nearMac }, { name: "eth0", mac: farMac }, host.fd);
    switchOffloadsOff(name);
    const index = links.indexOf(name);
    links.setUp(index);
    return index;
  });
}

function setUpHost(scenario: Scenario, host: Namespace, role: "client" | "server"): void {
  const other = role === "client" ? "server" : "client";
  const addresses = LAB_ADDRESSES.wire[scenario.family];
  const work = (links: Links) => {
    switchOffloadsOff("eth0");
    const index = links.indexOf("eth0");
    links.setUp(LOOPBACK_INDEX);
    links.setUp(index);
    links.addAddress(index, addresses[role], addresses.prefixLength);
    links.addNeighbour(index, addresses[other], MAC[other]);
  };
  host.inside(() => withLinks(work));
}

function withLinks<T>(work: (links: Links) => T): T {
  const links = new Links();
  try {
    return work(links);
  } finally {
    links.close();
  }
}
