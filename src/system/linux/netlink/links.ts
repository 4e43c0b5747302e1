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
  type Link,
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
    return this.#find(name).index;
  }

  /**
   * Whether an interface carries frames. Of a veth pair the end that was set up first does so a moment after the second was, and loses
   * without a word what it is given before: until the kernel's link watch has run. To be asked runs it since 6.8; an older kernel runs it soon.
   *
   * @kernel net/core/link_watch.c linkwatch_sync_dev() v6.8
   * @throws {SyscallError} ENODEV when there is none
   */
  isOperational(index: number): boolean {
    return this.#find(index).operational;
  }

  /** @throws {SyscallError} */
  setUp(index: number): void {
    this.#netlink.request("set interface up", encodeLinkUp({ index, sequence: this.#next() }));
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

  #find(link: string | number): Link {
    const request = encodeLinkQuery({ link, sequence: this.#next() });
    const [answer] = this.#netlink.request(`find interface ${link}`, request);
    if (answer === undefined) throw new Error(`the kernel acknowledged ${link} without describing it`);
    return decodeLink(answer.payload);
  }

  #next(): number {
    this.#sequence += 1;
    return this.#sequence;
  }
}
