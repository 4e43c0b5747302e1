/**
 * TCP's options: the ones that matter to a handshake by name, all others raw. Malformed options come from broken and from
 * hostile stacks alike, and the kernel reads on past most of them; so does this, and says so.
 *
 * @module
 */

import { ByteWriter } from "../bytes.ts";

/** The options of one segment. */
export interface TcpOptions {
  /** Maximum segment size, in bytes. */
  mss: number | null;
  /** A shift count. */
  windowScale: number | null;
  sackPermitted: boolean;
  /** Sequence numbers: from the first of a block to the one after its last. */
  sackBlocks: readonly { left: number; right: number }[];
  timestamps: { value: number; echo: number } | null;
  /** TCP Fast Open; an empty cookie is the request for one. */
  fastOpenCookie: Uint8Array | null;
  /** Options by other kinds, in order. */
  unknown: readonly { kind: number; payload: Uint8Array }[];
  /** Whether something could not be read; what could be is there. */
  malformed: boolean;
}

/** The kinds of options that we know by name. */
export const TCP_OPTION = {
  END: 0,
  NOP: 1,
  MSS: 2,
  WINDOW_SCALE: 3,
  SACK_PERMITTED: 4,
  SACK: 5,
  TIMESTAMPS: 8,
  FAST_OPEN: 34,
} as const;

/** No options at all, for others to be added to. */
export const NO_TCP_OPTIONS: TcpOptions = {
  mss: null,
  windowScale: null,
  sackPermitted: false,
  sackBlocks: [],
  timestamps: null,
  fastOpenCookie: null,
  unknown: [],
  malformed: false,
};

/**
 * The options in the bytes between the fixed header and the payload; never throws. Of an option that comes twice the last counts.
 *
 * @rfc 9293 §3.2
 * @rfc 7323 §2.2
 * @rfc 2018 §3
 * @rfc 7413 §4.1.1
 * @kernel net/ipv4/tcp_input.c tcp_parse_options() v6.18
 */
export function decodeTcpOptions(bytes: Uint8Array): TcpOptions {
  const options: TcpOptions = { ...NO_TCP_OPTIONS };
  for (let offset = 0; offset < bytes.length; ) {
    const kind = bytes[offset];
    if (kind === undefined || kind === TCP_OPTION.END) break;
    if (kind === TCP_OPTION.NOP) {
      offset += 1;
      continue;
    }
    const length = bytes[offset + 1] ?? 0;
    if (length < 2 || offset + length > bytes.length) return { ...options, malformed: true };
    const understood = readOption(options, kind, bytes.subarray(offset + 2, offset + length));
    if (!understood) options.malformed = true;
    offset += length;
  }
  return options;
}

/**
 * The options as bytes, in the order of Linux, filled up with zeros to a multiple of 4.
 *
 * @kernel net/ipv4/tcp_output.c tcp_options_write() v6.18
 */
export function encodeTcpOptions(options: TcpOptions): Uint8Array {
  const writer = new ByteWriter();
  if (options.mss !== null) writer.u8(TCP_OPTION.MSS).u8(4).u16be(options.mss);
  // Linux fills the two bytes before timestamps with the permission to send SACK, or with two NOPs.
  if (options.sackPermitted) {
    if (options.timestamps === null) writer.u8(TCP_OPTION.NOP).u8(TCP_OPTION.NOP);
    writer.u8(TCP_OPTION.SACK_PERMITTED).u8(2);
  }
  if (options.timestamps !== null) {
    if (!options.sackPermitted) writer.u8(TCP_OPTION.NOP).u8(TCP_OPTION.NOP);
    writer.u8(TCP_OPTION.TIMESTAMPS).u8(10).u32be(options.timestamps.value).u32be(options.timestamps.echo);
  }
  if (options.windowScale !== null)
    writer.u8(TCP_OPTION.NOP).u8(TCP_OPTION.WINDOW_SCALE).u8(3).u8(options.windowScale);
  writeSackBlocks(writer, options.sackBlocks);
  if (options.fastOpenCookie !== null) writeRaw(writer, TCP_OPTION.FAST_OPEN, options.fastOpenCookie);
  for (const { kind, payload } of options.unknown) writeRaw(writer, kind, payload);
  const bytes = writer.align(4).finish();
  if (bytes.length > 40) throw new RangeError(`TCP options must fit 40 bytes, need ${bytes.length}`);
  return bytes;
}

/** Puts one option in its place; false if it is not of the length that its kind must have. */
function readOption(options: TcpOptions, kind: number, payload: Uint8Array): boolean {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  switch (kind) {
    case TCP_OPTION.MSS:
      if (payload.length !== 2) return false;
      options.mss = view.getUint16(0);
      return true;
    case TCP_OPTION.WINDOW_SCALE:
      if (payload.length !== 1) return false;
      options.windowScale = view.getUint8(0);
      return true;
    case TCP_OPTION.SACK_PERMITTED:
      options.sackPermitted ||= payload.length === 0;
      return payload.length === 0;
    case TCP_OPTION.SACK:
      if (payload.length === 0 || payload.length % 8 !== 0) return false;
      options.sackBlocks = readSackBlocks(view);
      return true;
    case TCP_OPTION.TIMESTAMPS:
      if (payload.length !== 8) return false;
      options.timestamps = { value: view.getUint32(0), echo: view.getUint32(4) };
      return true;
    case TCP_OPTION.FAST_OPEN:
      options.fastOpenCookie = payload;
      return true;
    default:
      options.unknown = [...options.unknown, { kind, payload }];
      return true;
  }
}

function readSackBlocks(view: DataView): { left: number; right: number }[] {
  return Array.from({ length: view.byteLength / 8 }, (_, i) => ({
    left: view.getUint32(8 * i),
    right: view.getUint32(8 * i + 4),
  }));
}

function writeSackBlocks(writer: ByteWriter, blocks: TcpOptions["sackBlocks"]): void {
  if (blocks.length === 0) return;
  writer
    .u8(TCP_OPTION.NOP)
    .u8(TCP_OPTION.NOP)
    .u8(TCP_OPTION.SACK)
    .u8(2 + 8 * blocks.length);
  for (const { left, right } of blocks) writer.u32be(left).u32be(right);
}

function writeRaw(writer: ByteWriter, kind: number, payload: Uint8Array): void {
  writer
    .u8(kind)
    .u8(2 + payload.length)
    .bytes(payload);
}
