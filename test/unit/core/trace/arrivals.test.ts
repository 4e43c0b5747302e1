import { describe, expect, it } from "vitest";
import { arrivalsOf, type Trace } from "../../../../src/core/trace/index.ts";
import { accept, listenerOf, sample, traceOf } from "../../../support/traces.ts";

/** What became of packets, by their numbers, with the queue that they met. */
function outcomes(lines: readonly string[], rest: Partial<Trace>): string[] {
  return arrivalsOf(traceOf(lines, rest), listenerOf).map(
    ({ packet, outcome, acceptQueue, limit }) => `${packet.number} ${outcome} ${acceptQueue}/${limit}`,
  );
}

const HANDSHAKE = ["0 40001 > S", "20.1 40001 < S.", "40.2 40001 > ."];

describe("arrivalsOf", () => {
  it("sees a SYN answered and a handshake completed", () => {
    expect(outcomes(HANDSHAKE, { samples: [sample(0, 0, 1)] })).toEqual([
      "1 syn-answered 0/1",
      "3 completed 0/1",
    ]);
  });

  it("counts a completed handshake into the queue before any sample shows it", () => {
    const lines = [...HANDSHAKE, "41 40002 > S", "61.1 40002 < S.", "81.2 40002 > ."];
    expect(outcomes(lines, { samples: [sample(0, 0, 1)] })).toEqual([
      "1 syn-answered 0/1",
      "3 completed 0/1",
      "4 syn-answered 1/1",
      "6 completed 1/1",
    ]);
  });

  it("sees a SYN refused while the accept queue is longer than its limit", () => {
    expect(outcomes(["0 40001 > S"], { samples: [sample(0, 2, 1)] })).toEqual([
      "1 syn-refused-accept-queue-full 2/1",
    ]);
  });

  it("does not blame the accept queue for an unanswered SYN while one place is left", () => {
    expect(outcomes(["0 40001 > S"], { samples: [sample(0, 1, 1)] })).toEqual(["1 syn-unanswered 1/1"]);
  });

  it("does not take the answer to a later SYN for the answer to the first", () => {
    const lines = ["0 40001 > S", "1000 40001 > S", "1020.1 40001 < S."];
    expect(outcomes(lines, { samples: [sample(0, 2, 1), sample(500, 0, 1)] })).toEqual([
      "1 syn-refused-accept-queue-full 2/1",
      "2 syn-answered 0/1",
    ]);
  });

  it("sees the final ACK refused, and the data after it", () => {
    const lines = [
      "0 40001 > S",
      "20.1 40001 < S.",
      "40.2 40001 > .",
      "40.3 40001 > P. 82",
      "250 40001 > P. 82",
    ];
    expect(outcomes(lines, { samples: [sample(0, 1, 1), sample(30, 2, 1)] })).toEqual([
      "1 syn-answered 1/1",
      "3 final-refused 2/1",
      "4 final-refused 2/1",
      "5 final-refused 2/1",
    ]);
  });

  it("sees data complete the handshake after an accept() has made room", () => {
    const lines = ["0 40001 > S", "20.1 40001 < S.", "40.2 40001 > .", "250 40001 > P. 82", "260 40001 > ."];
    const rest = { samples: [sample(0, 1, 1), sample(30, 2, 1)], calls: [accept(200)] };
    expect(outcomes(lines, rest)).toEqual(["1 syn-answered 1/1", "3 final-refused 2/1", "4 completed 1/1"]);
  });

  it("makes no room for an accept() that found nothing", () => {
    const lines = ["0 40001 > S", "20.1 40001 < S.", "40.2 40001 > ."];
    const rest = { samples: [sample(0, 1, 1), sample(30, 2, 1)], calls: [accept(50, "EAGAIN")] };
    expect(outcomes(lines, rest)).toEqual(["1 syn-answered 1/1", "3 final-refused 2/1"]);
  });

  it("passes over what was lost on the wire, also a final ACK", () => {
    const lines = ["0 40001 > S lost", "1000 40001 > S", "1020.1 40001 < S.", "1040.2 40001 > . lost"];
    expect(outcomes(lines, { samples: [sample(0, 0, 1)] })).toEqual(["2 syn-answered 0/1"]);
  });

  it("passes over a client's reset and an ACK that nothing asked for", () => {
    expect(outcomes(["0 40001 > R", "1 40001 > ."], { samples: [sample(0, 0, 1)] })).toEqual([]);
  });

  it("counts no packet of a request that the server has reset", () => {
    const lines = ["0 40001 > S", "20.1 40001 < S.", "40.2 40001 > .", "60.3 40001 < R", "61 40001 > P. 82"];
    expect(outcomes(lines, { samples: [sample(0, 1, 1), sample(30, 2, 1)] })).toEqual([
      "1 syn-answered 1/1",
      "3 final-refused 2/1",
    ]);
  });

  it("does not let a SYN+ACK that comes late undo a completed handshake", () => {
    const lines = [...HANDSHAKE, "1020 40001 < S.", "1041 40001 > ."];
    expect(outcomes(lines, { samples: [sample(0, 0, 5)] })).toEqual([
      "1 syn-answered 0/5",
      "3 completed 0/5",
    ]);
  });

  it("passes over a SYN that comes after its own handshake", () => {
    const lines = [...HANDSHAKE, "1000 40001 > S", "1020.1 40001 < ."];
    expect(outcomes(lines, { samples: [sample(0, 0, 1)] })).toEqual([
      "1 syn-answered 0/1",
      "3 completed 0/1",
    ]);
  });

  it("says nothing of a listener that was closed", () => {
    const calls = [{ ...accept(50, 0), call: "close" }];
    expect(outcomes(["100 40001 > S", "120.1 40001 < R."], { samples: [sample(0, 0, 1)], calls })).toEqual(
      [],
    );
  });

  it("does not take the close of a connection for that of the listener", () => {
    const calls = [{ ...accept(50, 0), call: "close", remote: "192.0.2.1:40009" }];
    const lines = ["100 40001 > S", "120.1 40001 < S."];
    expect(outcomes(lines, { samples: [sample(0, 0, 1)], calls })).toEqual(["1 syn-answered 0/1"]);
  });

  it("follows the limit of another listen()", () => {
    const lines = ["0 40001 > S", "100 40001 > S", "120.1 40001 < S."];
    expect(outcomes(lines, { samples: [sample(0, 2, 1), sample(50, 2, 5)] })).toEqual([
      "1 syn-refused-accept-queue-full 2/1",
      "2 syn-answered 2/5",
    ]);
  });

  it("says nothing before the first sample, nor of a port where nobody listens", () => {
    expect(outcomes(HANDSHAKE, {})).toEqual([]);
    expect(arrivalsOf(traceOf(HANDSHAKE, { samples: [sample(0, 0, 1)] }), () => null)).toEqual([]);
  });
});
