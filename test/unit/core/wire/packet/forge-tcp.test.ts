import { expect, it } from "vitest";
import { encodeTcpFrame } from "../../../../../src/core/wire/packet/encode-frame.ts";
import { forgeTcpFrame } from "../../../../../src/core/wire/packet/forge-tcp.ts";
import { decodeFrame } from "../../../../../src/core/wire/packet/frame.ts";
import { LINK_TYPE } from "../../../../../src/core/wire/packet/link-type.ts";

const ENDS = [
  ["192.0.2.1:40001", "192.0.2.2:8088"],
  ["[2001:db8::1]:40001", "[2001:db8::2]:8088"],
] as const;
const PARTS = { window: 512, payload: Uint8Array.of(1, 2, 3) };

it.each(ENDS)(
  "makes of a frame %s -> %s the one that a sender of those numbers would have sent",
  (from, to) => {
    const frame = encodeTcpFrame({ from, to, flags: "P.", seq: 0xffff_ffff, ack: 9, ...PARTS });
    const wanted = encodeTcpFrame({ from, to, flags: "R.", seq: 4, ack: 2, ...PARTS });
    expect(forgeTcpFrame(LINK_TYPE.ETHERNET, frame, { seqBy: 5, ackBy: -7, flags: "R." })).toEqual(wanted);
    expect(decodeFrame(LINK_TYPE.ETHERNET, frame)).toMatchObject({ seq: 0xffff_ffff, flags: "P." });
  },
);

it("keeps the flags when none are named", () => {
  const [[from, to]] = ENDS;
  const frame = encodeTcpFrame({ from, to, flags: "S", seq: 1, ack: null, ...PARTS });
  const forged = forgeTcpFrame(LINK_TYPE.ETHERNET, frame, { seqBy: 1, ackBy: 0, flags: null });
  expect(decodeFrame(LINK_TYPE.ETHERNET, forged)).toMatchObject({ seq: 2, flags: "S", ack: null });
});

it("copies what is no TCP frame", () => {
  const bytes = new Uint8Array(60);
  expect(forgeTcpFrame(LINK_TYPE.ETHERNET, bytes, { seqBy: 1, ackBy: 1, flags: "R" })).toEqual(bytes);
});
