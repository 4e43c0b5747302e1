import { describe, expect, it } from "vitest";
import {
  formatEndpoint,
  formatMacAddress,
  parseEndpoint,
  parseMacAddress,
} from "../../../../src/core/wire/address.ts";
import { formatIpAddress, parseIpAddress } from "../../../../src/core/wire/ip-address.ts";
import { hex, toHex } from "./hex.ts";

describe("IP addresses", () => {
  // The examples of RFC 5952, sections 4 and 5, and the ends of the range.
  it.each([
    ["00000000000000000000000000000000", "::"],
    ["00000000000000000000000000000001", "::1"],
    ["20010db8000000000000000000000001", "2001:db8::1"],
    ["20010db8000000010001000100010001", "2001:db8:0:1:1:1:1:1"],
    ["20010000000000010000000000000001", "2001:0:0:1::1"],
    ["20010db8000000000001000000000001", "2001:db8::1:0:0:1"],
    ["20010db8000a00000000000000000000", "2001:db8:a::"],
    ["00000000000000000000ffff7f000001", "::ffff:127.0.0.1"],
    ["0000000000000000ffff00007f000001", "::ffff:0:7f00:1"],
    ["000000000000000000000000 7f000001", "::7f00:1"],
    ["ffffffffffffffffffffffffffffffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["7f000001", "127.0.0.1"],
    ["ffffffff", "255.255.255.255"],
  ])("%s is %s, in both directions", (digits, text) => {
    expect(formatIpAddress(hex(digits))).toBe(text);
    expect(toHex(parseIpAddress(text))).toBe(digits.replaceAll(" ", ""));
  });

  it.each([
    ["2001:DB8:0:0:0:0:0:1", "20010db8000000000000000000000001"],
    ["1:2:3:4:5:6:7::", "00010002000300040005000600070000"],
    ["::2:3:4:5:6:7:8", "00000002000300040005000600070008"],
    ["64:ff9b::1.2.3.4", "0064ff9b000000000000000001020304"],
    ["1:2:3:4:5:6:1.2.3.4", "00010002000300040005000601020304"],
  ])("%s is taken although it is not the canonical form", (text, digits) => {
    expect(toHex(parseIpAddress(text))).toBe(digits);
  });

  it.each([
    "",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.256",
    "01.2.3.4",
    "1.2.3.4 ",
    "1.2..4",
    "+1.2.3.4",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4::5:6:7:8",
    ":1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:",
    "12345::",
    "g::",
    "1.2.3.4::",
    "::1.2.3.4:5",
    "::1.2.3",
    "fe80::1%eth0",
    "[::1]",
    "localhost",
  ])("%j is not an address", (text) => {
    expect(() => parseIpAddress(text)).toThrow(
      expect.objectContaining({ name: "DecodeError", code: "BAD_VALUE" }),
    );
  });

  it("have 4 or 16 bytes", () => {
    expect(() => formatIpAddress(new Uint8Array(5))).toThrow("is 5 bytes");
  });
});

describe("endpoints", () => {
  it("have brackets around IPv6", () => {
    expect(formatEndpoint("127.0.0.1", 80)).toBe("127.0.0.1:80");
    expect(formatEndpoint("::1", 80)).toBe("[::1]:80");
    expect(formatEndpoint(hex("7f000001"), 65535)).toBe("127.0.0.1:65535");
  });

  it("come back with the canonical address", () => {
    expect(parseEndpoint("127.0.0.1:80")).toEqual({ address: "127.0.0.1", port: 80 });
    expect(parseEndpoint("[0:0::1]:0")).toEqual({ address: "::1", port: 0 });
  });

  it.each([
    "127.0.0.1",
    "::1:80",
    "[::1]",
    "[127.0.0.1]:80",
    "127.0.0.1:65536",
    "127.0.0.1:-1",
    ":80",
    "1.2.3.4:",
    "[::1]80",
  ])("%j is not an endpoint", (text) => {
    expect(() => parseEndpoint(text)).toThrow(expect.objectContaining({ name: "DecodeError" }));
  });
});

describe("hardware addresses", () => {
  it("are six pairs of digits", () => {
    expect(parseMacAddress("02:00:00:00:00:Ff")).toEqual(hex("0200000000ff"));
    expect(formatMacAddress(hex("0200000000ff"))).toBe("02:00:00:00:00:ff");
    expect(() => parseMacAddress("2:0:0:0:0:1")).toThrow("six pairs of hex digits expected");
    expect(() => formatMacAddress(hex("02"))).toThrow("6 bytes expected, have 1");
  });
});
