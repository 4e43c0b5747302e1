import { describe, expect, it } from "vitest";
import { encodePacketFilter, MOST_CLIENT_PORTS } from "../../../../../src/core/wire/packet/packet-filter.ts";

const PORT = 8080;

/** What the kernel does with a program, for the handful of instructions that ours has: bytes kept, 0 for rejected. */
function run(program: Uint8Array, packet: Uint8Array): number {
  const [code, data] = [program, packet].map(
    (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  ) as [DataView, DataView];
  let [a, x, kept] = [0, 0, 0];
  for (let at = 0; ; at += 1) {
    const op = code.getUint16(at * 8, true);
    const [ifTrue, ifFalse] = [code.getUint8(at * 8 + 2), code.getUint8(at * 8 + 3)];
    const k = code.getUint32(at * 8 + 4, true);
    if (op === 0x06) return k;
    // A load outside the packet ends the program with 0.
    const offset = op === 0x50 || op === 0x48 ? x + k : k;
    if ([0x30, 0x28, 0x50, 0x48, 0xb1].includes(op) && offset + 2 > packet.length) return 0;
    if (op === 0x30 || op === 0x50) a = data.getUint8(offset);
    else if (op === 0x28 || op === 0x48) a = data.getUint16(offset);
    else if (op === 0xb1) x = (data.getUint8(k) & 15) * 4;
    else if (op === 0x01) x = k;
    else if (op === 0x02) kept = a;
    else if (op === 0x60) a = kept;
    else if (op === 0x07) x = a;
    else if (op === 0x87) a = x;
    else if (op === 0x64) a <<= k;
    else if (op === 0x04) a += k;
    else if (op === 0x0c) a += x;
    else if (op === 0x54) a &= k;
    else if (op === 0x05) at += k;
    else if (op === 0x15) at += a === k ? ifTrue : ifFalse;
    else if (op === 0x45) at += (a & k) !== 0 ? ifTrue : ifFalse;
    else throw new Error(`opcode ${op}`);
  }
}

interface Fields {
  readonly from: number;
  readonly to: number;
  readonly flags: number;
  readonly protocol?: number;
  readonly optionWords?: number;
  readonly fragment?: number;
}

const [FIN, SYN, RST, PSH, ACK] = [1, 2, 4, 8, 16];

function ipv4({ from, to, flags, protocol = 6, optionWords = 0, fragment = 0 }: Fields): Uint8Array {
  const header = 20 + optionWords * 4;
  const view = new DataView(new ArrayBuffer(header + 20));
  view.setUint8(0, 0x40 | (header / 4));
  view.setUint16(6, fragment);
  view.setUint8(9, protocol);
  return tcp(view, header, from, to, flags);
}

/** Behind the header stand extensions: type, length in bytes, and what stands in the length's own place. */
type Extension = readonly [type: number, bytes: number, length: number];
const EXTENSIONS: readonly Extension[] = [
  [0, 8, 0],
  [43, 24, 2],
  [60, 16, 1],
  [51, 24, 4],
];
const FRAGMENT_HEADER: Extension = [44, 8, 0];

function ipv6Behind(
  { from, to, flags, protocol = 6, fragment = 0 }: Fields,
  extensions: readonly Extension[] = EXTENSIONS,
): Uint8Array {
  const bytes = extensions.reduce((sum, [, length]) => sum + length, 0);
  const view = new DataView(new ArrayBuffer(60 + bytes));
  view.setUint8(0, 0x60);
  view.setUint8(6, extensions[0]?.[0] ?? protocol);
  let at = 40;
  extensions.forEach(([type, length, units], place) => {
    view.setUint8(at, extensions[place + 1]?.[0] ?? protocol);
    view.setUint8(at + 1, units);
    if (type === 44) view.setUint16(at + 2, fragment);
    at += length;
  });
  return tcp(view, at, from, to, flags);
}

function ipv6({ from, to, flags, protocol = 6 }: Fields): Uint8Array {
  const view = new DataView(new ArrayBuffer(60));
  view.setUint8(0, 0x60);
  view.setUint8(6, protocol);
  return tcp(view, 40, from, to, flags);
}

function tcp(view: DataView, at: number, from: number, to: number, flags: number): Uint8Array {
  view.setUint16(at, from);
  view.setUint16(at + 2, to);
  view.setUint8(at + 13, flags);
  return new Uint8Array(view.buffer);
}

const passes = (packet: Uint8Array, clientPorts: readonly number[] = []): boolean =>
  run(encodePacketFilter({ serverPort: PORT, clientPorts }), packet) > 0;

describe.each([
  ["IPv4", ipv4],
  ["IPv4 with options", (fields: Fields) => ipv4({ ...fields, optionWords: 3 })],
  ["IPv6", ipv6],
  ["IPv6 with extension headers", (fields: Fields) => ipv6Behind(fields)],
  ["IPv6 with a header of a first fragment", (fields: Fields) => ipv6Behind(fields, [FRAGMENT_HEADER])],
])("the packet filter, %s", (_name, make) => {
  it.each([
    ["SYN", SYN],
    ["SYN+ACK", SYN | ACK],
    ["RST", RST],
    ["RST+ACK", RST | ACK],
    ["FIN+ACK", FIN | ACK],
  ])("passes %s of the listener, in both directions, and of no other port", (_flags, flags) => {
    expect(passes(make({ from: 40_001, to: PORT, flags }))).toBe(true);
    expect(passes(make({ from: PORT, to: 40_001, flags }))).toBe(true);
    expect(passes(make({ from: 40_001, to: PORT + 1, flags }))).toBe(false);
    expect(passes(make({ from: 40_001, to: PORT, flags, protocol: 17 }))).toBe(false);
  });

  it("passes all else only of the clients that were named", () => {
    for (const flags of [ACK, PSH | ACK]) {
      for (const [from, to] of [
        [40_001, PORT],
        [PORT, 40_001],
      ] as const) {
        expect(passes(make({ from, to, flags }))).toBe(false);
        expect(passes(make({ from, to, flags }), [7, 40_001])).toBe(true);
        expect(passes(make({ from, to, flags }), [7, 40_002])).toBe(false);
      }
    }
  });

  it("reaches the last of as many clients as a program can hold", () => {
    const ports = Array.from({ length: MOST_CLIENT_PORTS }, (_, place) => 10_000 + place);
    const last = ports.at(-1) ?? 0;
    expect(passes(make({ from: last, to: PORT, flags: ACK }), ports)).toBe(true);
    expect(passes(make({ from: last + 1, to: PORT, flags: ACK }), ports)).toBe(false);
  });
});

describe("the packet filter", () => {
  it("passes over fragments that hold no TCP header, and packets cut short", () => {
    expect(passes(ipv4({ from: 1, to: PORT, flags: SYN, fragment: 0x2000 }))).toBe(true);
    expect(passes(ipv4({ from: 1, to: PORT, flags: SYN, fragment: 185 }))).toBe(false);
    expect(passes(ipv4({ from: 1, to: PORT, flags: SYN }).subarray(0, 30))).toBe(false);
  });

  it("passes over later fragments of IPv6, and headers that do not end", () => {
    const syn = { from: 1, to: PORT, flags: SYN };
    expect(passes(ipv6Behind({ ...syn, fragment: 1 }, [FRAGMENT_HEADER]))).toBe(true);
    expect(passes(ipv6Behind({ ...syn, fragment: 8 }, [FRAGMENT_HEADER]))).toBe(false);
    expect(passes(ipv6Behind(syn, [...EXTENSIONS, FRAGMENT_HEADER]))).toBe(false);
    expect(passes(ipv6Behind(syn, [[0, 8, 200]]))).toBe(false);
  });

  it("refuses more clients than the kernel takes", () => {
    const ports = Array.from({ length: MOST_CLIENT_PORTS + 1 }, (_, place) => place);
    expect(() => encodePacketFilter({ serverPort: PORT, clientPorts: ports })).toThrow(RangeError);
  });
});
