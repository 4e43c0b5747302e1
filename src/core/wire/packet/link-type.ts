/**
 * What a captured packet begins with, by the link type that its capture file names.
 *
 * @module
 */

/** Numbers of the registry at https://www.tcpdump.org/linktypes.html. */
export const LINK_TYPE = {
  /** BSD loopback: the address family in the order of the machine that captured. */
  NULL: 0,
  ETHERNET: 1,
  /** PPP, with or without the two bytes of HDLC before it. */
  PPP: 9,
  /** What some systems wrote instead of RAW. */
  RAW_BSD: 12,
  RAW_OPENBSD: 14,
  /** PPP behind the two bytes of HDLC, or Cisco's HDLC. */
  PPP_HDLC: 50,
  /** A PPPoE session's packets without Ethernet. */
  PPP_ETHER: 51,
  /** An IP packet without anything before it. */
  RAW: 101,
  /** OpenBSD loopback: the address family in network order. */
  LOOP: 108,
  /** Linux's `any` device. */
  LINUX_SLL: 113,
  IPV4: 228,
  IPV6: 229,
  /** Linux's `any` device, second form. */
  LINUX_SLL2: 276,
} as const;
