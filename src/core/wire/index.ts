/**
 * The wire: bytes to values and back, for netlink, inet_diag, rtnetlink, frames of TCP and capture files. Pure: no I/O, no
 * clock, no Node, so it runs in a browser too. Decoders return or throw DecodeError, on any bytes whatever.
 *
 * @module
 */

export {
  type Endpoint,
  formatEndpoint,
  formatIpAddress,
  formatMacAddress,
  parseEndpoint,
  parseIpAddress,
  parseMacAddress,
} from "./address.ts";
export type { Capture, CaptureInterface, CapturePacket } from "./capture/capture.ts";
export { type AnnotatorSpec, CaptureAnnotator } from "./capture/capture-annotator.ts";
export type { CaptureFacts, CaptureSkipReason } from "./capture/capture-facts.ts";
export type { CaptureFormat } from "./capture/capture-format.ts";
export { CaptureReader, type SegmentSink } from "./capture/capture-reader.ts";
export { encodePcap, type PcapPacket, type PcapSpec } from "./capture/pcap.ts";
export { decodePcap } from "./capture/pcap-read.ts";
export { decodePcapng, encodePcapng, type PcapngPacket, type PcapngSpec } from "./capture/pcapng.ts";
export { type Counters, LISTENER_COUNTERS } from "./counter-names.ts";
export {
  type AddressFamily,
  decodeInetDiagMessage,
  encodeInetDiagMessage,
  encodeInetDiagRequest,
  forEachInetDiagRow,
  type InetDiagExtension,
  type InetDiagId,
  type InetDiagRequest,
  type InetDiagRow,
  type InetDiagSocket,
  type InetDiagWalk,
  inetDiagRowAddress,
  inetDiagRowCookie,
  type SkMeminfo,
  SOCK_DIAG_BY_FAMILY,
  TCP_STATES,
  type TcpState,
} from "./netlink/inet-diag.ts";
export {
  decodeNetlinkDone,
  decodeNetlinkError,
  decodeNetlinkMessages,
  encodeNetlinkMessage,
  type NetlinkError,
  type NetlinkMessage,
  NLM_F,
  NLMSG,
} from "./netlink/netlink.ts";
export {
  decodeNetlinkAttributes,
  encodeNetlinkAttributes,
  type NetlinkAttribute,
  nestedNetlinkAttribute,
  netlinkAttribute,
} from "./netlink/netlink-attribute.ts";
export {
  decodeLink,
  encodeAddressAdd,
  encodeLinkDelete,
  encodeLinkQuery,
  encodeLinkUp,
  encodeNeighbourAdd,
  encodeVethCreate,
  type Link,
  RTM,
  type VethCreate,
} from "./netlink/rtnetlink.ts";
export {
  decodeUnixDiagMessage,
  encodeUnixDiagMessage,
  encodeUnixDiagRequest,
  type UnixDiagSocket,
} from "./netlink/unix-diag.ts";
export { internetChecksum, tcpChecksum } from "./packet/checksum.ts";
export {
  decodeEthernet,
  ETHER_TYPE,
  type EthernetHeader,
  encodeEthernet,
  type VlanTag,
} from "./packet/ethernet.ts";
export { finishTcpChecksum } from "./packet/finish-checksum.ts";
export { type Forgery, forgeTcpFrame } from "./packet/forge-tcp.ts";
export {
  decodeFrame,
  encodeTcpFrame,
  type Frame,
  type SkippedFrame,
  type SkipReason,
  type TcpFrame,
  type TcpFrameSpec,
} from "./packet/frame.ts";
export type {
  IpFragment,
  IpPacket,
  Ipv4Header,
  Ipv4Packet,
  Ipv6Extension,
  Ipv6Header,
  Ipv6Packet,
} from "./packet/ip.ts";
export { decodeIp, decodeIpv4, decodeIpv6, encodeIpv4, encodeIpv6 } from "./packet/ip.ts";
export { decodeLinkLayer, LINK_TYPE, type LinkPayload } from "./packet/link-type.ts";
export { emptySegment, type Segment } from "./packet/segment.ts";
export { seqAdd, seqAfter, seqBefore, seqDiff } from "./packet/sequence.ts";
export {
  decodeTcp,
  encodeTcp,
  formatTcpFlags,
  parseTcpFlags,
  TCP_FLAG,
  type TcpHeader,
  type TcpSegment,
} from "./packet/tcp.ts";
export { decodeTcpOptions, encodeTcpOptions, NO_TCP_OPTIONS, type TcpOptions } from "./packet/tcp-options.ts";
