import { describe, expect, it } from "vitest";
import {
  decodeEthernet,
  decodeIp,
  decodeIpv4,
  decodeIpv6,
  decodeTcp,
  decodeTcpOptions,
  encodeIpv4,
  encodeTcp,
  encodeTcpOptions,
  formatTcpFlags,
  NO_TCP_OPTIONS,
  parseTcpFlags,
  seqAdd,
  seqAfter,
  seqBefore,
  seqDiff,
} from "../../../../src/core/wire/index.ts";
import { DATA, RESET, SYN, SYN_ACK, SYN_ACK_IPV6 } from "./frames.ts";
import { hex, toHex } from "./hex.ts";

describe("Ethernet", () => {
  it("finds the payload behind one and behind two VLAN tags", () => {
    const { header, payload } = decodeEthernet(
      hex("020000000002 020000000001 88a8 0064 8100 2005 0800 4500"),
    );
    expect(header.vlanTags).toEqual([
      { type: 0x88a8, control: 0x64 },
      { type: 0x8100, control: 0x2005 },
    ]);
    expect(header.etherType).toBe(0x0800);
    expect(payload).toEqual(hex("4500"));
    expect(header.source).toEqual(hex("020000000001"));
  });

  it("is refused where the header or a tag is cut off", () => {
    expect(() => decodeEthernet(SYN.subarray(0, 13))).toThrow("Ethernet header at 0: need 14 bytes, have 13");
    expect(() => decodeEthernet(hex("020000000002 020000000001 8100 0064"))).toThrow(
      "need 18 bytes, have 16",
    );
  });
});

describe("IPv4", () => {
  it("is read as Linux wrote it", () => {
    const { header, headerLength, totalLength, payload } = decodeIpv4(SYN.subarray(14));
    expect(header).toMatchObject({
      ttl: 64,
      protocol: 6,
      identification: 0x5f9c,
      dontFragment: true,
      fragmentOffset: 0,
    });
    expect([headerLength, totalLength, payload.length]).toEqual([20, 60, 40]);
  });

  it("is written as Linux writes it, checksum and all", () => {
    for (const frame of [SYN, SYN_ACK, DATA, RESET]) {
      const { header, payload } = decodeIpv4(frame.subarray(14));
      expect(toHex(encodeIpv4(header, payload))).toBe(toHex(frame.subarray(14)));
    }
  });

  it("keeps padding out of the payload, and options in the header", () => {
    const options = hex("94040000");
    const { header } = decodeIpv4(SYN.subarray(14));
    const packet = encodeIpv4({ ...header, options }, hex("aabb"));
    const decoded = decodeIpv4(Uint8Array.of(...packet, 0, 0, 0));
    expect(decoded).toMatchObject({ header: { options }, headerLength: 24, payload: hex("aabb") });
  });

  it("takes a total length of 0, which segmentation offload leaves, for all that is there", () => {
    const packet = SYN.slice(14);
    packet.set([0, 0], 2);
    expect(decodeIp(packet)).toMatchObject({ payloadLength: null, payload: SYN.subarray(34) });
  });

  it("is refused where its lengths contradict each other", () => {
    const packet = SYN.slice(14);
    expect(() => decodeIpv4(Uint8Array.of(0x44, ...packet.subarray(1)))).toThrow(
      "at least 20 bytes expected, says 16",
    );
    packet.set([0, 19], 2);
    expect(() => decodeIpv4(packet)).toThrow("total length must be at least 20, is 19");
    expect(() => decodeIp(hex("50"))).toThrow("version 4 or 6 expected, is 5");
    expect(() => decodeIp(hex(""))).toThrow(expect.objectContaining({ code: "SHORT" }));
  });

  it("reports fragments with their place", () => {
    const packet = SYN.slice(14);
    packet.set([0x20, 0x00], 6);
    expect(decodeIp(packet).fragment).toEqual({ offset: 0, more: true });
    packet.set([0x00, 0xb9], 6);
    expect(decodeIp(packet).fragment).toEqual({ offset: 1480, more: false });
    packet.set([0x40, 0x00], 6);
    expect(decodeIp(packet).fragment).toBeNull();
  });
});

describe("IPv6", () => {
  it("is read as Linux wrote it", () => {
    const decoded = decodeIpv6(SYN_ACK_IPV6.subarray(14));
    expect(decoded.header).toMatchObject({
      trafficClass: 0,
      flowLabel: 0xcf37f,
      nextHeader: 6,
      hopLimit: 64,
      extensions: [],
    });
    expect(decoded).toMatchObject({ headerLength: 40, payloadLength: 40, protocol: 6 });
  });

  /** A packet with the extension headers given and 4 bytes of payload. */
  function packet(nextHeader: number, extensions: string): Uint8Array {
    const rest = hex(`${extensions} aabbccdd`);
    return hex(
      `60000000 ${toHex(Uint8Array.of(0, rest.length, nextHeader, 64))} ${"00".repeat(32)} ${toHex(rest)}`,
    );
  }

  it("is walked through hop-by-hop, routing, authentication and destination headers to the transport", () => {
    const extensions =
      "2b00010400000000 3300000000000000 3c01000000000000 00000000 0601000000000000 0000000000000000";
    const decoded = decodeIpv6(packet(0, extensions));
    expect(decoded.header.extensions.map(({ type, bytes }) => [type, bytes.length])).toEqual([
      [0, 8],
      [43, 8],
      [51, 12],
      [60, 16],
    ]);
    expect(decoded).toMatchObject({ protocol: 6, headerLength: 84, payload: hex("aabbccdd") });
    expect(decodeIp(packet(0, extensions)).payloadLength).toBe(4);
  });

  it("reports fragments, and walks no further behind one that is not the first", () => {
    const later = packet(44, "3c 00 0009 00000001");
    expect(decodeIp(later)).toMatchObject({
      protocol: 60,
      fragment: { offset: 8, more: true },
      payload: hex("aabbccdd"),
    });
    const first = packet(44, "06 00 0001 00000001");
    expect(decodeIp(first)).toMatchObject({ protocol: 6, fragment: { offset: 0, more: true } });
    const atomic = packet(44, "06 00 0000 00000001");
    expect(decodeIp(atomic)).toMatchObject({ protocol: 6, fragment: null });
  });

  it("is refused where an extension header is cut off or passes the payload's end", () => {
    expect(() => decodeIpv6(packet(0, "0602000000000000"))).toThrow(
      expect.objectContaining({ code: "SHORT" }),
    );
    const short = packet(0, "0600000000000000");
    short.set([0, 4], 4);
    expect(() => decodeIpv6(short)).toThrow("payload length 4 ends inside the extension headers");
  });
});

describe("TCP", () => {
  it("is read as Linux wrote it", () => {
    const { header, headerLength, checksum, payload } = decodeTcp(DATA.subarray(34));
    expect(header).toMatchObject({
      sourcePort: 57140,
      destinationPort: 8080,
      sequence: 948719921,
      acknowledgment: 3349742461,
      flags: 0x18,
      window: 64,
      urgentPointer: 0,
    });
    expect([headerLength, checksum, toHex(payload)]).toEqual([32, 0xfe2d, "474554202f"]);
  });

  it("is written as Linux writes it, checksum and all", () => {
    const loopback = { source: hex("7f000001"), destination: hex("7f000001") };
    const { header, payload } = decodeTcp(RESET.subarray(34));
    expect(toHex(encodeTcp(header, payload, loopback))).toBe(toHex(RESET.subarray(34)));
  });

  it("is read although the capture cut its options off, but not its first 20 bytes", () => {
    const cut = decodeTcp(SYN.subarray(34, 34 + 22));
    expect(cut).toMatchObject({ headerLength: 40, header: { options: hex("0204") }, payload: hex("") });
    expect(() => decodeTcp(SYN.subarray(34, 34 + 19))).toThrow("TCP header at 0: need 20 bytes, have 19");
  });

  it("is refused where its header length is below 20", () => {
    const segment = SYN.slice(34);
    segment[12] = 0x40;
    expect(() => decodeTcp(segment)).toThrow("at least 20 bytes expected, says 16");
  });
});

describe("TCP flags", () => {
  it.each([
    [0x02, "S"],
    [0x12, "S."],
    [0x10, "."],
    [0x18, "P."],
    [0x04, "R"],
    [0x14, "R."],
    [0x11, "F."],
    [0x00, "none"],
    [0x1ff, "FSRP.UEWe"],
    [0xc2, "SEW"],
  ])("%i are %s, as in tcpdump", (flags, letters) => {
    expect(formatTcpFlags(flags)).toBe(letters);
    expect(parseTcpFlags(letters)).toBe(flags);
  });

  it("are taken in any order, but each once", () => {
    expect(parseTcpFlags(".S")).toBe(0x12);
    for (const text of ["SS", "x", "", "noneS", "s", "S "]) {
      expect(() => parseTcpFlags(text)).toThrow(expect.objectContaining({ name: "DecodeError" }));
    }
  });
});

describe("TCP options", () => {
  const syn = hex("0204ffd70402080af3005d72000000000103030a");
  const fromSyn = {
    ...NO_TCP_OPTIONS,
    mss: 65495,
    sackPermitted: true,
    timestamps: { value: 4076887410, echo: 0 },
    windowScale: 10,
  };

  it("are read and written as Linux writes those of a SYN", () => {
    expect(decodeTcpOptions(syn)).toEqual(fromSyn);
    expect(toHex(encodeTcpOptions(fromSyn))).toBe(toHex(syn));
  });

  it("are written as Linux writes them after the handshake", () => {
    const options = { ...NO_TCP_OPTIONS, timestamps: { value: 1, echo: 2 } };
    expect(toHex(encodeTcpOptions(options))).toBe("0101080a0000000100000002");
  });

  it("hold SACK blocks, a Fast Open cookie, and others raw", () => {
    expect(decodeTcpOptions(hex("0101 050a 00000001 00000005  22060a0b0c0d  1e04 8101"))).toEqual({
      ...NO_TCP_OPTIONS,
      sackBlocks: [{ left: 1, right: 5 }],
      fastOpenCookie: hex("0a0b0c0d"),
      unknown: [{ kind: 30, payload: hex("8101") }],
    });
  });

  it("end at the end-of-options byte, whatever follows", () => {
    expect(decodeTcpOptions(hex("020405b4 00 030307"))).toEqual({ ...NO_TCP_OPTIONS, mss: 1460 });
  });

  it.each([
    ["a length of 0", "020405b4 0300 07"],
    ["a length of 1", "020405b4 0301 07"],
    ["a length of 1 of a kind that we do not know", "020405b4 1e01 030307"],
    ["a length past the end", "020405b4 030407"],
    ["no length at all", "020405b4 03"],
  ])("keep what came before %s, and are malformed", (_what, digits) => {
    expect(decodeTcpOptions(hex(digits))).toEqual({ ...NO_TCP_OPTIONS, mss: 1460, malformed: true });
  });

  it("keep what comes after an option of the wrong length, and are malformed", () => {
    const wrong = ["0203 05", "0304 0700", "0403 00", "0506 00000001", "0502", "0803 00"];
    for (const option of wrong) {
      const decoded = decodeTcpOptions(hex(`${option} 030307`));
      expect(decoded).toEqual({ ...NO_TCP_OPTIONS, windowScale: 7, malformed: true });
    }
  });

  it("refuse to be written where they need more than 40 bytes", () => {
    const sackBlocks = Array.from({ length: 4 }, () => ({ left: 1, right: 2 }));
    expect(() => encodeTcpOptions({ ...fromSyn, sackBlocks })).toThrow("must fit 40 bytes");
  });

  it("never change the empty set that others start from", () => {
    decodeTcpOptions(hex("020405b4 1e04 8101 03"));
    expect(NO_TCP_OPTIONS).toMatchObject({ mss: null, unknown: [], malformed: false });
  });
});

describe("sequence numbers", () => {
  it("wrap around", () => {
    expect(seqAdd(0xffffffff, 1)).toBe(0);
    expect(seqAdd(0, -1)).toBe(0xffffffff);
    expect(seqDiff(2, 0xfffffffe)).toBe(4);
    expect(seqDiff(0xfffffffe, 2)).toBe(-4);
  });

  it("are ordered across the wrap", () => {
    expect(seqBefore(0xfffffffe, 2)).toBe(true);
    expect(seqAfter(2, 0xfffffffe)).toBe(true);
    expect(seqBefore(2, 2)).toBe(false);
    expect(seqAfter(2, 2)).toBe(false);
  });
});
