/**
 * Captures of every format and link type, and their deterministic mutations: what the fuzz of the readers feeds on.
 *
 * @module
 */

import { encodePcapng } from "../../src/core/wire/capture/pcapng-write.ts";
import { encodeTcpFrame } from "../../src/core/wire/packet/encode-frame.ts";
import { encodePcap } from "./pcap-file.ts";

const LINK_TYPES = [0, 1, 9, 12, 50, 51, 101, 108, 113, 228, 229, 276];

const HEADS: Readonly<Record<number, string>> = {
  0: "02000000",
  9: "ff030021",
  50: "0f000800",
  51: "11000001003e0021",
  108: "00000002",
  113: "00000304000600000000000000000800",
  276: "0800000000000001030400060000000000000000",
};

/** What stands before and behind the IP packet of a tunnel over Ethernet. */
const TUNNELS = [
  "00000000000000000000000088a8000a8100000b0800",
  "00000000000000000000000088470001014",
  "000000000000000000000000886411000001003e0021",
  // IPv4 with GRE, with VXLAN and with Geneve.
  "00000000000000000000000008004500006000010000402f00000a0000010a00000200000800",
  "0000000000000000000000000800450000720001000040110000 0a0000010a000002 123412b5005e0000 0800000000000100 0000000000000000000000000800",
  "0000000000000000000000000800450000720001000040110000 0a0000010a000002 123417c1005e0000 0140655800000100 00000000 0000000000000000000000000800",
].map((digits) => Buffer.from(digits.replaceAll(" ", "").replace(/0001014$/, "00010140"), "hex"));

/** One capture of each kind. */
export function seedCaptures(): Uint8Array[] {
  const frames = ["S", "S.", ".", "P."].map((flags, place) =>
    encodeTcpFrame({
      from: place === 1 ? "10.0.0.2:80" : "10.0.0.1:4000",
      to: place === 1 ? "10.0.0.1:4000" : "10.0.0.2:80",
      flags,
      seq: place,
      ack: 1,
      window: 9,
      payload: new Uint8Array(place * 3),
    }),
  );
  const tunnels = TUNNELS.map((head) => {
    const bytes = Uint8Array.from([...head, ...(frames[3]?.subarray(14) ?? [])]);
    return encodePcap({ linkType: 1, packets: [{ timeNs: 1n, bytes, originalLength: bytes.length }] });
  });
  const ofLinkTypes = LINK_TYPES.flatMap((linkType) => {
    const packets = frames.map((frame, place) => {
      const head = linkType === 1 ? frame.subarray(0, 14) : Buffer.from(HEADS[linkType] ?? "", "hex");
      const bytes = Uint8Array.from([...head, ...frame.subarray(14)]);
      return { interface: 0, timeNs: BigInt(place), bytes, originalLength: bytes.length, comment: "hm" };
    });
    return [
      encodePcap({ linkType, packets }),
      encodePcapng({ application: "x", interfaces: [{ linkType }], packets }),
    ];
  });
  return [...ofLinkTypes, ...tunnels];
}

/** Numbers from 0 up to `below`, the same for the same seed. */
export function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return (Math.imul(state ^ (state >>> 12), 0x297a2d39) >>> 0) % below;
  };
}

/** The bytes with a few of them changed, left out, doubled or cut off. */
export function mutated(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
  let spoilt: Uint8Array = bytes.slice();
  for (let count = random(6); count >= 0; count -= 1) {
    const at = random(spoilt.length + 1);
    const kind = random(6);
    if (kind <= 2) spoilt[at] = kind === 0 ? random(256) : (spoilt[at] ?? 0) ^ (1 << random(8));
    else if (kind === 3) spoilt = spoilt.subarray(0, at);
    else if (kind === 4)
      spoilt = Uint8Array.from([...spoilt.subarray(0, at), ...spoilt.subarray(at + random(9))]);
    else spoilt.fill([0, 0xff, 0x7f, 0x80][random(4)] ?? 0, at, at + 4);
  }
  return spoilt;
}
