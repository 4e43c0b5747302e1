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
export type { Capture, CaptureInterface, CapturePacket } from "./capture.ts";
export { internetChecksum, tcpChecksum } from "./checksum.ts";
export { LISTENER_COUNTERS } from "./counter-names.ts";
export { decodeEthernet, ETHER_TYPE, type EthernetHeader, encodeEthernet, type VlanTag } from "./ethernet.ts";
export { finishTcpChecksum } from "./finish-checksum.ts";
export { type Forgery, forgeTcpFrame } from "./forge-tcp.ts";
export {
  decodeFrame,
  encodeTcpFrame,
  type Frame,
  type SkippedFrame,
  type SkipReason,
  type TcpFrame,
  type TcpFrameSpec,
} from "./frame.ts";
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
} from "./inet-diag.ts";
export type {
  IpFragment,
  IpPacket,
  Ipv4Header,
  Ipv4Packet,
  Ipv6Extension,
  Ipv6Header,
  Ipv6Packet,
} from "./ip.ts";
export { decodeIp, decodeIpv4, decodeIpv6, encodeIpv4, encodeIpv6 } from "./ip.ts";
export { decodeLinkLayer, LINK_TYPE, type LinkPayload } from "./link-type.ts";
export {
  decodeNetlinkDone,
  decodeNetlinkError,
  decodeNetlinkMessages,
  encodeNetlinkMessage,
  type NetlinkError,
  type NetlinkMessage,
  NLM_F,
  NLMSG,
} from "./netlink.ts";
export {
  decodeNetlinkAttributes,
  encodeNetlinkAttributes,
  type NetlinkAttribute,
  nestedNetlinkAttribute,
  netlinkAttribute,
} from "./netlink-attribute.ts";
export { encodePcap, type PcapPacket, type PcapSpec } from "./pcap.ts";
export { decodePcap } from "./pcap-read.ts";
export { decodePcapng, encodePcapng, type PcapngPacket, type PcapngSpec } from "./pcapng.ts";
export { type AnnotatorSpec, CaptureAnnotator } from "./read/capture-annotator.ts";
export type { CaptureFacts, CaptureSkipReason } from "./read/capture-facts.ts";
export type { CaptureFormat } from "./read/capture-format.ts";
export { CaptureReader, type SegmentSink } from "./read/capture-reader.ts";
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
} from "./rtnetlink.ts";
export { emptySegment, type Segment } from "./segment.ts";
export { seqAdd, seqAfter, seqBefore, seqDiff } from "./sequence.ts";
export {
  decodeTcp,
  encodeTcp,
  formatTcpFlags,
  parseTcpFlags,
  TCP_FLAG,
  type TcpHeader,
  type TcpSegment,
} from "./tcp.ts";
export { decodeTcpOptions, encodeTcpOptions, NO_TCP_OPTIONS, type TcpOptions } from "./tcp-options.ts";
export {
  decodeUnixDiagMessage,
  encodeUnixDiagMessage,
  encodeUnixDiagRequest,
  type UnixDiagSocket,
} from "./unix-diag.ts";
