import { describe, expect, it } from "vitest";
import {
  type ConnectionFacts,
  connectionFacts,
} from "../../../../../src/core/listener/clients/connection-facts.ts";
import { groupClients } from "../../../../../src/core/listener/clients/group-clients.ts";
import { judgeClient } from "../../../../../src/core/listener/clients/judge-client.ts";

/** Established for ten seconds, with an answer to its first request. */
const HEALTHY: ConnectionFacts = {
  unacked: 0,
  lastDataSentMs: 9_000,
  lastAckReceivedMs: 9_000,
  rttUs: 20_000,
  totalRetrans: 0,
  bytesAcked: 83,
  bytesReceived: 130,
  segmentsIn: 3,
  dataSegmentsIn: 1,
  dataSegmentsOut: 1,
  bytesRetrans: 0,
  retransmits: 0,
  isResending: false,
};
/** Nothing but the SYN was taken. */
const UNTAKEN: ConnectionFacts = {
  ...HEALTHY,
  bytesAcked: 1,
  bytesReceived: 0,
  segmentsIn: 1,
  dataSegmentsIn: 0,
};
const RESENDING = {
  unacked: 1,
  retransmits: 3,
  isResending: true,
  lastDataSentMs: 700,
  totalRetrans: 3,
  dataSegmentsOut: 4,
  bytesRetrans: 246,
};

describe("judgeClient", () => {
  it("proves a silent connection by data that is resent beside a SYN+ACK that came again", () => {
    expect(judgeClient("ESTABLISHED", { ...UNTAKEN, ...RESENDING, segmentsIn: 3 })).toMatchObject({
      kind: "silent",
      certainty: "proven",
      resends: 2,
    });
  });

  it("only suspects it where the SYN was sent again, or answered late: the SYN+ACKs may have any times then", () => {
    const suspected = (changes: Partial<ConnectionFacts>) =>
      judgeClient("ESTABLISHED", { ...UNTAKEN, ...RESENDING, segmentsIn: 3, ...changes })?.certainty;
    expect(suspected({})).toBe("proven");
    // Six of nine resends were SYNs; the request may be older than the connection by seconds.
    expect(suspected({ totalRetrans: 9 })).toBe("likely");
    expect(suspected({ rttUs: 1_000_000, lastDataSentMs: 2_500 })).toBe("likely");
    expect(suspected({ rttUs: null })).toBe("likely");
    expect(suspected({ dataSegmentsOut: null })).toBe("likely");
  });

  it("says nothing of a connection that was made to us, whose listener has closed since", () => {
    const connectedTo = { ...UNTAKEN, ...RESENDING, segmentsIn: 3, bytesAcked: 0 };
    expect(judgeClient("ESTABLISHED", { ...connectedTo, totalRetrans: 0, bytesRetrans: 0 })).toBeNull();
  });

  it("only suspects it while the answer to the last SYN+ACK may have been taken", () => {
    // The third came at about 7 s; the last copy of the data left at 6.4 s, then at 7.9 s.
    const at = (lastAckReceivedMs: number, lastDataSentMs: number) =>
      judgeClient("ESTABLISHED", {
        ...UNTAKEN,
        ...RESENDING,
        segmentsIn: 4,
        lastAckReceivedMs,
        lastDataSentMs,
      });
    expect(at(7_400, 1_000)).toMatchObject({ kind: "silent", certainty: "likely" });
    expect(at(8_900, 1_000)).toMatchObject({ kind: "silent", certainty: "proven" });
    // Of one that came, nobody knows whether it was that of 1 s or, that one lost, that of 3 s; the data left at 2 s.
    expect(
      judgeClient("ESTABLISHED", {
        ...UNTAKEN,
        ...RESENDING,
        segmentsIn: 2,
        lastAckReceivedMs: 3_500,
        lastDataSentMs: 1_500,
      }),
    ).toMatchObject({ kind: "silent", certainty: "likely" });
    // More than a request sends by itself.
    const many = { ...UNTAKEN, ...RESENDING, segmentsIn: 8, lastAckReceivedMs: 90_000 };
    expect(judgeClient("ESTABLISHED", many)).toMatchObject({ certainty: "likely" });
  });

  it("only suspects it where nothing came again, once a resend has had the time to be answered", () => {
    expect(judgeClient("ESTABLISHED", { ...UNTAKEN, ...RESENDING })).toMatchObject({
      kind: "silent",
      certainty: "likely",
    });
    const resentOnce = { ...UNTAKEN, ...RESENDING, retransmits: 1, totalRetrans: 1, dataSegmentsOut: 2 };
    expect(judgeClient("ESTABLISHED", resentOnce)).toMatchObject({ certainty: "likely", resends: 1 });
    expect(judgeClient("ESTABLISHED", { ...resentOnce, lastDataSentMs: 40 })).toBeNull();
  });

  it("suspects a silent client that says nothing for as long as the SYN+ACKs keep coming", () => {
    const at = (lastAckReceivedMs: number, segmentsIn: number) =>
      judgeClient("ESTABLISHED", { ...UNTAKEN, lastAckReceivedMs, segmentsIn });
    expect(at(1_500, 2)).toMatchObject({ kind: "silent", certainty: "likely" });
    expect(at(3_050, 2)).toMatchObject({ kind: "silent" });
    expect(at(5_000, 3)).toMatchObject({ kind: "silent" });
    // The one of 3 s did not come: it was accepted before.
    expect(at(5_000, 2)).toBeNull();
    expect(at(60_000, 2)).toBeNull();
  });

  it.each([
    ["that has an answer", HEALTHY],
    ["that is idle since it was accepted", UNTAKEN],
    [
      "whose first data was just resent and may be acknowledged any moment",
      { ...UNTAKEN, ...RESENDING, segmentsIn: 2, lastDataSentMs: 10 },
    ],
    ["that lost data later on", { ...HEALTHY, ...RESENDING }],
    ["to which only data came", { ...UNTAKEN, segmentsIn: 5, dataSegmentsIn: 4, bytesReceived: 500 }],
    [
      "of which the kernel says too little",
      { ...UNTAKEN, ...RESENDING, segmentsIn: null, totalRetrans: null },
    ],
  ])("says nothing of one %s", (_, facts) => {
    expect(judgeClient("ESTABLISHED", facts)).toBeNull();
  });

  it("knows who is connecting, and who was late", () => {
    expect(judgeClient("SYN_SENT", { ...UNTAKEN, retransmits: 2 })).toMatchObject({
      kind: "connecting",
      resends: 2,
    });
    expect(judgeClient("SYN_SENT", { ...UNTAKEN, retransmits: 0 })).toBeNull();
    expect(judgeClient("ESTABLISHED", { ...HEALTHY, totalRetrans: 2 })).toMatchObject({
      kind: "late",
      resends: 2,
    });
    // A resend with bytes was data.
    expect(judgeClient("ESTABLISHED", { ...HEALTHY, totalRetrans: 2, bytesRetrans: 82 })).toBeNull();
  });
});

describe("connectionFacts", () => {
  it("reads what is there and says null for what is not", () => {
    const info = new Uint8Array(232);
    const view = new DataView(info.buffer);
    view.setUint32(140, 7, true);
    view.setBigUint64(208, 99n, true);
    expect(connectionFacts({ info, retransmits: 2, timer: 1 })).toMatchObject({
      segmentsIn: 7,
      bytesRetrans: 99,
      retransmits: 2,
      isResending: true,
    });
    expect(connectionFacts({ info: info.subarray(0, 150), retransmits: 0, timer: 0 })).toMatchObject({
      segmentsIn: 7,
      dataSegmentsIn: null,
      bytesRetrans: null,
    });
  });
});

describe("groupClients", () => {
  it("puts those who wait before those who were late, and counts the others", () => {
    const stuck = (kind: "silent" | "late") =>
      ({
        kind,
        certainty: "proven",
        evidence: "",
        resends: 1,
        sinceMs: 1,
        local: "",
        nextResendMs: null,
        givesUpInMs: null,
        process: null,
        container: null,
      }) as const;
    const groups = groupClients([
      { namespace: 1, remote: "a:1", sameDestination: 1, sameHost: 1, stuck: stuck("late") },
      { namespace: 1, remote: "b:1", sameDestination: 3, sameHost: 3, stuck: stuck("silent") },
      { namespace: 1, remote: "b:1", sameDestination: 3, sameHost: 3, stuck: stuck("silent") },
    ]);
    expect(groups.map(({ remote, silent, late, healthy }) => [remote, silent, late, healthy])).toEqual([
      ["b:1", 2, 0, 1],
      ["a:1", 0, 1, 0],
    ]);
  });
});
