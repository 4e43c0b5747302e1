/**
 * What the layers of a captured packet hand to each other on the way from the link to TCP: one object that is used again for
 * every packet. A layer looks at the bytes from `start` on, moves `start` behind its own header and names the next layer; no
 * layer calls another, so tunnels need no recursion and the files of the layers do not need each other.
 *
 * @module
 */

import { ETHER_TYPE } from "../ether-type.ts";
import type { Segment } from "../segment.ts";

/** Why a frame was passed over. */
export type SkipReason =
  | "unknown link type"
  | "not IP"
  | "not TCP"
  | "fragment"
  | "cut off"
  | "malformed"
  | "encrypted"
  | "nested too deeply";

/** What the bytes at `start` are, or that the walk is over. */
export const LAYER = {
  DONE: 0,
  SKIPPED: 1,
  ETHERNET: 2,
  VLAN: 3,
  LINUX_SLL: 4,
  LINUX_SLL2: 5,
  ADDRESS_FAMILY: 6,
  PPP: 7,
  HDLC: 8,
  PPPOE: 9,
  MPLS: 10,
  IP: 11,
  GRE: 12,
  UDP: 13,
  VXLAN: 14,
  GENEVE: 15,
  TCP: 16,
  /** Whatever `linkType` says. */
  LINK: 17,
  FDDI: 18,
  SWITCH_TAG: 19,
  SWITCH_ETHER_TYPE: 20,
  SWITCH_PREPENDED: 21,
  BACKBONE_TAG: 22,
  NFLOG: 23,
  PKTAP: 24,
  PFLOG: 25,
  ENC: 26,
  PPI: 27,
  RADIOTAP: 28,
  WIRELESS: 29,
  VXLAN_GPE: 30,
  GTP: 31,
} as const;

/** One of `LAYER`. */
export type Layer = (typeof LAYER)[keyof typeof LAYER];

/** A packet on its way. Positions are those of `view`. */
export interface Walk {
  view: DataView;
  /** Where the layer's header begins. */
  start: number;
  /** Where the captured bytes of the layer end. */
  end: number;
  /** Where the layer ended on the wire: behind `end` if the capture kept less. */
  wireEnd: number;
  /** IP headers met so far: more than one of them is a tunnel. */
  ipHeaders: number;
  /** A number of `LINK_TYPE`: the capture's, or that of a packet within a header about it. */
  linkType: number;
  /** Whether an IP header said that more pieces follow. */
  isFragment: boolean;
  /** Why the walk was given up. */
  reason: SkipReason;
  segment: Segment;
}

/** Gives the packet up. */
export function skip(walk: Walk, reason: SkipReason): Layer {
  walk.reason = reason;
  return LAYER.SKIPPED;
}

/** The layer behind a header that ends in an EtherType. */
export function layerOfEtherType(walk: Walk, etherType: number): Layer {
  switch (etherType) {
    case ETHER_TYPE.IPV4:
    case ETHER_TYPE.IPV6:
      return LAYER.IP;
    case ETHER_TYPE.VLAN:
    case ETHER_TYPE.SERVICE_VLAN:
    case ETHER_TYPE.OLD_SERVICE_VLAN:
      return LAYER.VLAN;
    case ETHER_TYPE.MPLS:
    case ETHER_TYPE.MPLS_UPSTREAM:
      return LAYER.MPLS;
    case ETHER_TYPE.PPPOE_SESSION:
      return LAYER.PPPOE;
    case ETHER_TYPE.ETHERNET:
      return LAYER.ETHERNET;
    case ETHER_TYPE.SWITCH_TAG:
      return LAYER.SWITCH_ETHER_TYPE;
    case ETHER_TYPE.BACKBONE_TAG:
      return LAYER.BACKBONE_TAG;
    default:
      return skip(walk, "not IP");
  }
}

/** The layer behind an IP header, by its protocol number. */
export function layerOfProtocol(walk: Walk, protocol: number): Layer {
  switch (protocol) {
    case 6:
      return LAYER.TCP;
    case 4:
    case 41:
      return LAYER.IP;
    case 17:
      return LAYER.UDP;
    case 47:
      return LAYER.GRE;
    case 137:
      return LAYER.MPLS;
    default:
      return skip(walk, "not TCP");
  }
}
