/**
 * pcapng, the capture format that can carry comments: its writer and its reader by one name.
 *
 * @module
 */

export { decodePcapng } from "./pcapng-read.ts";
export { encodePcapng, type PcapngPacket, type PcapngSpec } from "./pcapng-write.ts";
