/**
 * The wire: bytes to values and back, for sock_diag, frames of TCP and capture files. Pure: no I/O, no clock, no Node, so it runs in a
 * browser too. Functions return or throw DecodeError, on any bytes whatever.
 *
 *     const frame = decodeFrame(LINK_TYPE.ETHERNET, bytes);
 *     if (frame.skipped === null) console.log(frame.from, frame.to, frame.flags);
 *
 * @module
 */

export { type Endpoint, formatEndpoint, parseEndpoint } from "./address.ts";
export type { CaptureFacts } from "./capture/capture-facts.ts";
export { CaptureReader, type SegmentSink } from "./capture/capture-reader.ts";
export { encodeInetDiagRequest, type InetDiagRequest } from "./netlink/inet-diag.ts";
export { decodeInetDiagMessage, type InetDiagSocket } from "./netlink/inet-diag-message.ts";
export { decodeNetlinkMessages, type NetlinkMessage } from "./netlink/netlink.ts";
export { internetChecksum, tcpChecksum } from "./packet/checksum.ts";
export { encodeTcpFrame, type TcpFrameSpec } from "./packet/encode-frame.ts";
export { decodeFrame, type Frame, type TcpFrame } from "./packet/frame.ts";
export { LINK_TYPE } from "./packet/link-type.ts";
export type { Segment } from "./packet/segment.ts";
export { TCP_FLAG } from "./packet/tcp-flags.ts";
