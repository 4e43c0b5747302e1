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
  FDDI: 10,
  /** What some systems wrote instead of RAW. */
  RAW_BSD: 12,
  RAW_OPENBSD: 14,
  /** PPP behind the two bytes of HDLC, or Cisco's HDLC. */
  PPP_HDLC: 50,
  /** A PPPoE session's packets without Ethernet. */
  PPP_ETHER: 51,
  /** An IP packet without anything before it. */
  RAW: 101,
  /** Cisco's HDLC. */
  C_HDLC: 104,
  /** Wireless frames without anything before them. */
  IEEE802_11: 105,
  /** OpenBSD loopback: the address family in network order. */
  LOOP: 108,
  /** BSD's IPsec interface. */
  ENC: 109,
  /** Linux's `any` device. */
  LINUX_SLL: 113,
  /** BSD's packet filter. */
  PFLOG: 117,
  /** Wireless frames behind a header about their reception. */
  IEEE802_11_RADIO: 127,
  /** macOS: what files of older systems call PKTAP. */
  PKTAP_OLD: 149,
  PPI: 192,
  IPV4: 228,
  IPV6: 229,
  /** Linux: `iptables -j NFLOG` and `tcpdump -i nflog`. */
  NFLOG: 239,
  /** Linux: netlink messages; those of the drop monitor hold packets. */
  NETLINK: 253,
  /** macOS: interface and process before the packet. */
  PKTAP: 258,
  /** Linux's `any` device, second form. */
  LINUX_SLL2: 276,
  /** Ethernet with a switch's tag: behind the addresses, or before the frame. */
  DSA_TAG_BRCM: 281,
  DSA_TAG_BRCM_PREPEND: 282,
  DSA_TAG_DSA: 284,
  DSA_TAG_EDSA: 285,
} as const;

/** Names of link types that are not read, so that an error can say what was captured. */
const UNREAD: Readonly<Record<number, string>> = {
  6: "IEEE802_5 (token ring)",
  8: "SLIP",
  100: "ATM_RFC1483",
  107: "FRELAY (frame relay)",
  119: "IEEE802_11_PRISM",
  122: "IP_OVER_FC",
  123: "SUNATM",
  144: "LINUX_IRDA",
  187: "BLUETOOTH_HCI_H4",
  189: "USB_LINUX",
  195: "IEEE802_15_4_WITHFCS",
  197: "ERF",
  201: "BLUETOOTH_HCI_H4_WITH_PHDR",
  220: "USB_LINUX_MMAPPED",
  227: "CAN_SOCKETCAN",
  249: "USBPCAP",
  251: "BLUETOOTH_LE_LL",
  252: "WIRESHARK_UPPER_PDU",
};

/** The registry's name of a link type, as far as it is known here. */
export function linkTypeName(linkType: number): string {
  const known = Object.entries(LINK_TYPE).find(([, value]) => value === linkType);
  return known?.[0] ?? UNREAD[linkType] ?? `link type ${linkType}`;
}
