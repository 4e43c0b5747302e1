import { expect, it } from "vitest";
import { encodeTcpFrame } from "../../../../../src/core/wire/packet/encode-frame.ts";
import { finishTcpChecksum } from "../../../../../src/core/wire/packet/finish-checksum.ts";
import { LINK_TYPE } from "../../../../../src/core/wire/packet/link-type.ts";

const endpoints = [
  ["127.0.0.1:40001", "127.0.0.1:8088"],
  ["[::1]:40001", "[::1]:8088"],
] as const;

it.each(endpoints)("gives %s -> %s the checksum that a whole frame has", (from, to) => {
  const whole = encodeTcpFrame({
    from,
    to,
    flags: "P.",
    seq: 7,
    ack: 9,
    window: 512,
    payload: Uint8Array.of(1, 2, 3),
  });
  const damaged = whole.slice();
  const checksumAt = damaged.length - 3 - 20 + 16;
  damaged.set([0xab, 0xcd], checksumAt);
  finishTcpChecksum(LINK_TYPE.ETHERNET, damaged);
  expect(damaged).toEqual(whole);
});

it("leaves a frame that is cut off or not TCP as it is", () => {
  for (const bytes of [new Uint8Array(0), Uint8Array.of(1, 2, 3), new Uint8Array(60)]) {
    const before = bytes.slice();
    finishTcpChecksum(LINK_TYPE.ETHERNET, bytes);
    expect(bytes).toEqual(before);
  }
});
