/**
 * A recording as a pcapng file: each packet once, as the server's end saw it, with its note as the packet's comment.
 *
 * @module
 */
import { encodePcapng } from "../wire/capture/pcapng-write.ts";
import { LINK_TYPE } from "../wire/packet/link-type.ts";
import type { Recording } from "./recording.ts";

/** The bytes of the file. */
export function encodeRecording({ trace, frames, startedAtNs }: Recording, title: string): Uint8Array {
  const packets = frames.map(({ bytes, atServer }, place) => ({
    interface: 0,
    timeNs: startedAtNs + BigInt(Math.round(atServer * 1e6)),
    bytes,
    originalLength: bytes.length,
    comment: trace.packets[place]?.note ?? null,
  }));
  return encodePcapng({
    application: "listenq",
    interfaces: [{ linkType: LINK_TYPE.ETHERNET, name: "server", description: title }],
    packets,
  });
}
