import { describe, expect, it } from "vitest";
import { handshakesOf } from "../../../../src/core/trace/index.ts";
import { client, SERVER, traceOf } from "../../../support/traces.ts";

describe("handshakesOf", () => {
  it("sorts the packets of two connections apart, in the order of their first SYN", () => {
    const handshakes = handshakesOf(
      traceOf([
        "0 40001 > S",
        "1 40002 > S",
        "20 40001 < S.",
        "21 40002 < S.",
        "40 40001 > .",
        "41 40002 > .",
      ]),
    );
    expect(
      handshakes.map(({ client: who, server, packets }) => [who, server, packets.map((p) => p.number)]),
    ).toEqual([
      [client(40001), SERVER, [1, 3, 5]],
      [client(40002), SERVER, [2, 4, 6]],
    ]);
  });

  it("names every part of a connection", () => {
    const [handshake] = handshakesOf(
      traceOf([
        "0 40001 > S",
        "20 40001 < S.",
        "40 40001 > .",
        "41 40001 > P. 82",
        "62 40001 < P. 130",
        "1000 40001 > S",
        "1060 40001 < S.",
        "1100 40001 < R",
      ]),
    );
    const numbers = (packets: readonly { number: number }[] = []) => packets.map((packet) => packet.number);
    expect(numbers(handshake?.syns)).toEqual([1, 6]);
    expect(numbers(handshake?.synAcks)).toEqual([2, 7]);
    expect(handshake?.finalAck?.number).toBe(3);
    expect(numbers(handshake?.clientData)).toEqual([4]);
    expect(numbers(handshake?.serverData)).toEqual([5]);
    expect(numbers(handshake?.serverResets)).toEqual([8]);
  });

  it("takes the data for the final ACK when the bare ACK was lost", () => {
    const [handshake] = handshakesOf(
      traceOf(["0 40001 > S", "20 40001 < S.", "40 40001 > . lost", "41 40001 > P. 82"]),
    );
    expect(handshake?.finalAck?.number).toBe(4);
  });

  it("finds no final ACK in a reset, although it has the ACK flag", () => {
    const [handshake] = handshakesOf(traceOf(["0 40001 > S", "20 40001 < S.", "40 40001 > R."]));
    expect(handshake?.finalAck).toBeNull();
  });

  it("finds no final ACK before the SYN+ACK", () => {
    const [handshake] = handshakesOf(traceOf(["0 40001 > .", "30 40001 < S."]));
    expect(handshake?.finalAck).toBeNull();
  });

  it("takes the receiver of a SYN+ACK for the client when the recording begins with it", () => {
    const [handshake] = handshakesOf(traceOf(["20 40001 < S.", "40 40001 > ."]));
    expect([handshake?.client, handshake?.server]).toEqual([client(40001), SERVER]);
  });

  it("finds nothing in an empty trace", () => {
    expect(handshakesOf(traceOf([]))).toEqual([]);
  });
});
