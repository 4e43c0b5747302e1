import { describe, expect, it, vi } from "vitest";
import type { Handshake } from "../../../../../src/core/explain/explanation.ts";
import { type KernelWitness, LiveExplainer } from "../../../../../src/core/explain/live/live-explainer.ts";
import { segments } from "../../../../support/segment-script.ts";

/** What is told of a script's packets while they come, with the time at which it is told. */
function live(
  script: string,
  untilMs: number,
  witness?: KernelWitness,
): { told: (Handshake & { toldAt: number })[]; explainer: LiveExplainer } {
  const explainer = new LiveExplainer(witness);
  const packets = segments(script);
  const told: (Handshake & { toldAt: number })[] = [];
  for (let now = 0; now <= untilMs; now += 50) {
    while ((packets[0]?.at ?? Number.POSITIVE_INFINITY) <= now) {
      const next = packets.shift();
      if (next !== undefined) explainer.see(next);
    }
    for (const handshake of explainer.victims(now)) told.push({ ...handshake, toldAt: now });
  }
  return { told, explainer };
}

const REFUSED_ACK = `
  0     40001 > S
  0.1   40001 < S.
  1000  40001 < S.
  1000.1 40001 > .
  3000  40001 < S.
  3000.1 40001 > .`;

describe("a live explanation", () => {
  it("tells a refused final ACK as soon as it is proven, once, however often the SYN+ACK comes after that", () => {
    const { told, explainer } = live(`${REFUSED_ACK}\n  7000  40001 < S.`, 20_000);
    expect(told).toMatchObject([
      { client: "10.0.0.1:40001", server: "10.0.0.2:80", outcome: "final-ack-dropped", toldAt: 3_000 },
    ]);
    expect(explainer.finish(20_000).handshakes).toMatchObject([
      { outcome: "final-ack-dropped", synAckRetransmissions: 3 },
    ]);
  });

  it("says nothing of clients whose handshake shows nothing odd: completed, closed, reset by the client", () => {
    const { told, explainer } = live(
      `
      0   40001 > S
      0.1 40001 < S.
      10  40002 > S
      11  40002 < S.
      500 40002 > F. 83 400
      501 40002 < F. 400 84
      600 40003 > S
      601 40003 < S.
      700 40003 > R.`,
      60_000,
    );
    expect(told).toEqual([]);
    expect(explainer.attempts).toBe(3);
    const { handshakes, listeners } = explainer.finish(60_000);
    expect(handshakes).toEqual([]);
    // The client that reset its connection may have had its reasons; the other two completed.
    expect(listeners).toMatchObject([{ handshakes: 2, outcomes: { completed: 2 } }]);
  });

  it("does not count a handshake of which nobody can know yet", () => {
    const { explainer } = live("0 40001 > S\n0.1 40001 < S.\n1000 40002 > S\n1000.1 40002 < S.", 1_700);
    expect(explainer.finish(1_700).listeners).toMatchObject([{ handshakes: 1, outcomes: { completed: 1 } }]);
  });

  it("tells a SYN that is not answered, when the next one would have come", () => {
    const { told } = live("0 40001 > S\n1000 40001 > S\n3000 40001 > S", 20_000);
    expect(told).toMatchObject([{ outcome: "syn-unanswered", synRetransmissions: 2 }]);
    expect(told[0]?.toldAt).toBeGreaterThan(3_000 + 4_000);
  });

  it("tells a SYN that was answered late", () => {
    const { told } = live(
      `
      0    40009 > S
      0.1  40009 < S.
      10   40001 > S
      1010 40001 > S
      1010.1 40001 < S.`,
      20_000,
    );
    expect(told).toMatchObject([{ client: "10.0.0.1:40001", outcome: "syn-answered-late" }]);
  });

  it("tells a reset in answer to a final ACK that the filter did not pass, and no reset after a handshake", () => {
    const { told } = live(
      `
      0   40001 > S
      0.1 40001 < S.
      0.3 40001 < R 1
      10  40002 > S
      11  40002 < S.
      900 40002 < R. 400 84
      950 40003 > S
      951 40003 < S.
      990 40003 < R 400`,
      20_000,
    );
    expect(told.map(({ client, outcome }) => [client, outcome])).toEqual([
      ["10.0.0.1:40001", "reset-at-handshake"],
    ]);
  });

  it.each([
    ["overflow", "overflow-reset", null],
    [
      "other",
      "reset-at-handshake",
      "no full queue: the server's own kernel refused nothing with a reset then",
    ],
  ] as const)("believes the kernel that a reset came of %s", (cause, outcome, note) => {
    const kernel = { leastLimit: 1, mostLimit: 1, abortOnOverflow: true };
    const witness = { resetCause: vi.fn(() => cause), factsOf: vi.fn(() => kernel) };
    const { told, explainer } = live("0 40001 > S\n0.1 40001 < S.\n0.3 40001 < R 1", 20_000, witness);
    expect(told).toMatchObject([{ outcome, note }]);
    const { listeners, handshakes } = explainer.finish(20_000);
    expect(handshakes).toMatchObject([{ outcome, note }]);
    expect(listeners).toMatchObject([
      {
        inferredBacklog: { atMost: 1, value: 1, assumes: null, confidence: "certain" },
        abortOnOverflow: true,
      },
    ]);
    expect(witness.resetCause.mock.calls).toEqual([[0.3]]);
    expect(witness.factsOf.mock.calls).toEqual([["10.0.0.2", 4]]);
  });

  it("tells a client that went on after its SYN+ACK had come again", () => {
    const { told } = live("0 40001 > S\n0.1 40001 < S.\n1000 40001 < S.\n1000.1 40001 > .", 20_000);
    expect(told).toMatchObject([{ outcome: "completed", synAckRetransmissions: 1 }]);
  });

  it("tells a client that never answers", () => {
    const { told } = live("0 40001 > S\n0.1 40001 < S.\n1000 40001 < S.\n3000 40001 < S.", 20_000);
    expect(told).toMatchObject([{ outcome: "half-open", synAckRetransmissions: 2 }]);
  });

  it("wants all packets of a client from its second SYN+ACK on, until it was served or is silent", () => {
    const explainer = new LiveExplainer();
    const changes = segments(
      `${REFUSED_ACK}\n 3500 40002 > S\n 3501 40002 < S.\n 4000 40001 < P. 1:9 83`,
    ).map((segment) => explainer.see(segment));
    expect(changes).toEqual([false, false, true, false, false, false, false, false, true]);
    expect(explainer.wantedPorts).toEqual([]);
    const again = new LiveExplainer();
    for (const segment of segments(REFUSED_ACK)) again.see(segment);
    expect(again.wantedPorts).toEqual([40001]);
    expect(again.forgetSilent(42_000)).toBe(false);
    expect(again.forgetSilent(44_000)).toBe(true);
    expect(again.wantedPorts).toEqual([]);
  });
});
