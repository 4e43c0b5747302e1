/**
 * Random but valid values of every structure of the wire, and ways to spoil bytes.
 *
 * @module
 */
import fc from "fast-check";
import type { CapturePacket } from "../../../src/core/wire/capture/capture.ts";
import type { PcapngSpec } from "../../../src/core/wire/capture/pcapng-write.ts";
import { formatIpAddress } from "../../../src/core/wire/ip-address.ts";
import type { InetDiagSocket, SkMeminfo } from "../../../src/core/wire/netlink/inet-diag-message.ts";
import type { NetlinkMessage } from "../../../src/core/wire/netlink/netlink.ts";
import type { NetlinkAttribute } from "../../../src/core/wire/netlink/netlink-attribute.ts";
import type { TcpState } from "../../../src/core/wire/netlink/tcp-state.ts";
import { TCP_STATES } from "../../../src/core/wire/netlink/tcp-state.ts";
import type { TcpFrameSpec } from "../../../src/core/wire/packet/encode-frame.ts";
import type { TcpOptions } from "../../../src/core/wire/packet/tcp-options.ts";

export const u8: fc.Arbitrary<number> = fc.integer({ min: 0, max: 0xff });
export const u16: fc.Arbitrary<number> = fc.integer({ min: 0, max: 0xffff });
export const u32: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.constantFrom(0, 0x7fffffff, 0x80000000, 0xffffffff),
);
export const u64: fc.Arbitrary<bigint> = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });

export const exactly = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
export const upTo = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength });
/** Addresses with many zeros, so that their compression is put to the test. */
export const ipv6Bytes: fc.Arbitrary<Uint8Array> = fc
  .array(fc.oneof(fc.constant(0), u16, fc.constant(0xffff)), { minLength: 8, maxLength: 8 })
  .map((groups) => Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255])));
export const ipv4Text: fc.Arbitrary<string> = exactly(4).map(formatIpAddress);
export const ipv6Text: fc.Arbitrary<string> = ipv6Bytes.map(formatIpAddress);

export const netlinkAttributeOf: fc.Arbitrary<NetlinkAttribute> = fc.record({
  type: fc.integer({ min: 0, max: 0x3fff }),
  payload: upTo(20),
  nested: fc.boolean(),
  networkOrder: fc.boolean(),
});
export const netlinkMessage: fc.Arbitrary<NetlinkMessage> = fc.record({
  type: u16,
  flags: u16,
  sequence: u32,
  portId: u32,
  payload: upTo(40),
});

const skMeminfo: fc.Arbitrary<SkMeminfo> = fc
  .record({
    rmemAlloc: u32,
    rcvbuf: u32,
    wmemAlloc: u32,
    sndbuf: u32,
    fwdAlloc: u32,
    wmemQueued: u32,
    optmem: u32,
    backlog: fc.option(u32),
    drops: fc.option(u32),
  })
  // A kernel that knows drops knows the backlog too.
  .map((meminfo) => (meminfo.backlog === null ? { ...meminfo, drops: null } : meminfo));

const ofFamily = (family: "ipv4" | "ipv6", address: fc.Arbitrary<string>): fc.Arbitrary<InetDiagSocket> =>
  fc.record({
    family: fc.constant(family),
    state: fc.constantFrom(...(Object.keys(TCP_STATES) as TcpState[])),
    timer: u8,
    retransmits: u8,
    local: fc.record({ address, port: u16 }),
    remote: fc.record({ address, port: u16 }),
    interfaceIndex: u32,
    cookie: u64,
    expiresMs: u32,
    receiveQueue: u32,
    sendQueue: u32,
    uid: u32,
    inode: u32,
    skmeminfo: fc.option(skMeminfo),
    shutdown: fc.option(u8),
    v6only: fc.option(fc.boolean()),
    protocol: fc.option(u8),
    info: fc.option(upTo(300)),
  });
export const inetDiagSocket: fc.Arbitrary<InetDiagSocket> = fc.oneof(
  ofFamily("ipv4", ipv4Text),
  ofFamily("ipv6", ipv6Text),
);

const KNOWN_KINDS = [0, 1, 2, 3, 4, 5, 8, 34];
export const tcpOptions: fc.Arbitrary<TcpOptions> = fc.record({
  mss: fc.option(u16),
  windowScale: fc.option(u8),
  sackPermitted: fc.boolean(),
  sackBlocks: fc.array(fc.record({ left: u32, right: u32 }), { maxLength: 1 }),
  timestamps: fc.option(fc.record({ value: u32, echo: u32 })),
  fastOpenCookie: fc.option(upTo(2)),
  unknown: fc.array(fc.record({ kind: u8.filter((kind) => !KNOWN_KINDS.includes(kind)), payload: upTo(1) }), {
    maxLength: 1,
  }),
  malformed: fc.constant(false),
});

const frameOf = (
  address: fc.Arbitrary<string>,
  bracket: (text: string) => string,
): fc.Arbitrary<TcpFrameSpec> => {
  const endpoint = fc.tuple(address, u16).map(([text, port]) => `${bracket(text)}:${port}`);
  return fc.record(
    {
      from: endpoint,
      to: endpoint,
      flags: fc.constantFrom("S", "S.", ".", "P.", "R", "R.", "F.", "FP.", "SEW", "none", ".e"),
      seq: u32,
      ack: u32,
      window: u16,
      options: tcpOptions,
      payload: upTo(60),
      ttl: u8,
      identification: u16,
    },
    { requiredKeys: ["from", "to", "flags", "seq", "ack", "window"] },
  );
};
export const tcpFrameSpec: fc.Arbitrary<TcpFrameSpec> = fc
  .oneof(
    frameOf(ipv4Text, (text) => text),
    frameOf(ipv6Text, (text) => `[${text}]`),
  )
  .map((spec) => (spec.flags.includes(".") ? spec : { ...spec, ack: null }));

const nullableText = fc.option(fc.string({ maxLength: 12, unit: "grapheme" }));
const capturePacket = (interfaces: number): fc.Arbitrary<CapturePacket & { timeNs: bigint }> =>
  fc.record({
    interface: fc.nat({ max: interfaces - 1 }),
    timeNs: u64,
    bytes: upTo(30),
    originalLength: u32,
    comment: nullableText,
    direction: fc.constantFrom("in", "out", null),
  });
export const pcapngSpec: fc.Arbitrary<PcapngSpec> = fc
  .array(fc.record({ name: nullableText, description: nullableText, linkType: u16, snapLength: u32 }), {
    minLength: 1,
    maxLength: 3,
  })
  .chain((interfaces) =>
    fc.record({
      application: fc.string(),
      interfaces: fc.constant(interfaces),
      packets: fc.array(capturePacket(interfaces.length), { maxLength: 4 }),
    }),
  );

/** Valid bytes with some of them overwritten, and perhaps the end cut off. */
export function spoiled(valid: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const change = fc.record({ at: fc.nat(), to: fc.oneof(u8, fc.constantFrom(0, 1, 0xff)) });
  return fc
    .record({ bytes: valid, changes: fc.array(change, { maxLength: 3 }), cut: fc.option(fc.nat()) })
    .map(({ bytes, changes, cut }) => {
      const copy = bytes.slice();
      for (const { at, to } of changes) if (copy.length > 0) copy[at % copy.length] = to;
      return cut === null ? copy : copy.subarray(0, cut % (copy.length + 1)).slice();
    });
}

/** The same bytes in the middle of a larger buffer, with other bytes on both sides. */
export function amidPoison(bytes: Uint8Array, poison: number): Uint8Array {
  const buffer = new Uint8Array(bytes.length + 128).fill(poison);
  buffer.set(bytes, 64);
  return buffer.subarray(64, 64 + bytes.length);
}
