/**
 * A peer that speaks TCP by hand: it sends the SYNs and ACKs that a test asks for and nothing else, no reset and no resend, so
 * that requests stay half-open and the moment of each final ACK is the test's. It stands in a namespace of its own, at the
 * far end of a cable to another one in which the test listens. Both end with the process.
 *
 * @module
 */

import { encodeTcpFrame } from "../../src/core/wire/packet/encode-frame.ts";
import { decodeFrame, type TcpFrame } from "../../src/core/wire/packet/frame.ts";
import { LINK_TYPE } from "../../src/core/wire/packet/link-type.ts";
import { Namespace } from "../../src/system/linux/namespace/namespace.ts";
import { Links } from "../../src/system/linux/netlink/links.ts";
import { writeSysctl } from "../../src/system/linux/proc/sysctl.ts";
import { PacketSocket } from "../../src/system/linux/socket/packet-socket.ts";

const MAC = { peer: "02:00:00:00:00:01", server: "02:00:00:00:00:02" } as const;
/** Where the test listens. */
export const SERVER_ADDRESS = "192.0.2.2";
const PEER_ADDRESS = "192.0.2.1";
/** Not in the network of the cable, so that the server has no way back to it. */
const ADDRESS_WITHOUT_ROUTE = "198.51.100.1";
const FIRST_SEQUENCE = 1000;
const FIRST_PORT = 40_000;

/** The two ends of the cable; the calling thread is in the server's namespace until it is closed. */
export class SilentPeer {
  readonly #home: Namespace = Namespace.own();
  readonly #peer: Namespace = Namespace.create();
  readonly #socket: PacketSocket;
  readonly #answers = new Map<string, TcpFrame>();
  #nextPort = FIRST_PORT;

  constructor() {
    const server = Namespace.create();
    this.#socket = this.#peer.inside(() => layCable(server));
    server.enter();
    server.close();
    setUpServer();
    this.#peer.inside(untilCarrying);
  }

  /** Sends that many SYNs, each from a port of its own. */
  sendSyns(port: number, count: number, { withRoute = true } = {}): void {
    const address = withRoute ? PEER_ADDRESS : ADDRESS_WITHOUT_ROUTE;
    for (let sent = 0; sent < count; sent++) {
      this.#send({ from: `${address}:${this.#nextPort}`, port, flags: "S", seq: FIRST_SEQUENCE, ack: null });
      this.#nextPort += 1;
    }
  }

  /** The SYN+ACKs that have come so far; a resent one is the same. */
  synAcks(): TcpFrame[] {
    for (let frame = this.#socket.receive(); frame !== null; frame = this.#socket.receive()) {
      const segment = decodeFrame(LINK_TYPE.ETHERNET, frame.bytes);
      if (segment.skipped === null && segment.flags === "S.") this.#answers.set(segment.to, segment);
    }
    return [...this.#answers.values()];
  }

  /** Sends the final ACK that a SYN+ACK asks for. */
  sendFinalAck({ from, to, seq, ack }: TcpFrame): void {
    const port = Number(from.slice(from.lastIndexOf(":") + 1));
    this.#send({ from: to, port, flags: ".", seq: ack ?? 0, ack: (seq + 1) >>> 0 });
  }

  close(): void {
    this.#socket.close();
    this.#peer.close();
    this.#home.enter();
    this.#home.close();
  }

  #send({ port, ...segment }: SentSegment): void {
    const to = `${SERVER_ADDRESS}:${port}`;
    this.#socket.send(
      encodeTcpFrame({ ...segment, to, window: 65_535, fromMac: MAC.peer, toMac: MAC.server }),
    );
  }
}

interface SentSegment {
  readonly from: string;
  readonly port: number;
  readonly flags: string;
  readonly seq: number;
  readonly ack: number | null;
}

/** Runs in the peer's namespace. It gets no address, so that its kernel answers nothing by itself. */
function layCable(server: Namespace): PacketSocket {
  const links = new Links();
  links.createVeth({ name: "eth0", mac: MAC.peer }, { name: "eth0", mac: MAC.server }, server.fd);
  const index = links.indexOf("eth0");
  links.setUp(index);
  links.close();
  return new PacketSocket(index);
}

/** Runs in the peer's namespace: its end was set up first, and loses what it is given before the kernel puts it into operation. */
function untilCarrying(): void {
  const links = new Links();
  const index = links.indexOf("eth0");
  while (!links.isOperational(index)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  links.close();
}

/** Without the reverse path filter, which a new namespace may have from the machine: it would keep SYNs from the listener. */
function setUpServer(): void {
  const links = new Links();
  const index = links.indexOf("eth0");
  links.setUp(links.indexOf("lo"));
  links.setUp(index);
  links.addAddress(index, SERVER_ADDRESS, 24);
  links.addNeighbour(index, PEER_ADDRESS, MAC.peer);
  links.close();
  for (const place of ["all", "eth0"]) writeSysctl(`net.ipv4.conf.${place}.rp_filter`, 0);
}
