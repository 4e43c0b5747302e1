/**
 * Bounded access to bytes: a reader that refuses to pass the end, and a writer that grows. Nothing here knows a protocol.
 *
 * "Host order" is little endian throughout: x86-64, arm64 and riscv64, the machines that listenq supports, all are.
 * Netlink speaks host order, packets speak network order (`be`).
 *
 * @module
 */

import { DecodeError } from "../errors.ts";

/** The order of the bytes of an integer. */
export type ByteOrder = "little" | "big";

/** Reads integers and slices one after the other, and never outside the bytes it was given. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #what: string;
  readonly #base: number;
  readonly #little: boolean;
  #position = 0;

  /** `what` and `base` (bytes from the start of the whole input) only serve the errors; `order` is that of u16, u32, u64 and i64. */
  constructor(bytes: Uint8Array, what: string, base = 0, order: ByteOrder = "little") {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#what = what;
    this.#base = base;
    this.#little = order === "little";
  }

  /** The order of u16, u32, u64 and i64. */
  get order(): ByteOrder {
    return this.#little ? "little" : "big";
  }

  /** Bytes not yet read. */
  get remaining(): number {
    return this.#bytes.length - this.#position;
  }

  /** Bytes from the start of the whole input to the next byte to be read. */
  get offset(): number {
    return this.#base + this.#position;
  }

  /** @throws {DecodeError} SHORT if no byte is left. */
  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  /** @throws {DecodeError} SHORT if fewer than 2 bytes are left. */
  u16(): number {
    return this.#view.getUint16(this.#advance(2), this.#little);
  }

  /** @throws {DecodeError} SHORT if fewer than 2 bytes are left. */
  u16be(): number {
    return this.#view.getUint16(this.#advance(2));
  }

  /** @throws {DecodeError} SHORT if fewer than 4 bytes are left. */
  u32(): number {
    return this.#view.getUint32(this.#advance(4), this.#little);
  }

  /** @throws {DecodeError} SHORT if fewer than 4 bytes are left. */
  u32be(): number {
    return this.#view.getUint32(this.#advance(4));
  }

  /** @throws {DecodeError} SHORT if fewer than 4 bytes are left. */
  i32(): number {
    return this.#view.getInt32(this.#advance(4), this.#little);
  }

  /** @throws {DecodeError} SHORT if fewer than 8 bytes are left. */
  u64(): bigint {
    return this.#view.getBigUint64(this.#advance(8), this.#little);
  }

  /** @throws {DecodeError} SHORT if fewer than 8 bytes are left. */
  i64(): bigint {
    return this.#view.getBigInt64(this.#advance(8), this.#little);
  }

  /**
   * The next `count` bytes as a view, not a copy.
   *
   * @throws {DecodeError} SHORT if fewer are left.
   */
  bytes(count: number): Uint8Array {
    const start = this.#advance(count);
    return this.#bytes.subarray(start, start + count);
  }

  /**
   * The next `count` bytes as a view, without moving on.
   *
   * @throws {DecodeError} SHORT if fewer are left.
   */
  peek(count: number): Uint8Array {
    const view = this.bytes(count);
    this.#position -= count;
    return view;
  }

  /** All the bytes that are left, as a view. */
  rest(): Uint8Array {
    return this.bytes(this.remaining);
  }

  /** @throws {DecodeError} SHORT if fewer than `count` bytes are left. */
  skip(count: number): void {
    this.#advance(count);
  }

  /** An error about this structure, for the caller to throw. */
  badValue(expected: string): DecodeError {
    return new DecodeError("BAD_VALUE", this.#what, this.#base, expected);
  }

  #advance(count: number): number {
    const start = this.#position;
    if (count < 0 || count > this.#bytes.length - start) {
      const need = `need ${start + count} bytes, have ${this.#bytes.length}`;
      throw new DecodeError("SHORT", this.#what, this.#base, need);
    }
    this.#position = start + count;
    return start;
  }
}

/** Appends integers and slices to a buffer that grows. A value that does not fit its field is a bug of ours, hence RangeError. */
export class ByteWriter {
  #bytes = new Uint8Array(128);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  u8(value: number): this {
    const at = this.#grow(1);
    this.#view.setUint8(at, unsigned(value, 0xff));
    return this;
  }

  u16(value: number): this {
    const at = this.#grow(2);
    this.#view.setUint16(at, unsigned(value, 0xffff), true);
    return this;
  }

  u16be(value: number): this {
    const at = this.#grow(2);
    this.#view.setUint16(at, unsigned(value, 0xffff));
    return this;
  }

  u32(value: number): this {
    const at = this.#grow(4);
    this.#view.setUint32(at, unsigned(value, 0xffffffff), true);
    return this;
  }

  u32be(value: number): this {
    const at = this.#grow(4);
    this.#view.setUint32(at, unsigned(value, 0xffffffff));
    return this;
  }

  u64(value: bigint): this {
    if (BigInt.asUintN(64, value) !== value) throw new RangeError(`${value} does not fit 64 bits`);
    const at = this.#grow(8);
    this.#view.setBigUint64(at, value, true);
    return this;
  }

  bytes(bytes: Uint8Array): this {
    const start = this.#grow(bytes.length);
    this.#bytes.set(bytes, start);
    return this;
  }

  zeros(count: number): this {
    this.#grow(count);
    return this;
  }

  /** Zeros up to a multiple of `alignment` bytes. */
  align(alignment: number): this {
    return this.zeros((alignment - (this.#length % alignment)) % alignment);
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** Where the next bytes go; call it before touching the view, which growing replaces. */
  #grow(count: number): number {
    const start = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return start;
  }
}

/** The bytes as UTF-8 text; a byte that is not UTF-8 becomes U+FFFD, so this never throws. */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** The bytes up to the first NUL, or all of them, as text. */
export function decodeCString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decodeText(end === -1 ? bytes : bytes.subarray(0, end));
}

/** The text as UTF-8, without a NUL at its end. */
export function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The text as UTF-8 with a NUL at its end. */
export function encodeCString(text: string): Uint8Array {
  return encodeText(`${text}\0`);
}

function unsigned(value: number, max: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw new RangeError(`${value} is not an integer from 0 to ${max}`);
}
