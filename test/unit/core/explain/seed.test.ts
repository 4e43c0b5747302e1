import { describe, expect, it } from "vitest";
import { explainFixture } from "../../../support/explained.ts";

describe("the original's listing with dropped final ACKs", () => {
  const { listeners, handshakes, findings } = explainFixture("seed/tcpdump-drop.txt", { all: true });

  it("has 4 handshakes with 127.0.0.1:8088 and one attempt at [::1]:8088 that was refused", () => {
    expect(listeners.map(({ address, port, handshakes: count }) => [address, port, count])).toEqual([
      ["127.0.0.1", 8088, 4],
    ]);
    expect(handshakes.map(({ server }) => server)).toEqual([
      "[::1]:8088",
      ...new Array(4).fill("127.0.0.1:8088"),
    ]);
    expect(handshakes[0]).toMatchObject({ outcome: "refused", served: false, client: "[::1]:47368" });
  });

  it("gives a backlog of at most 1, and 1 for a serial server", () => {
    expect(listeners[0]?.inferredBacklog).toMatchObject({
      atMost: 1,
      value: 1,
      assumes: "the server takes and answers one connection at a time",
      confidence: "likely",
    });
    expect(listeners[0]?.abortOnOverflow).toBe(false);
  });

  it("follows port 59836: dropped, SYN+ACK again after 1.20, 3.40 and 7.60 s, served in the end", () => {
    const victims = handshakes.filter(({ outcome }) => outcome === "final-ack-dropped");
    expect(victims).toHaveLength(1);
    expect(victims[0]).toMatchObject({
      client: "127.0.0.1:59836",
      served: true,
      synRetransmissions: 0,
      synAckRetransmissions: 3,
      dataRetransmissionsBeforeAccept: 7,
    });
    expect(victims[0]?.note).toContain("SYN+ACK again after 1.20, 3.40 and 7.60 s");
    expect(victims[0]?.note).toContain("a kernel before 4.2");
    expect(victims[0]?.firstResponseMs).toBeCloseTo(30_000.46, 2);
  });

  it("is one critical finding, with its packets", () => {
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([
      ["capture-accept-overflow", "critical"],
    ]);
    expect(findings[0]?.evidence.packets).toContain(18);
  });
});

describe("the original's listing with resets", () => {
  const { listeners, handshakes, findings } = explainFixture("seed/tcpdump-abort.txt", { all: true });

  it("finds 33542 reset by an overflow, and abort on overflow on", () => {
    expect(handshakes.filter(({ outcome }) => outcome === "overflow-reset")).toMatchObject([
      { client: "127.0.0.1:33542", served: false, packets: [18, 19, 20, 21] },
    ]);
    expect(listeners).toMatchObject([
      { handshakes: 4, abortOnOverflow: true, inferredBacklog: { atMost: 1 } },
    ]);
    expect(findings.map(({ code }) => code)).toEqual(["capture-overflow-reset"]);
  });
});
