import { describe, expect, it } from "vitest";
import {
  decodeNetlinkDone,
  decodeNetlinkError,
  decodeNetlinkMessages,
  encodeNetlinkMessage,
} from "../../../../../src/core/wire/netlink/netlink.ts";
import {
  decodeNetlinkAttributes,
  encodeNetlinkAttributes,
  nestedNetlinkAttribute,
  netlinkAttribute,
} from "../../../../../src/core/wire/netlink/netlink-attribute.ts";
import { hex, toHex } from "../hex.ts";

describe("netlink messages", () => {
  it("are a header in host order, a payload and padding that the length leaves out", () => {
    const message = { type: 0x10, flags: 0x605, sequence: 2, portId: 7, payload: hex("aabbcc") };
    expect(toHex(encodeNetlinkMessage(message))).toBe("13000000100005060200000007000000aabbcc00");
  });

  it("are found one after the other, also if the last lacks its padding", () => {
    const first = "13000000100002000200000007000000aabbcc00";
    const last = "11000000140002000200000007000000dd";
    expect(decodeNetlinkMessages(hex(first + last))).toEqual([
      { type: 0x10, flags: 2, sequence: 2, portId: 7, payload: hex("aabbcc") },
      { type: 0x14, flags: 2, sequence: 2, portId: 7, payload: hex("dd") },
    ]);
  });

  it("are refused with the place where one is cut off or too short to be true", () => {
    const whole = "10000000140000000000000000000000";
    expect(() => decodeNetlinkMessages(hex(`${whole}1000`))).toThrow("nlmsghdr at 16: need 4 bytes, have 2");
    expect(() => decodeNetlinkMessages(hex(`11${whole.slice(2)}`))).toThrow(
      "nlmsghdr at 0: need 17 bytes, have 16",
    );
    expect(() => decodeNetlinkMessages(hex(`0f${whole.slice(2)}`))).toThrow("must be at least 16, is 15");
    expect(() => decodeNetlinkMessages(hex(`00${whole.slice(2)}`))).toThrow(
      expect.objectContaining({ code: "BAD_VALUE" }),
    );
  });

  it("are none in an empty datagram", () => {
    expect(decodeNetlinkMessages(new Uint8Array(0))).toEqual([]);
  });
});

describe("netlink attributes", () => {
  it("keep the nested and byte-order bits apart from the type", () => {
    expect(decodeNetlinkAttributes(hex("0500 0b00 01000000  0400 1280  0800 0a40 01020304"))).toEqual([
      { type: 11, payload: hex("01"), nested: false, networkOrder: false },
      { type: 18, payload: hex(""), nested: true, networkOrder: false },
      { type: 10, payload: hex("01020304"), nested: false, networkOrder: true },
    ]);
  });

  it("nest, with a structure before the inner ones where there is one", () => {
    const inner = netlinkAttribute(1, hex("76657468"));
    expect(toHex(encodeNetlinkAttributes([nestedNetlinkAttribute(18, [inner])]))).toBe(
      "0c0012800800010076657468",
    );
    const withHead = nestedNetlinkAttribute(1, [inner], hex("aabbccdd"));
    expect(toHex(encodeNetlinkAttributes([withHead]))).toBe("10000180aabbccdd0800010076657468");
  });

  it("are refused where one is cut off or too short to be true", () => {
    expect(() => decodeNetlinkAttributes(hex("0900010001020304"), 72)).toThrow(
      "nlattr at 72: need 9 bytes, have 8",
    );
    expect(() => decodeNetlinkAttributes(hex("0300010001020304"))).toThrow("must be at least 4, is 3");
  });
});

describe("netlink errors", () => {
  it("of errno 0 are an ACK (answer of Linux 6.18 to a new veth pair)", () => {
    const [ack] = decodeNetlinkMessages(
      hex("240000000200000101000000a01900000000000028000000120005000100000000000000"),
    );
    expect(ack?.type).toBe(2);
    expect(decodeNetlinkError(ack!.payload, ack!.flags)).toEqual({
      errno: 0,
      message: null,
      requestOffset: null,
    });
  });

  it("give the errno as a positive number", () => {
    const { errno } = decodeNetlinkError(hex("efffffff 28000000120005000100000000000000"));
    expect(errno).toBe(17);
  });

  const words = "0c000100 6e6f206c75636b00  08000200 14000000";

  it("carry the kernel's words after the request that is sent back", () => {
    const payload = hex(`eaffffff 16000000120005000100000000000000 aabbccddeeff0000 ${words}`);
    expect(decodeNetlinkError(payload, 0x200)).toEqual({ errno: 22, message: "no luck", requestOffset: 20 });
  });

  it("carry them right after the request's header if the kernel capped the request", () => {
    const payload = hex(`eaffffff 16000000120005000100000000000000 ${words}`);
    expect(decodeNetlinkError(payload, 0x300)).toEqual({ errno: 22, message: "no luck", requestOffset: 20 });
  });

  it("have no words without the flag that announces them", () => {
    const payload = hex(`eaffffff 16000000120005000100000000000000 ${words}`);
    expect(decodeNetlinkError(payload, 0x100).message).toBeNull();
  });

  it("are refused where the number is positive or the header is missing", () => {
    expect(() => decodeNetlinkError(hex("01000000 10000000120005000100000000000000"))).toThrow(
      "must not be positive, is 1",
    );
    expect(() => decodeNetlinkError(hex("ffffffff 10000000"))).toThrow(
      expect.objectContaining({ code: "SHORT" }),
    );
  });

  it("end a dump too, in its done message", () => {
    expect(decodeNetlinkDone(hex("00000000"))).toBe(0);
    expect(decodeNetlinkDone(hex("feffffff"))).toBe(2);
    expect(decodeNetlinkDone(hex(""))).toBe(0);
    expect(() => decodeNetlinkDone(hex("00"))).toThrow(expect.objectContaining({ code: "SHORT" }));
  });
});
