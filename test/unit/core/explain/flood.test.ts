/** A flood costs bounded memory, and its counts stay exact. */
import { describe, expect, it } from "vitest";
import { conclude, Explainer } from "../../../../src/core/explain/index.ts";
import { emptySegment, type Segment } from "../../../../src/core/wire/packet/segment.ts";
import { TCP_FLAG } from "../../../../src/core/wire/packet/tcp-flags.ts";

const ATTEMPTS = 60_000;
const SERVER = 0x0a000001;

function segment(at: number, client: number, toServer: boolean, flags: number): Segment {
  const [from, to] = toServer ? [client, SERVER] : [SERVER, client];
  return {
    ...emptySegment(),
    at,
    source3: from | 0,
    destination3: to | 0,
    sourcePort: toServer ? 40_000 : 80,
    destinationPort: toServer ? 80 : 40_000,
    flags,
    sequence: 1,
    acknowledgment: (flags & TCP_FLAG.ACK) === 0 ? 0 : 2,
    timestampValue: -1,
    timestampEcho: -1,
  };
}

/** 5,000 attempts a second that nobody finishes, and one client late among them whose SYN is answered after a second only. */
function flooded(keepAll: boolean): ReturnType<typeof conclude> {
  const explainer = new Explainer({ keepAll });
  const real = 0x0b000001;
  const realAt = new Map([
    [50_000, TCP_FLAG.SYN],
    [55_000, TCP_FLAG.SYN],
  ]);
  for (let place = 0; place < ATTEMPTS; place += 1) {
    const at = place * 0.2;
    const client = 0x0c000000 + place;
    explainer.see(segment(at, client, true, TCP_FLAG.SYN));
    explainer.see(segment(at + 0.02, client, false, TCP_FLAG.SYN | TCP_FLAG.ACK));
    const flags = realAt.get(place);
    if (flags !== undefined) explainer.see(segment(at + 0.1, real, true, flags));
  }
  return conclude([explainer.finish()], { all: true });
}

describe.each([false, true])("a flood, everything kept: %s", (keepAll) => {
  const { listeners, handshakes, leftOut, findings } = flooded(keepAll);

  it("is counted whole and kept in part", () => {
    expect(listeners[0]?.handshakes).toBe(ATTEMPTS + 1);
    expect(handshakes.length + leftOut).toBe(ATTEMPTS + 1);
    expect(handshakes.length).toBeLessThan(10_000);
    expect(listeners[0]?.leftOut).toBe(leftOut);
    expect(findings.find(({ code }) => code === "capture-syn-flood")?.title).toContain(
      `${ATTEMPTS} attempts`,
    );
  });

  it("does not hide the client that tried again", () => {
    expect(handshakes.find(({ client }) => client === "11.0.0.1:40000")).toMatchObject({
      outcome: "syn-unanswered",
      synRetransmissions: 1,
    });
  });
});

describe("what is said of a short flood", () => {
  function said(timeOf: (place: number) => number, others: readonly Segment[] = []) {
    const explainer = new Explainer({});
    for (let place = 0; place < 300; place += 1) {
      explainer.see(segment(timeOf(place), 0x0c000000 + place, true, TCP_FLAG.SYN));
      explainer.see(segment(timeOf(place), 0x0c000000 + place, false, TCP_FLAG.SYN | TCP_FLAG.ACK));
    }
    for (const other of others) explainer.see(other);
    const { findings } = conclude([explainer.finish()], {});
    return findings.find(({ code }) => code === "capture-syn-flood");
  }

  it("its span, when it is shorter than times in hundredths of a second tell", () => {
    expect(said((place) => 2000 + place * 0.01)?.evidence.text).toMatch(/begin .* come within 3\.0 ms\.$/);
  });

  it("no time of a capture without times", () => {
    expect(said(() => Number.NaN)?.evidence.text).toBe("Nothing tells when: the capture has no times.");
  });

  it("how other clients fared only where there are such", () => {
    const served = [
      segment(30, 0x0b000001, true, TCP_FLAG.SYN),
      segment(30.1, 0x0b000001, false, TCP_FLAG.SYN | TCP_FLAG.ACK),
      segment(30.2, 0x0b000001, true, TCP_FLAG.ACK),
    ];
    const alone = said((place) => place * 0.1);
    expect(alone?.detail).toContain("The capture shows no other client of it.");
    expect(said((place) => place * 0.1, served)?.detail).toContain("Every other client");
  });
});
