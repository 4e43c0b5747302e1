/**
 * Probes that change something and therefore run in a network namespace made for them, by a process that ends right
 * after (probe-child.ts). Nothing here may be called in a namespace that anybody uses.
 *
 * @module
 */
import { encodeVethCreate } from "../../../core/wire/netlink/rtnetlink.ts";
import { checked } from "../../linux/ffi/check.ts";
import { Descriptor } from "../../linux/ffi/descriptor.ts";
import { libc } from "../../linux/ffi/libc.ts";
import { NETLINK, NetlinkSocket } from "../../linux/netlink/netlink-socket.ts";
import { SockDiag } from "../../linux/netlink/sock-diag.ts";
import { readSysctl, writeSysctl } from "../../linux/proc/sysctl.ts";
import { AF } from "../../linux/socket/sockaddr.ts";
import { closeSocket, openListener } from "../../linux/socket/tcp-socket.ts";
import { type ProbedSynQueueTest, probeSynQueueTest } from "../syn-queue-test.ts";
import { attempt, couldNotTell, no, type Probed, whyNot, yes } from "./probe-answer.ts";

/** What was seen inside. */
export interface FreshNamespaceAnswers {
  /** Whether we have rights here at all: making a namespace proves nothing where a security module takes them away. */
  readonly loopback: Probed;
  readonly veth: Probed;
  readonly packetSocket: Probed;
  readonly somaxconn: Probed;
  readonly childEhash: Probed;
  readonly drops: Probed;
  readonly synQueueTest: ProbedSynQueueTest;
}

/** Runs all of them. The order matters: the later ones use the loopback interface. */
export function probeFreshNamespace(): FreshNamespaceAnswers {
  return {
    loopback: attempt(bringLoopbackUp),
    veth: attempt(createVeth),
    packetSocket: attempt(openPacketSocket),
    somaxconn: attempt(() => changeSysctl("net.core.somaxconn", 17)),
    childEhash: attempt(() => changeSysctl("net.ipv4.tcp_child_ehash_entries", 1024)),
    drops: probeDrops(),
    synQueueTest: probeSynQueueTest(),
  };
}

const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;
const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const SIOCSIFFLAGS = 0x8914;
const IFF_UP = 1;

function bringLoopbackUp(): null {
  const socket = Descriptor.checked("socket", libc.socket(AF.INET, SOCK_DGRAM_CLOEXEC, 0));
  try {
    // struct ifreq { char ifr_name[16]; short ifr_flags; ... }, 40 bytes.
    const request = Buffer.alloc(40);
    request.write("lo", 0, "latin1");
    request.writeInt16LE(IFF_UP, 16);
    checked("bringing lo up", libc.ioctl(socket.number, SIOCSIFFLAGS, request));
    return null;
  } finally {
    socket.close();
  }
}

function createVeth(): null {
  const netlink = new NetlinkSocket(NETLINK.ROUTE);
  try {
    const peer = { name: "lqprobe1", address: "02:00:00:00:00:02", namespaceFd: null };
    const request = encodeVethCreate({ name: "lqprobe0", address: "02:00:00:00:00:01", peer, sequence: 1 });
    netlink.request("creating a veth pair", request);
    return null;
  } finally {
    netlink.close();
  }
}

function openPacketSocket(): null {
  Descriptor.checked("opening a packet socket", libc.socket(AF.PACKET, SOCK_RAW_CLOEXEC, 0)).close();
  return null;
}

function changeSysctl(name: string, value: number): null {
  writeSysctl(name, value);
  const now = readSysctl(name);
  if (now !== String(value)) throw new Error(`${name} is ${now ?? "absent"} after writing ${value}`);
  return null;
}

function probeDrops(): Probed {
  const listener = openListener({ address: "127.0.0.1", port: 0, backlog: 1 });
  const diag = new SockDiag();
  try {
    const [row] = diag.sockets(["LISTEN"], ["ipv4"]);
    if (row === undefined) return couldNotTell("sock_diag did not show a listener just made");
    return typeof row.skmeminfo?.drops === "number" ? yes() : no("INET_DIAG_SKMEMINFO has no drops");
  } catch (error) {
    // An answer that is missing would take all the others with it.
    return couldNotTell(whyNot(error));
  } finally {
    diag.close();
    closeSocket(listener);
  }
}
