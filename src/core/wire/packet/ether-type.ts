/**
 * What the payload of an Ethernet frame can be, as far as we look.
 *
 * @module
 */

/** IEEE 802 numbers. */
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
  /** Linux: the tag of a Marvell switch. */
  SWITCH_TAG: 0xdada,
  /** Provider backbone bridges (802.1ah). */
  BACKBONE_TAG: 0x88e7,
} as const;
