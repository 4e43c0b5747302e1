import { describe, expect, it } from "vitest";
import type { Handshake } from "../../../../src/explain/explanation.ts";
import { LiveExplainer } from "../../../../src/observe/live-explain/live-explainer.ts";
import { OverflowHistory } from "../../../../src/observe/live-explain/overflow-history.ts";
import { segments } from "../../../support/segment-script.ts";

/** What is told of a script's packets while they come, with the time at which it is told. */
function live(
  script: string,
  untilMs: number,
): { told: (Handshake & { toldAt: number })[]; explainer: LiveExplainer } {
  const explainer = new LiveExplainer();
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
    expect(explainer.finish().handshakes).toMatchObject([
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
    expect(explainer.finish().handshakes).toEqual([]);
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

describe("the history of ListenOverflows", () => {
  it("tells the rise since a moment, from the last reading before it", () => {
    const history = new OverflowHistory();
    expect(history.riseSince(0)).toBeNull();
    history.add(1_000, 10);
    history.add(2_000, 12);
    history.add(3_000, 15);
    expect(history.riseSince(2_500)).toBe(3);
    expect(history.riseSince(500)).toBe(5);
    history.add(150_000, 15);
    expect(history.riseSince(500)).toBe(0);
  });
});
