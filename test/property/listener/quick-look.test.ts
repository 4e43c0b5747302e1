import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { connectionFacts } from "../../../src/core/listener/clients/connection-facts.ts";
import { judgeClient } from "../../../src/core/listener/clients/judge-client.ts";
import {
  hostOfKey,
  mayBeStuck,
  type RemoteKey,
  remoteKeyOf,
  remoteKeysTo,
} from "../../../src/core/listener/clients/quick-look.ts";
import { formatIpAddress, parseIpAddress } from "../../../src/core/wire/ip-address.ts";
import {
  decodeInetDiagMessage,
  encodeInetDiagMessage,
} from "../../../src/core/wire/netlink/inet-diag-message.ts";
import { propertyOptions } from "../seed.ts";

const HEADER_BYTES = 72;
const STATES = [1, 2, 4];

/** Numbers that decide, and some that do not. */
const small = fc.constantFrom(0, 1, 2, 3, 5_000, 70_000);

/** An answer of the kernel with a `tcp_info` of that length. */
function answerOf(
  state: number,
  retransmits: number,
  infoLength: number,
  numbers: readonly number[],
): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + 4 + infoLength);
  const view = new DataView(bytes.buffer);
  bytes.set([2, state, 1, retransmits]);
  view.setUint16(HEADER_BYTES, 4 + infoLength, true);
  view.setUint16(HEADER_BYTES + 2, 2, true);
  [24, 44, 56, 68, 100, 120, 128, 140, 152, 208].forEach((at, place) => {
    if (at + 4 <= infoLength) view.setUint32(HEADER_BYTES + 4 + at, numbers[place] ?? 0, true);
  });
  return bytes;
}

describe("mayBeStuck", () => {
  it("passes every connection that is judged stuck", () => {
    const anything = fc.record({
      state: fc.constantFrom(...STATES),
      retransmits: fc.constantFrom(0, 1, 2, 5),
      infoLength: fc.constantFrom(104, 128, 144, 160, 232),
      numbers: fc.array(small, { minLength: 10, maxLength: 10 }),
    });
    let stuck = 0;
    fc.assert(
      fc.property(anything, ({ state, retransmits, infoLength, numbers }) => {
        const answer = answerOf(state, retransmits, infoLength, numbers);
        const socket = decodeInetDiagMessage(answer);
        if (judgeClient(socket.state, connectionFacts(socket)) === null) return;
        stuck += 1;
        // In a datagram an answer stands behind others.
        const datagram = new DataView(Uint8Array.of(...new Uint8Array(20), ...answer).buffer);
        expect(mayBeStuck(datagram, 20, 20 + answer.length)).toBe(true);
      }),
      propertyOptions(3_000),
    );
    expect(stuck).toBeGreaterThan(100);
  });
});

describe("remoteKeyOf", () => {
  it("is the same for the connections to one endpoint and no other, and of the same host for all of its ports", () => {
    const place = fc.record({
      address: fc.oneof(
        fc.ipV4(),
        fc.ipV6().map((text) => formatIpAddress(parseIpAddress(text))),
      ),
      port: fc.integer({ min: 1, max: 65_535 }),
    });
    fc.assert(
      fc.property(place, place, (one, other) => {
        const [a, b] = [keyTo(one), keyTo(other)];
        const isSame = one.address === other.address && one.port === other.port;
        expect(a === b).toBe(isSame);
        expect(hostOfKey(a) === hostOfKey(b)).toBe(one.address === other.address);
        expect(remoteKeysTo(one.address, one.port).has(a)).toBe(true);
        expect(remoteKeysTo(one.address, one.port).has(b)).toBe(isSame);
      }),
      propertyOptions(1_000),
    );
  });
});

function keyTo({ address, port }: { readonly address: string; readonly port: number }): RemoteKey {
  const bytes = encodeInetDiagMessage({
    ...decodeInetDiagMessage(answerOf(1, 0, 104, [])),
    family: address.includes(":") ? "ipv6" : "ipv4",
    local: { address: address.includes(":") ? "::1" : "127.0.0.1", port: 40_000 },
    remote: { address, port },
  });
  return remoteKeyOf(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
}
