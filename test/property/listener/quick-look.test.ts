import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { connectionFacts } from "../../../src/core/listener/clients/connection-facts.ts";
import { judgeClient } from "../../../src/core/listener/clients/judge-client.ts";
import { mayBeStuck } from "../../../src/core/listener/clients/quick-look.ts";
import { decodeInetDiagMessage } from "../../../src/core/wire/netlink/inet-diag-message.ts";
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
        expect(mayBeStuck(answer)).toBe(true);
      }),
      propertyOptions(3_000),
    );
    expect(stuck).toBeGreaterThan(100);
  });
});
