import { describe, expect, it } from "vitest";
import { encodePcapng } from "../../../../../src/core/wire/capture/pcapng-write.ts";
import { decodePcapng } from "../../../../support/capture-file.ts";
import { hex, toHex } from "../hex.ts";

type Order = "little" | "big";

/** Integers of 2 or 4 bytes in the order of a section. */
function int(order: Order, size: 2 | 4, value: number): string {
  const digits = (value >>> 0).toString(16).padStart(size * 2, "0");
  const pairs = digits.match(/../g) ?? [];
  return (order === "big" ? pairs : pairs.reverse()).join("");
}

function block(order: Order, type: number, body: string): string {
  const length = int(order, 4, 12 + body.replaceAll(" ", "").length / 2);
  return `${int(order, 4, type)}${length}${body}${length}`;
}

const section = (order: Order): string =>
  block(
    order,
    0x0a0d0d0a,
    `${int(order, 4, 0x1a2b3c4d)}${int(order, 2, 1)}${int(order, 2, 0)}${"ff".repeat(8)}`,
  );

const option = (order: Order, code: number, value: string): string =>
  int(order, 2, code) +
  int(order, 2, value.length / 2) +
  value +
  "00".repeat((4 - ((value.length / 2) % 4)) % 4);

const description = (order: Order, options = "", snapLength = 0): string =>
  block(order, 1, `${int(order, 2, 1)}0000${int(order, 4, snapLength)}${options}`);

function packet(order: Order, high: number, low: number, options = "", id = 0): string {
  const numbers = [id, high, low, 3, 60].map((value) => int(order, 4, value)).join("");
  return block(order, 6, `${numbers}aabbcc00${options}`);
}

const read = (digits: string): ReturnType<typeof decodePcapng> => decodePcapng(hex(digits));

describe("encodePcapng", () => {
  it("writes section, interface and packet as the format's draft lays them out (tshark reads it so)", () => {
    const bytes = encodePcapng({
      application: "listenq",
      interfaces: [{ name: "wire", linkType: 1 }],
      packets: [
        {
          interface: 0,
          timeNs: 0x1_0000_0002n,
          bytes: hex("aabbcc"),
          originalLength: 60,
          comment: "hi",
          direction: "in",
        },
      ],
    });
    expect(toHex(bytes)).toBe(
      hexOf(`
        0a0d0d0a 2c000000 4d3c2b1a 0100 0000 ffffffffffffffff  0400 0700 6c697374656e7100  0000 0000  2c000000
        01000000 28000000 0100 0000 00000000  0200 0400 77697265  0900 0100 09000000  0000 0000  28000000
        06000000 38000000 00000000 01000000 02000000 03000000 3c000000 aabbcc00
          0100 0200 68690000  0200 0400 01000000  0000 0000  38000000`),
    );
  });

  it("refuses a packet of an interface that is not there", () => {
    const packets = [{ interface: 1, timeNs: 0n, bytes: hex(""), originalLength: 0, comment: null }];
    expect(() => encodePcapng({ application: "x", interfaces: [{ linkType: 1 }], packets })).toThrow(
      "no interface 1",
    );
  });
});

function hexOf(digits: string): string {
  return digits.replaceAll(/\s/g, "");
}

describe("decodePcapng", () => {
  it.each(["little", "big"] as const)("reads a file in %s-endian order", (order) => {
    const name = option(order, 2, "65746830");
    const options = option(order, 1, "6869") + option(order, 2, int(order, 4, 2)) + option(order, 0, "");
    const capture = read(section(order) + description(order, name) + packet(order, 1, 2, options));
    expect(capture).toEqual({
      interfaces: [{ name: "eth0", description: null, linkType: 1, snapLength: 0 }],
      packets: [
        {
          interface: 0,
          timeNs: 0x1_0000_0002n * 1000n,
          bytes: hex("aabbcc"),
          originalLength: 60,
          comment: "hi",
          direction: "out",
        },
      ],
      truncated: false,
      problem: null,
    });
  });

  it.each([
    ["microseconds where nothing is said", "", 5_000_000n, 5_000_000_000n],
    ["seconds", option("little", 9, "00"), 5n, 5_000_000_000n],
    ["nanoseconds", option("little", 9, "09"), 5n, 5n],
    ["picoseconds", option("little", 9, "0c"), 5_999n, 5n],
    ["1/1024 of a second", option("little", 9, "8a"), 512n, 500_000_000n],
    ["2^-64 of a second", option("little", 9, "c0"), 1n << 63n, 500_000_000n],
    ["whole seconds as a power of two", option("little", 9, "80"), 5n, 5_000_000_000n],
    ["an offset", option("little", 9, "09") + option("little", 14, "0200000000000000"), 5n, 2_000_000_005n],
    [
      "a negative offset",
      option("little", 9, "09") + option("little", 14, "ff".repeat(8)),
      5n,
      -999_999_995n,
    ],
  ])("understands time in %s", (_name, options, ticks, timeNs) => {
    const [high, low] = [Number(ticks >> 32n), Number(ticks & 0xffff_ffffn)];
    const capture = read(section("little") + description("little", options) + packet("little", high, low));
    expect(capture.packets[0]?.timeNs).toBe(timeNs);
  });

  it("counts the interfaces of several sections through, each section in its own order", () => {
    const second = section("big") + description("big") + packet("big", 0, 7);
    const capture = read(section("little") + description("little") + packet("little", 0, 5) + second);
    expect(capture.packets.map(({ interface: index, timeNs }) => [index, timeNs])).toEqual([
      [0, 5000n],
      [1, 7000n],
    ]);
  });

  it("reads a simple packet, which has no time, up to the snap length", () => {
    const simple = block("little", 3, "3c000000 aabbcc00");
    const [first] = read(section("little") + description("little", "", 3) + simple).packets;
    expect(first).toMatchObject({ timeNs: null, bytes: hex("aabbcc"), originalLength: 60, direction: null });
  });

  it("reads the obsolete packet block of old files", () => {
    const old = block("little", 2, "0000 ffff 00000000 05000000 03000000 3c000000 aabbcc00");
    expect(read(section("little") + description("little") + old).packets[0]).toMatchObject({ timeNs: 5000n });
  });

  it("passes over blocks that it does not know", () => {
    const unknown = block("little", 0x0bad, "01020304") + block("little", 5, "00".repeat(12));
    const capture = read(
      section("little") + unknown + description("little") + unknown + packet("little", 0, 5),
    );
    expect(capture).toMatchObject({ truncated: false, packets: [{ timeNs: 5000n }] });
  });

  it("joins several comments as lines", () => {
    const options = option("little", 1, "61") + option("little", 1, "62");
    expect(
      read(section("little") + description("little") + packet("little", 0, 5, options)).packets[0]?.comment,
    ).toBe("a\nb");
  });

  it("keeps the packet whose options are malformed", () => {
    const capture = read(section("little") + description("little") + packet("little", 0, 5, "0100ff00"));
    expect(capture).toMatchObject({ truncated: false, packets: [{ comment: null, bytes: hex("aabbcc") }] });
  });

  it("gives what comes before the place where the file is cut off, and says so", () => {
    const whole = section("little") + description("little") + packet("little", 0, 5) + packet("little", 0, 6);
    const capture = read(whole.slice(0, -2));
    expect(capture.packets.length).toBe(1);
    expect(capture).toMatchObject({ truncated: true, problem: "pcapng block at 84: need 36 bytes, have 35" });
  });

  it.each([
    ["a length that is not a multiple of 4", "06000000 0d000000 00 0d000000"],
    ["a length below 12", "06000000 08000000"],
    ["lengths that differ", "ad0b0000 0c000000 10000000"],
    ["a packet of an interface that was not described", packet("little", 0, 5, "", 9)],
    ["more captured bytes than the block holds", packet("little", 0, 5).replace("03000000", "ff000000")],
  ])("stops at %s", (_name, damage) => {
    const good = section("little") + description("little") + packet("little", 0, 5);
    const capture = read(good + damage + packet("little", 0, 6));
    expect(capture.truncated).toBe(true);
    expect(capture.problem).not.toBeNull();
    expect(capture.packets.length).toBe(1);
  });

  it("throws only if it is not pcapng at all", () => {
    for (const digits of [
      "",
      "0a0d0d0a",
      "d4c3b2a1020004000000000000000000",
      section("little").replace("4d3c2b1a", "00000000"),
    ]) {
      expect(() => read(digits)).toThrow(
        expect.objectContaining({ name: "DecodeError", code: "UNKNOWN_FORMAT" }),
      );
    }
    expect(read(section("little").slice(0, 24))).toMatchObject({ packets: [], truncated: true });
  });
});
