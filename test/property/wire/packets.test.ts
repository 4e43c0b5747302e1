import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatEndpoint,
  formatMacAddress,
  parseEndpoint,
  parseMacAddress,
} from "../../../src/core/wire/address.ts";
import { formatIpAddress, parseIpAddress } from "../../../src/core/wire/ip-address.ts";
import { internetChecksum } from "../../../src/core/wire/packet/checksum.ts";
import { encodeTcpFrame } from "../../../src/core/wire/packet/encode-frame.ts";
import { tcpOf } from "../../../src/core/wire/packet/finish-checksum.ts";
import { decodeFrame } from "../../../src/core/wire/packet/frame.ts";
import { seqAdd, seqAfter, seqBefore, seqDiff } from "../../../src/core/wire/packet/sequence.ts";
import { formatTcpFlags, parseTcpFlags } from "../../../src/core/wire/packet/tcp-flags.ts";
import { decodeTcpOptions, encodeTcpOptions } from "../../../src/core/wire/packet/tcp-options.ts";
import { propertyOptions } from "../seed.ts";
import { exactly, ipv6Bytes, tcpFrameSpec, tcpOptions, u16, u32, upTo } from "./arbitraries.ts";
import { decodedSpec } from "./decoded-spec.ts";

describe("addresses", () => {
  it("come back from their text", () => {
    fc.assert(
      fc.property(fc.oneof(exactly(4), exactly(16), ipv6Bytes), (bytes) => {
        expect(parseIpAddress(formatIpAddress(bytes))).toEqual(bytes);
      }),
      propertyOptions(1000),
    );
  });

  it("are parsed from every text that Node's own parser takes, and from no other", () => {
    const text = fc.oneof(fc.stringMatching(/^[0-9a-f:.]{0,24}$/), fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(text, (address) => {
        const { hostname } = tryUrl(address);
        let parsed: Uint8Array | null = null;
        try {
          parsed = parseIpAddress(address);
        } catch {}
        expect(parsed !== null).toBe(hostname !== null);
        // The URL standard writes a mapped address in hexadecimal, so only others are compared as text.
        if (parsed !== null && !address.includes(".") && !formatIpAddress(parsed).includes(".")) {
          expect(formatIpAddress(parsed)).toBe(hostname);
        }
      }),
      propertyOptions(1000),
    );
  });

  it("come back from endpoints and hardware addresses", () => {
    fc.assert(
      fc.property(fc.oneof(exactly(4), ipv6Bytes), u16, exactly(6), (bytes, port, mac) => {
        const endpoint = { address: formatIpAddress(bytes), port };
        expect(parseEndpoint(formatEndpoint(bytes, port))).toEqual(endpoint);
        expect(formatEndpoint(endpoint.address, port)).toBe(formatEndpoint(bytes, port));
        expect(parseMacAddress(formatMacAddress(mac))).toEqual(mac);
      }),
      propertyOptions(),
    );
  });
});

/** The address as the URL parser of the platform sees it, an independent implementation; null if it takes none. */
function tryUrl(address: string): { hostname: string | null } {
  if (!address.includes(":")) {
    // The URL standard takes shortened IPv4 addresses, so a plain pattern is the judge here.
    const part = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    return { hostname: new RegExp(`^${part}(\\.${part}){3}$`).test(address) ? address : null };
  }
  try {
    return { hostname: new URL(`http://[${address}]/`).hostname.slice(1, -1) };
  } catch {
    return { hostname: null };
  }
}

describe("headers", () => {
  it("of TCP options come back", () => {
    fc.assert(
      fc.property(tcpOptions, (options) => {
        expect(decodeTcpOptions(encodeTcpOptions(options))).toEqual(options);
      }),
      propertyOptions(),
    );
  });

  it("keep the flags through their letters", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0x1ff }), (flags) => {
        expect(parseTcpFlags(formatTcpFlags(flags))).toBe(flags);
      }),
      propertyOptions(),
    );
  });
});

describe("frames", () => {
  it("come back as what they were built from, also padded", () => {
    fc.assert(
      fc.property(tcpFrameSpec, upTo(46), (spec, padding) => {
        const frame = decodeFrame(1, Uint8Array.of(...encodeTcpFrame(spec), ...padding));
        expect(frame).toEqual(decodedSpec(spec));
      }),
      propertyOptions(),
    );
  });

  it("carry checksums that verify to 0", () => {
    fc.assert(
      fc.property(tcpFrameSpec, (spec) => {
        const bytes = encodeTcpFrame(spec);
        expect(tcpOf(1, bytes)?.checksum()).toBe(0);
        if (!spec.from.startsWith("[")) expect(internetChecksum(bytes.subarray(14, 34))).toBe(0);
      }),
      propertyOptions(),
    );
  });

  it("tell the payload's length on the wire however short the capture is, once the TCP header is there", () => {
    fc.assert(
      fc.property(tcpFrameSpec, fc.nat(), (spec, cut) => {
        const bytes = encodeTcpFrame(spec);
        const header = 14 + (spec.from.startsWith("[") ? 40 : 20) + 20;
        const kept = header + (cut % (bytes.length - header + 1));
        expect(decodeFrame(1, bytes.subarray(0, kept))).toMatchObject({
          payloadLength: spec.payload?.length ?? 0,
        });
        expect(decodeFrame(1, bytes.subarray(0, header - 1 - (cut % 30)))).toEqual({ skipped: "cut off" });
      }),
      propertyOptions(),
    );
  });

  it("with a wrong bit behind the addresses do not verify", () => {
    fc.assert(
      fc.property(tcpFrameSpec, fc.nat(), fc.nat({ max: 7 }), (spec, at, bit) => {
        const bytes = encodeTcpFrame(spec);
        const start = 14 + (spec.from.startsWith("[") ? 40 : 20);
        // Not the header's length, which says where the segment ends.
        const place = start + (at % (bytes.length - start));
        if (place === start + 12) return;
        bytes[place]! ^= 1 << bit;
        expect(tcpOf(1, bytes)?.checksum()).not.toBe(0);
      }),
      propertyOptions(),
    );
  });
});

describe("sequence numbers", () => {
  it("measure what was added, across the wrap", () => {
    const step = fc.integer({ min: -0x80000000, max: 0x7fffffff });
    fc.assert(
      fc.property(u32, step, (start, count) => {
        const end = seqAdd(start, count);
        expect(end).toBe(Number(BigInt.asUintN(32, BigInt(start) + BigInt(count))));
        expect(seqDiff(end, start)).toBe(count);
        expect(seqBefore(start, end)).toBe(count > 0 || count === -0x80000000);
        expect(seqAfter(end, start)).toBe(seqBefore(start, end));
      }),
      propertyOptions(1000),
    );
  });
});
