/**
 * Small captures of strangers' stories that were once told wrongly, each with what is right.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { CaptureSequence } from "../../../../src/core/explain/capture-sequence.ts";
import type { Explanation } from "../../../../src/core/explain/index.ts";
import { verdictOf } from "../../../../src/core/report/text/explain-verdict.ts";
import { CaptureReader } from "../../../../src/core/wire/index.ts";

const FOLDER = fileURLToPath(new URL("../../../fixtures/explain/cases/", import.meta.url));

function explained(names: readonly string[], sorts = false): Explanation {
  const sequence = new CaptureSequence({ server: null, since: null, until: null, keepAll: true, sorts });
  for (const name of names) {
    const reader = new CaptureReader(sequence);
    sequence.begin(() => reader.facts());
    reader.push(readFileSync(`${FOLDER}${name}.pcap`));
    reader.end();
    sequence.end(reader.facts());
  }
  return sequence.conclude({ all: true });
}

type Expected = readonly [
  name: string,
  codes: readonly string[],
  outcomes: Readonly<Record<string, number>>,
  atMost: number | null,
  abort: boolean | null,
];

const SYNS = "capture-syn-unanswered";
const OVERFLOW = "capture-accept-overflow";

const CASES: readonly Expected[] = [
  ["acks-filtered-out", [SYNS], { completed: 3, "syn-answered-late": 6 }, 3, null],
  ["against-the-queue", [SYNS], { completed: 11, "syn-answered-late": 1 }, null, null],
  ["bound-too-low", [OVERFLOW], { completed: 4, "final-ack-dropped": 2 }, 1, null],
  ["case-final-ack-never-comes", [], { completed: 3, "half-open": 1 }, null, null],
  [
    "case-flood-from-its-own-address",
    ["capture-syn-flood"],
    { completed: 2, "aborted-by-client": 400 },
    null,
    null,
  ],
  [
    "case-flood-short-capture",
    ["capture-syn-flood"],
    { "aborted-by-client": 600, "cut-off": 600 },
    null,
    null,
  ],
  ["case-haproxy-health-checks", [], { "aborted-by-client": 5 }, null, null],
  ["case-load-balancer-opens-ahead-of-defer-accept", ["capture-defer-accept"], { completed: 6 }, null, null],
  ["case-macos-client-ladder-100ms", [SYNS], { completed: 6, "syn-unanswered": 1 }, 5, null],
  ["case-macos-client-ladder", [SYNS], { completed: 6, "syn-unanswered": 1 }, 5, null],
  ["case-many-ports-not-a-scan-answered-late", [SYNS], { completed: 2, "syn-answered-late": 1 }, 1, null],
  ["case-many-ports-not-a-scan", [SYNS], { completed: 2, "syn-unanswered": 1 }, 1, null],
  ["case-old-kernel-defer-accept-then-reset", ["capture-defer-accept"], { completed: 4 }, null, null],
  ["case-only-the-clients-packets", [], {}, null, null],
  ["case-silent-client-synack-after-31s", ["capture-defer-accept"], { completed: 1 }, null, null],
  ["case-synproxy-window-0", ["capture-silent-after-handshake"], { "cut-off": 4 }, null, null],
  ["case-tw-recycle-behind-nat", [SYNS], { completed: 80, "syn-unanswered": 3 }, null, null],
  ["case-windows-client-ladder-3s", [SYNS], { completed: 6, "syn-unanswered": 1 }, 5, null],
  ["case-windows-client-tries-a-closed-port-again", [], {}, null, null],
  ["client-side-cookies", [OVERFLOW], { completed: 3, "final-ack-dropped": 5 }, 2, null],
  ["client-side-not-explained", [OVERFLOW], { completed: 4, "final-ack-dropped": 8 }, 3, false],
  ["file-order", [], { completed: 6 }, null, null],
  [
    "flood-hides-clients",
    ["capture-syn-unanswered", "capture-syn-flood"],
    { "syn-unanswered": 62, "syn-answered-late": 6, "half-open": 8 },
    null,
    null,
  ],
  ["forged-final-ack", [], { completed: 1, "half-open": 1, "cut-off": 1 }, null, null],
  ["later-server-client", [SYNS], { completed: 8, "syn-answered-late": 1 }, null, null],
  ["later-server-server", [], { completed: 6 }, null, null],
  ["listener-closes", ["capture-reset-before-response"], { completed: 8, refused: 1 }, null, null],
  ["microsecond-stamps", [OVERFLOW], { completed: 5, "final-ack-dropped": 5 }, 4, false],
  ["millisecond-stamps", [OVERFLOW], { completed: 5, "final-ack-dropped": 5 }, 4, false],
  ["one-in-service", [OVERFLOW], { completed: 5, "final-ack-dropped": 3 }, 4, false],
  ["one-missed-syn-before", [SYNS], { completed: 4, "syn-answered-late": 10 }, 3, null],
  ["one-missed-syn", [SYNS], { completed: 5, "syn-answered-late": 9 }, 3, null],
  [
    "plain-overflow-661-listenoverflows",
    [OVERFLOW, "capture-syn-unanswered"],
    { completed: 51, "syn-answered-late": 149 },
    4,
    false,
  ],
  ["repro-cookie-fin-reset", [OVERFLOW], { completed: 6, "final-ack-dropped": 4 }, 5, null],
  ["repro-cookie-live", [OVERFLOW], { completed: 6, "final-ack-dropped": 4 }, 5, null],
  ["repro-tie", [OVERFLOW], { completed: 2, "final-ack-dropped": 1 }, 1, false],
  ["ring-a", [SYNS], { completed: 4, "syn-unanswered": 56 }, 3, null],
  ["ring-b", [], { "cut-off": 56 }, null, null],
  [
    "rule-rejects-with-reset",
    ["capture-reset-at-handshake"],
    { completed: 16, "reset-at-handshake": 4 },
    null,
    null,
  ],
  ["synack-lost-client", [SYNS], { completed: 3, "syn-answered-late": 3 }, 1, null],
  ["synack-lost-server", [], { completed: 6 }, null, null],
];

describe("each capture", () => {
  it.each(CASES)("%s", (name, codes, outcomes, atMost, abort) => {
    const { findings, listeners } = explained([name]);
    expect([...new Set(findings.map(({ code }) => code))]).toEqual(codes);
    expect(listeners[0]?.outcomes ?? {}).toEqual(outcomes);
    expect(listeners[0]?.inferredBacklog?.atMost ?? null).toBe(atMost);
    expect(listeners[0]?.abortOnOverflow ?? null).toBe(abort);
  });
});

describe("what is said", () => {
  const detailOf = (name: string, code: string) =>
    explained([name]).findings.find((one) => one.code === code)?.detail ?? "";

  it("no argument against a queue from those who were accepted and not yet answered", () => {
    expect(detailOf("against-the-queue", SYNS)).not.toContain("does not do");
  });

  it("a plain overflow is headed by the queue, and no likelier cause stands beside it", () => {
    const name = "plain-overflow-661-listenoverflows";
    expect(verdictOf(explained([name]))).toMatch(/^\S+:8080: the accept queue was full/);
    expect(JSON.stringify(explained([name]).findings)).not.toMatch(/is likelier|does not (do|explain)/);
  });

  it("a queue seen from the client is possible, with the alternatives beside it", () => {
    expect(detailOf("client-side-cookies", OVERFLOW)).toContain("Grade: possible");
    expect(detailOf("client-side-not-explained", OVERFLOW)).toContain("Grade: possible");
  });

  it("clients that wait behind a flood have a finding of their own", () => {
    expect(detailOf("flood-hides-clients", "capture-syn-flood")).toContain(
      "SYNs of 6 other clients went unanswered",
    );
  });

  it("a ladder of several systems names several", () => {
    const noteOf = (name: string) =>
      explained([name]).handshakes.find(({ outcome }) => outcome === "syn-unanswered")?.note;
    expect(noteOf("case-macos-client-ladder")).toContain("Linux from 6.5 on, and macOS");
    expect(noteOf("case-windows-client-ladder-3s")).toContain("Windows");
  });

  it("a proxy's window of 0 is told as a proxy's", () => {
    expect(detailOf("case-synproxy-window-0", "capture-silent-after-handshake")).toContain("SYNPROXY");
  });

  it("a capture of one direction is said to be one before anything calming", () => {
    const told = verdictOf(explained(["case-only-the-clients-packets"]));
    expect(told).toContain("cannot show");
    expect(told).not.toContain("nothing in the capture shows a full queue");
  });
});

describe("several captures", () => {
  it("prove nothing by what one that was not running does not show", () => {
    const { handshakes, findings } = explained(["later-server-client", "later-server-server"]);
    expect(handshakes.find(({ client }) => client.endsWith(":56004"))?.outcome).toBe("syn-answered-late");
    expect(JSON.stringify(findings)).not.toContain("lost on their way");
  });

  it("prove a lost SYN+ACK together, and lose no client that waited for it", () => {
    const { findings } = explained(["synack-lost-client", "synack-lost-server"]);
    expect(findings.map(({ code }) => code)).toEqual([SYNS]);
    expect(findings[0]?.detail).toContain("proven by two captures");
  });

  it("go on with each other as pieces of a ring", () => {
    const { findings, listeners } = explained(["ring-a", "ring-b"]);
    expect(findings[0]?.detail).toContain("A full accept queue is likely");
    expect(listeners[0]?.outcomes["syn-answered-late"]).toBe(56);
  });
});

it("packets out of order are put in order", () => {
  const { findings, handshakes } = explained(["file-order"], true);
  expect(findings).toEqual([]);
  expect(handshakes.map(({ outcome }) => outcome)).toEqual(new Array(6).fill("completed"));
});
