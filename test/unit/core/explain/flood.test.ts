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
