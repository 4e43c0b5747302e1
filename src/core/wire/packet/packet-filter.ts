/**
 * A classic BPF program for a packet socket that begins at the IP header: of a listener's packets it passes every SYN, RST and
 * FIN, and all others only of named clients. So a busy server costs next to nothing to listen to. Only the bytes are made
 * here; the kernel checks and runs them.
 *
 * Passed over are fragments behind the first one, IPv6 packets with more than four extension headers, and what is in a tunnel.
 *
 * @module
 */
import { ByteWriter } from "../bytes.ts";
import { TCP_FLAG } from "./tcp-flags.ts";

/** What to pass. */
export interface PacketFilter {
  /** The listener's port. */
  readonly serverPort: number;
  /** Ports of clients all of whose packets are wanted; a client of another address with the same port is passed too. */
  readonly clientPorts: readonly number[];
}

/** Most clients in one program: two instructions each, and the kernel takes 4,096. */
export const MOST_CLIENT_PORTS = 1_000;

/** Headers are enough: Ethernet's are not in it, IP and TCP have at most 60 bytes each, and a tunnel inside is not looked at. */
const KEPT_BYTES = 256;

/**
 * Opcodes: class, size and mode as the kernel adds them up.
 *
 * @kernel include/uapi/linux/filter.h BPF_STMT v6.18
 */
const OP = {
  /** A = byte or half word at k. */
  loadByte: 0x30,
  loadHalf: 0x28,
  /** A = byte or half word at X + k. */
  loadByteAtX: 0x50,
  loadHalfAtX: 0x48,
  /** X = 4 * (byte at k & 15): the length of an IPv4 header. */
  loadIpLength: 0xb1,
  /** X = k. */
  setX: 0x01,
  /** The one word of scratch memory that is used, from A and to A. */
  keep: 0x02,
  recall: 0x60,
  /** X = A and A = X. */
  toX: 0x07,
  fromX: 0x87,
  and: 0x54,
  shiftLeft: 0x64,
  add: 0x04,
  addX: 0x0c,
  jump: 0x05,
  jumpIfEqual: 0x15,
  jumpIfSet: 0x45,
  return: 0x06,
} as const;

const PROTOCOL_TCP = 6;
const IPV4 = 0x40;
const IPV6 = 0x60;
const IPV6_HEADER_BYTES = 40;
/** Hop-by-hop options, routing, destination options, mobility: their length is in units of 8 bytes beyond the first 8. */
const PLAIN_EXTENSIONS = [0, 43, 60, 135] as const;
const FRAGMENT = 44;
/** Its length is in units of 4 bytes, less 2. */
const AUTHENTICATION = 51;
/** A classic program has no loops, so each header costs its instructions. */
const MOST_EXTENSIONS = 4;
const FRAGMENT_OFFSET_BITS_IPV6 = 0xfff8;
const FRAGMENT_OFFSET_BITS = 0x1fff;
const DESTINATION_PORT = 2;
const FLAGS = 13;
const ALWAYS = TCP_FLAG.SYN | TCP_FLAG.RST | TCP_FLAG.FIN;

/** A place in the program, and where to go from there if a test holds or does not. */
type Instruction = readonly [op: number, ifTrue: string | null, ifFalse: string | null, k: number];
type Line = Instruction | { readonly label: string };

/**
 * The program's instructions, 8 bytes each.
 *
 *     struct sock_filter {                     offset
 *       __u16 code;                            0
 *       __u8  jt;                              2
 *       __u8  jf;                              3
 *       __u32 k;                               4
 *     };                                       8
 *
 * @throws {RangeError} for more client ports than one program can hold
 * @kernel include/uapi/linux/filter.h sock_filter v6.18
 */
export function encodePacketFilter({ serverPort, clientPorts }: PacketFilter): Uint8Array {
  if (clientPorts.length > MOST_CLIENT_PORTS)
    throw new RangeError(`${clientPorts.length} client ports, at most ${MOST_CLIENT_PORTS} fit`);
  return assemble([
    ...findTcp(),
    ...findListener(serverPort),
    ...clientPorts.flatMap(passClient),
    [OP.return, null, null, 0],
  ]);
}

/** Puts the TCP header's place into X. */
function findTcp(): Line[] {
  return [
    [OP.loadByte, null, null, 0],
    [OP.and, null, null, 0xf0],
    [OP.jumpIfEqual, "ipv4", null, IPV4],
    [OP.jumpIfEqual, null, "reject early", IPV6],
    [OP.loadByte, null, null, 6],
    [OP.setX, null, null, IPV6_HEADER_BYTES],
    ...Array.from({ length: MOST_EXTENSIONS }, (_, place) => passOverExtension(place)).flat(),
    { label: `header ${MOST_EXTENSIONS}` },
    [OP.jumpIfEqual, "tcp", "reject early", PROTOCOL_TCP],
    { label: "ipv4" },
    [OP.loadByte, null, null, 9],
    [OP.jumpIfEqual, null, "reject early", PROTOCOL_TCP],
    [OP.loadHalf, null, null, 6],
    [OP.jumpIfSet, "reject early", null, FRAGMENT_OFFSET_BITS],
    [OP.loadIpLength, null, null, 0],
    { label: "tcp" },
  ];
}

/** A is the type of the header that begins at X; goes to TCP, or over this header to the next one. */
function passOverExtension(place: number): Line[] {
  const next = `header ${place + 1}`;
  const [plain, fragment, authentication] = [
    `plain ${place}`,
    `fragment ${place}`,
    `authentication ${place}`,
  ];
  return [
    { label: `header ${place}` },
    [OP.jumpIfEqual, "tcp", null, PROTOCOL_TCP],
    [OP.jumpIfEqual, fragment, null, FRAGMENT],
    [OP.jumpIfEqual, authentication, null, AUTHENTICATION],
    ...PLAIN_EXTENSIONS.map((type): Line => [OP.jumpIfEqual, plain, null, type]),
    [OP.jump, "reject early", null, 0],
    { label: fragment },
    [OP.loadHalfAtX, null, null, 2],
    [OP.jumpIfSet, "reject early", null, FRAGMENT_OFFSET_BITS_IPV6],
    [OP.loadByteAtX, null, null, 0],
    [OP.keep, null, null, 0],
    [OP.fromX, null, null, 0],
    [OP.add, null, null, 8],
    [OP.toX, null, null, 0],
    [OP.recall, null, null, 0],
    [OP.jump, next, null, 0],
    { label: authentication },
    ...goOver(2),
    [OP.jump, next, null, 0],
    { label: plain },
    ...goOver(3),
  ];
}

/** X to the end of the header that begins there, A to the type of the next one: 8 bytes and its length byte, shifted. */
function goOver(shift: number): Line[] {
  return [
    [OP.loadByteAtX, null, null, 0],
    [OP.keep, null, null, 0],
    [OP.loadByteAtX, null, null, 1],
    [OP.shiftLeft, null, null, shift],
    [OP.add, null, null, 8],
    [OP.addX, null, null, 0],
    [OP.toX, null, null, 0],
    [OP.recall, null, null, 0],
  ];
}

/** Rejects other ports and passes the flags that always pass; the client's port is in A afterwards. */
function findListener(serverPort: number): Line[] {
  return [
    [OP.loadHalfAtX, null, null, 0],
    [OP.jumpIfEqual, "from the server", null, serverPort],
    [OP.loadHalfAtX, null, null, DESTINATION_PORT],
    [OP.jumpIfEqual, null, "reject early", serverPort],
    [OP.loadByteAtX, null, null, FLAGS],
    [OP.jumpIfSet, "pass early", null, ALWAYS],
    [OP.loadHalfAtX, null, null, 0],
    [OP.jump, "clients", null, 0],
    { label: "reject early" },
    [OP.return, null, null, 0],
    { label: "pass early" },
    [OP.return, null, null, KEPT_BYTES],
    { label: "from the server" },
    [OP.loadByteAtX, null, null, FLAGS],
    [OP.jumpIfSet, "pass early again", null, ALWAYS],
    [OP.loadHalfAtX, null, null, DESTINATION_PORT],
    [OP.jump, "clients", null, 0],
    { label: "pass early again" },
    [OP.return, null, null, KEPT_BYTES],
    { label: "clients" },
  ];
}

/** A conditional jump reaches 255 instructions, so each client brings its own return. */
function passClient(port: number, place: number): Line[] {
  return [
    [OP.jumpIfEqual, null, `not ${place}`, port],
    [OP.return, null, null, KEPT_BYTES],
    { label: `not ${place}` },
  ];
}

/** From labels to distances: a jump counts the instructions that it passes over. */
function assemble(lines: readonly Line[]): Uint8Array {
  const places = new Map<string, number>();
  const instructions: Instruction[] = [];
  for (const line of lines) {
    if ("label" in line) places.set(line.label, instructions.length);
    else instructions.push(line);
  }
  const writer = new ByteWriter();
  for (const [at, [op, ifTrue, ifFalse, k]] of instructions.entries()) {
    const distance = (label: string | null): number =>
      label === null ? 0 : (places.get(label) ?? Number.NaN) - at - 1;
    if (op === OP.jump) writer.u16(op).u8(0).u8(0).u32(distance(ifTrue));
    else writer.u16(op).u8(distance(ifTrue)).u8(distance(ifFalse)).u32(k);
  }
  return writer.finish();
}
