/**
 * Interfaces of the lab's namespaces, by rtnetlink: no `ip` command is needed. Every function acts in the namespace in
 * which its socket was opened; nothing here is ever called for the machine's own.
 *
 * @module
 */
import {
  decodeLink,
  encodeAddressAdd,
  encodeLinkQuery,
  encodeLinkUp,
  encodeNeighbourAdd,
  encodeVethCreate,
} from "../../../core/wire/netlink/rtnetlink.ts";
import { NETLINK, NetlinkSocket } from "./netlink-socket.ts";

/** One end of a veth pair. */
export interface VethEnd {
  readonly name: string;
  /** Such as `"02:00:00:00:00:01"`. */
  readonly mac: string;
}

/** Interfaces, addresses and neighbours of one namespace. Open it inside that namespace. */
export class Links {
  readonly #netlink = new NetlinkSocket(NETLINK.ROUTE);
  #sequence = 0;

  /** Creates a veth pair whose far end is born in another namespace (moving it there later costs far more). @throws {SyscallError} */
  createVeth(near: VethEnd, far: VethEnd, farNamespaceFd: number): void {
    const request = encodeVethCreate({
      name: near.name,
      address: near.mac,
      peer: { name: far.name, address: far.mac, namespaceFd: farNamespaceFd },
      sequence: this.#next(),
    });
    this.#netlink.request("create veth", request, "needs CAP_NET_ADMIN and the kernel's veth module");
  }

  /** The index of an interface. @throws {SyscallError} ENODEV when there is none */
  indexOf(name: string): number {
    const [answer] = this.#netlink.request(
      `find interface ${name}`,
      encodeLinkQuery({ name, sequence: this.#next() }),
    );
    if (answer === undefined) throw new Error(`the kernel acknowledged ${name} without describing it`);
    return decodeLink(answer.payload).index;
  }

  /** @throws {SyscallError} */
  setUp(index: number): void {
    this.#netlink.request("set interface up", encodeLinkUp({ index, sequence: this.#next() }));
  }

  /**
   * Lets an interface send whose far end came up after it. Its carrier is there at once, but until the kernel's link watch has
   * run it drops all that is sent, without a word. To be asked for runs it, since 6.8; an older kernel runs it soon.
   *
   * @throws {SyscallError} ENODEV when there is none
   * @kernel net/core/rtnetlink.c rtnl_getlink() v6.8
   */
  awaitCarrier(name: string): void {
    this.indexOf(name);
  }

  /** Adds an address that is usable at once (IPv6: without duplicate address detection). @throws {SyscallError} */
  addAddress(index: number, address: string, prefixLength: number): void {
    const request = encodeAddressAdd({ index, address, prefixLength, nodad: true, sequence: this.#next() });
    this.#netlink.request(`add address ${address}`, request);
  }

  /** Adds a neighbour that never has to be asked for, so that ARP and ND stay off the wire. @throws {SyscallError} */
  addNeighbour(index: number, address: string, mac: string): void {
    const request = encodeNeighbourAdd({ index, address, mac, sequence: this.#next() });
    this.#netlink.request(`add neighbour ${address}`, request);
  }

  close(): void {
    this.#netlink.close();
  }

  #next(): number {
    this.#sequence += 1;
    return this.#sequence;
  }
}
