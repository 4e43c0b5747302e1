/**
 * Ethernet II frames, with any number of VLAN tags. A length instead of a type (802.3) is handed on as the type it looks like.
 *
 * @module
 */

import { ByteReader, ByteWriter } from "../bytes.ts";

/** What an EtherType can be, as far as we look. */
export const ETHER_TYPE = {
  IPV4: 0x0800,
  IPV6: 0x86dd,
  VLAN: 0x8100,
  SERVICE_VLAN: 0x88a8,
  /** The outer tag of two before 802.1ad gave it a number. */
  OLD_SERVICE_VLAN: 0x9100,
  MPLS: 0x8847,
  MPLS_UPSTREAM: 0x8848,
  PPPOE_SESSION: 0x8864,
  /** In GRE alone: a whole Ethernet frame. */
  ETHERNET: 0x6558,
} as const;

/** One 802.1Q tag. */
export interface VlanTag {
  /** 0x8100, or 0x88a8 for the outer one of two. */
  type: number;
  /** Priority and VLAN id together, 16 bits; the id is the lower 12. */
  control: number;
}

/** The header of a frame. */
export interface EthernetHeader {
  /** 6 bytes, as in the frame. */
  destination: Uint8Array;
  source: Uint8Array;
  /** From the outside inwards. */
  vlanTags: readonly VlanTag[];
  /** What the payload is, after all tags. */
  etherType: number;
}

/**
 * A frame: its header, and the payload as a view, with whatever padding the frame carries.
 *
 *     offset  bytes
 *     0       6      destination
 *     6       6      source
 *     12      4      a tag (type, control), any number of times
 *     12      2      type
 *
 * @throws {DecodeError} SHORT if the header is cut off.
 */
export function decodeEthernet(bytes: Uint8Array): { header: EthernetHeader; payload: Uint8Array } {
  const reader = new ByteReader(bytes, "Ethernet header");
  const destination = reader.bytes(6);
  const source = reader.bytes(6);
  const vlanTags: VlanTag[] = [];
  let etherType = reader.u16be();
  while (isVlan(etherType)) {
    vlanTags.push({ type: etherType, control: reader.u16be() });
    etherType = reader.u16be();
  }
  return { header: { destination, source, vlanTags, etherType }, payload: reader.rest() };
}

/** A frame, without padding and without a frame check sequence. */
export function encodeEthernet(header: EthernetHeader, payload: Uint8Array): Uint8Array {
  const writer = new ByteWriter().bytes(header.destination).bytes(header.source);
  for (const { type, control } of header.vlanTags) writer.u16be(type).u16be(control);
  return writer.u16be(header.etherType).bytes(payload).finish();
}

function isVlan(etherType: number): boolean {
  return etherType === ETHER_TYPE.VLAN || etherType === ETHER_TYPE.SERVICE_VLAN;
}
