import { describe, expect, it } from "vitest";
import { conclude, EndpointNames, Explainer, type Explanation } from "../../../../src/core/explain/index.ts";
import { segments } from "../../../support/segment-script.ts";

function explained(script: string, anonymize = false): Explanation {
  const explainer = new Explainer({ keepAll: true });
  for (const segment of segments(script)) explainer.see(segment);
  return conclude([explainer.finish()], { all: true, names: new EndpointNames({ anonymize }) });
}

/** A connection that is served, on a port of its own, so that the capture has a length and the listener a round trip. */
const FINE = (port: number, at: number): string => `
${at} ${port} > S
${at + 0.1} ${port} < S.
${at + 0.2} ${port} > .
${at + 0.3} ${port} > P. 1:83 1
${at + 0.4} ${port} < . 1 83
${at + 0.5} ${port} < P. 1:14 83
${at + 0.6} ${port} < F. 14 83
${at + 0.7} ${port} > F. 83 15`;

function only(script: string, port = 40001) {
  const result = explained(script);
  const handshake = result.handshakes.find(({ client }) => client.endsWith(`:${port}`));
  return { ...result, handshake, codes: result.findings.map(({ code }) => code) };
}

describe("each outcome of the closed list", () => {
  it("completed", () => {
    const { handshake } = only(FINE(40001, 0));
    expect(handshake).toMatchObject({ outcome: "completed", served: true, packets: [1, 2, 3, 4] });
    expect(handshake?.handshakeMs).toBeCloseTo(0.2);
    expect(handshake?.firstResponseMs).toBeCloseTo(0.5);
  });

  it("syn-unanswered", () => {
    const { handshake } = only(`0 40001 > S\n1000 40001 > S\n2000 40001 > S${FINE(40002, 3000)}`);
    expect(handshake).toMatchObject({ outcome: "syn-unanswered", served: false, synRetransmissions: 2 });
  });

  it("syn-answered-late, once the listener's round trip is known", () => {
    const { handshake } = only(
      `${FINE(40002, 0)}\n10 40001 > S\n1010 40001 > S\n1010.1 40001 < S.\n1010.2 40001 > .\n1010.3 40001 > P. 1:9 1\n1010.4 40001 < P. 1:9 9`,
    );
    expect(handshake).toMatchObject({ outcome: "syn-answered-late", served: true });
  });

  it("half-open, and a capture that ends too soon to say so", () => {
    expect(only("0 40001 > S\n0.1 40001 < S.\n1000.1 40001 < S.").handshake?.outcome).toBe("half-open");
    const cut = only("0 40001 > S\n0.1 40001 < S.").handshake;
    expect(cut?.outcome).toBe("cut-off");
    expect(cut?.note).toContain("missing: the final ACK");
  });

  it("completed, where the client takes a later SYN+ACK of another number: the first was lost, and a SYN cookie knows nothing of it", () => {
    const seen = segments(
      "0 40001 > S\n0.1 40001 < S.\n1000 40001 > S\n1000.1 40001 < S.\n1010 40001 > .\n1010.1 40001 > P. 1:9 1\n1010.2 40001 < P. 1:9 9",
    );
    const explainer = new Explainer({ keepAll: true });
    for (const segment of seen) {
      const isFirstAnswer = segment.number === 2;
      explainer.see(isFirstAnswer ? { ...segment, sequence: (segment.sequence + 5_000_000) >>> 0 } : segment);
    }
    const [handshake] = conclude([explainer.finish()], { all: true }).handshakes;
    expect(handshake).toMatchObject({ outcome: "completed", served: true });
  });

  it("aborted-by-client", () => {
    expect(only("0 40001 > S\n0.1 40001 < S.\n0.2 40001 > R").handshake?.outcome).toBe("aborted-by-client");
    expect(only("0 40001 > S\n0.1 40001 < S.\n0.2 40001 > .\n5000 40001 > R.").handshake?.outcome).toBe(
      "aborted-by-client",
    );
  });

  it("accepted-and-closed, but not when the client closes first", () => {
    expect(only("0 40001 > S\n0.1 40001 < S.\n0.2 40001 > .\n0.9 40001 < F.").handshake).toMatchObject({
      outcome: "accepted-and-closed",
      served: false,
    });
    const polite = only("0 40001 > S\n0.1 40001 < S.\n0.2 40001 > .\n0.5 40001 > F.\n0.9 40001 < F. 1 2");
    expect(polite.handshake?.outcome).toBe("completed");
  });

  it("reset-at-handshake while nobody stood in the queue", () => {
    const { handshake, codes } = only(
      `${FINE(40002, 0)}
10 40001 > S\n10.1 40001 < S.\n10.2 40001 > .\n10.3 40001 < R\n${FINE(40003, 20)}`.replaceAll("\n\n", "\n"),
    );
    expect(handshake?.outcome).toBe("reset-at-handshake");
    expect(codes).toEqual(["capture-reset-at-handshake"]);
  });
});

/** One connection is being served, two stand in the queue, and the SYN of a fourth came before the second of them was let in. */
const FULL_QUEUE = `
0 1 > S\n0.1 1 < S.\n0.2 1 > .\n0.3 1 > P. 1:9 1\n0.4 1 < P. 1:9 9
0.5 40001 > S\n0.6 40001 < S.
1 2 > S\n1.1 2 < S.\n1.2 2 > .\n1.3 2 > P. 1:9 1\n1.4 2 < . 1 9
2 3 > S\n2.1 3 < S.\n2.2 3 > .\n2.3 3 > P. 1:9 1\n2.4 3 < . 1 9`.trim();

describe("a full queue", () => {
  const dropped = `${FULL_QUEUE}
3.2 40001 > .\n3.3 40001 > P. 1:9 1\n203.3 40001 > P. 1:9 1
1000.6 40001 < S.\n1000.7 40001 > .`;

  it("is proven by refused data and a SYN+ACK that comes again", () => {
    const { handshake, listeners, codes } = only(dropped);
    expect(handshake).toMatchObject({ outcome: "final-ack-dropped", synAckRetransmissions: 1 });
    expect(listeners[0]?.inferredBacklog?.atMost).toBe(1);
    expect(codes).toEqual(["capture-accept-overflow"]);
  });

  it("is counted exactly when the listener closes: everybody who waits is reset", () => {
    const reset = (ports: readonly number[]) =>
      ports.map((port, place) => `${2000 + place / 100} ${port} < R. 1 9`).join("\n");
    const closed = only(`${dropped}\n${reset([2, 3])}`).listeners[0]?.inferredBacklog;
    expect(closed).toMatchObject({ atMost: 1, value: 1, confidence: "likely" });
    expect(closed?.assumes).toContain("when the listener closed");
    const other = only(`${dropped}\n${reset([2])}`).listeners[0]?.inferredBacklog;
    expect(other?.assumes).not.toContain("when the listener closed");
  });

  it("is not proven by the same SYN+ACK captured twice", () => {
    const script = `${FULL_QUEUE}
3 40009 > S id=7\n3.1 40009 < S. id=3 ts=5\n3.2 40009 > .\n40 40009 < S. id=3 ts=5\n41 40009 > P. 1:9 1\n42 40009 < . 1 9\n5000 40009 > . 9 1`;
    const { handshake, codes } = only(script, 40009);
    expect(handshake).toMatchObject({ outcome: "completed", synAckRetransmissions: 0 });
    expect(codes).toEqual(["capture-copies"]);
  });

  it("is not proven by a SYN+ACK that was stored after the final ACK it came before", () => {
    const { handshake } = only(`${FULL_QUEUE}
3.2 40001 > .\n3.1 40001 < S.\n3.3 40001 > P. 1:9 1\n3.4 40001 < . 1 9`);
    expect(handshake).toMatchObject({ outcome: "completed", synAckRetransmissions: 0 });
  });

  it("is not proven by a SYN+ACK that crosses the final ACK on a way of 1.2 s", () => {
    const { handshake, codes } = only(
      `${FULL_QUEUE}
3 40001 > S\n1003 40001 > S\n1203 40001 < S.\n1203.1 40001 > .\n1203.2 40001 > P. 1:9 1\n2203 40001 < S.\n2403 40001 < . 1 9`.replace(
        FULL_QUEUE,
        "0 9 > S\n1200 9 < S.",
      ),
    );
    expect(handshake?.outcome).toBe("completed");
    expect(codes).not.toContain("capture-accept-overflow");
  });

  it("is not proven by Fast Open's bytes, which a SYN+ACK left out and a later ACK took", () => {
    const { handshake, codes } = only(`${FULL_QUEUE.replace(/^.* 40001 .*\n/gm, "")}
3 40001 > S 0:8\n3.1 40001 < S.\n3.2 40001 > P. 1:9 1\n3.3 40001 < . 1 9\n500 40001 > P. 1:9 1\n500.1 40001 < . 1 9`);
    expect(handshake?.outcome).toBe("completed");
    expect(codes).not.toContain("capture-accept-overflow");
  });

  it("is not bounded by a reset long after the SYN+ACK, which a request that has expired gets too", () => {
    const served = "\n4000 2 < P. 1:9 9\n4000.1 3 < P. 1:9 9";
    const late = "\n5000 9 > S\n5000.1 9 < S.\n5000.2 9 > .\n7000 9 > F.\n7000.1 9 < R";
    const { listeners } = only(`${dropped}${served}${late}`);
    expect(listeners[0]?.inferredBacklog?.atMost).toBe(1);
    expect(listeners[0]?.abortOnOverflow).not.toBe(true);
  });

  it("is not proven by one silent client", () => {
    const { handshake, codes } = only(`${FULL_QUEUE}
3.2 40001 > .\n1003.1 40001 < S.\n1003.2 40001 > .\n4000 40001 > P. 1:9 1\n4000.1 40001 < . 1 9`);
    expect(handshake?.outcome).toBe("completed");
    expect(codes).toContain("capture-defer-accept");
  });

  it("is proven by a silent client whose answer to the second SYN+ACK was refused too: no DEFER_ACCEPT does that", () => {
    const { handshake, codes } = only(`${FULL_QUEUE}
3.2 40001 > .\n1003.1 40001 < S.\n1003.2 40001 > .\n3003.1 40001 < S.\n3003.2 40001 > .\n4000 40001 > P. 1:9 1\n4000.1 40001 < . 1 9`);
    expect(handshake?.outcome).toBe("final-ack-dropped");
    expect(codes).not.toContain("capture-defer-accept");
  });

  it("resets with abort on overflow, if the listener was still there", () => {
    const reset = `${FULL_QUEUE}\n3.2 40001 > .\n3.25 40001 < R`;
    const { handshake, listeners } = only(`${reset}\n5 2 > P. 9:19 1\n5.1 2 < . 1 19`);
    expect(handshake).toMatchObject({ outcome: "overflow-reset", served: false });
    expect(listeners[0]?.abortOnOverflow).toBe(true);
    expect(only(reset).handshake?.outcome, "closing would have reset those who wait").toBe("overflow-reset");
    const closed = `${reset}\n3.26 2 < R. 1 9\n3.27 3 < R. 1 9`;
    expect(only(closed).handshake?.outcome, "those who waited were reset too").toBe("reset-at-handshake");
  });

  it("does not reset bytes that it has left alone before: that is a request that has expired", () => {
    const again = (at: number) => `\n${at} 40001 > P. 1:9 1`;
    const { handshake, listeners } = only(
      `${FULL_QUEUE}\n3.2 40001 > .${[3.3, 300, 900, 2100, 4500].map(again).join("")}\n4500.05 40001 < R`,
    );
    expect(handshake?.outcome).not.toBe("overflow-reset");
    expect(listeners[0]?.abortOnOverflow).not.toBe(true);
  });

  it("cannot be measured when the capture begins amid its connections", () => {
    const { listeners } = only(`0 77 < P. 500:600 9\n${dropped.replace("\n0.4 1 < P. 1:9 9", "")}`);
    expect(listeners[0]?.inferredBacklog).toBe(null);
    expect(listeners[0]?.note).toContain("begins amid");
  });
});

describe("what is no full queue", () => {
  it("TIME_WAIT: the first SYN meets an ACK, the client resets it and tries again", () => {
    const { handshake, codes } = only(
      `0 40001 > S\n0.1 40001 < . 900 500\n0.2 40001 > R\n1000 40001 > S\n1000.1 40001 < S.\n1000.2 40001 > .\n1000.3 40001 > P. 1:9 1\n1000.4 40001 < P. 1:9 9`,
    );
    expect(handshake?.outcome).toBe("syn-answered-late");
    expect(codes).toEqual(["capture-time-wait"]);
  });

  it("a split handshake", () => {
    const { handshake, findings } = only(
      "0 40001 > S\n0.1 40001 < S\n0.2 40001 > S.\n0.3 40001 < .\n2000 40001 > P. 1:9 1",
    );
    expect(handshake?.outcome).toBe("cut-off");
    expect(findings).toEqual([]);
  });

  it("cookies with data that nobody answers: said, but not decided", () => {
    const { handshake, codes } = only(
      "0 40001 > S\n0.1 40001 < S.\n0.2 40001 > .\n0.3 40001 > P. 1:9 1\n200 40001 > P. 1:9 1\n600 40001 > P. 1:9 1\n1400 40001 > P. 1:9 1",
    );
    expect(handshake).toMatchObject({ outcome: "cut-off", dataRetransmissionsBeforeAccept: 3 });
    expect(codes).toEqual(["capture-silent-after-handshake"]);
  });

  it("a capture of one direction", () => {
    const { handshakes, findings } = only(
      "0 40001 > S\n1 40001 > .\n2 40001 > P. 1:9 1\n5 40002 > S\n1005 40002 > S\n3000 40001 > . 9 1",
    );
    expect(handshakes.map(({ outcome }) => outcome)).toEqual(["cut-off", "cut-off"]);
    expect(findings).toEqual([]);
  });

  it("two connections of the same endpoints are two", () => {
    const { handshakes } = only(
      `${FINE(40001, 0)}\n10 40001/1 > S\n10.1 40001/1 < S.\n10.2 40001/1 > .\n2000 40001/1 > F.`,
    );
    expect(handshakes.map(({ outcome }) => outcome)).toEqual(["completed", "completed"]);
  });
});

it("false addresses are stable, and no real one is left", () => {
  const script = `0 40001 > S\n1000 40001 > S\n2000 40001 > S${FINE(40002, 3000)}`;
  const text = JSON.stringify(explained(script, true));
  expect(text).not.toContain("10.0.0.");
  expect(JSON.stringify(explained(script, true))).toBe(text);
});
