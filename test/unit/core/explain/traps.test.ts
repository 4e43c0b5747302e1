import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { explainFixture } from "../../../support/explained.ts";

/** What each capture of scripts/record-traps.mjs is, and the findings that say so. */
const TRAPS: readonly (readonly [string, readonly string[], Readonly<Record<string, number>>])[] = [
  ["begins-and-ends-amid", [], {}],
  ["copies-on-a-bridge", ["capture-copies"], { completed: 6 }],
  ["cut-handshake", [], { completed: 4, "cut-off": 1 }],
  ["defer-accept-nginx", ["capture-defer-accept"], { completed: 3 }],
  ["fast-open-nginx", [], { completed: 3 }],
  ["firewall-drops-acks", ["capture-final-ack-lost"], { completed: 5, "final-ack-dropped": 1 }],
  ["firewall-drops-syns", ["capture-syn-unanswered"], { completed: 2, "syn-unanswered": 1 }],
  ["firewall-resets", ["capture-reset-at-handshake"], { completed: 2, "reset-at-handshake": 1 }],
  ["long-round-trip-nginx", ["capture-long-round-trip"], { completed: 3 }],
  ["lossy-link-redis", ["capture-syn-unanswered"], { completed: 22, "syn-answered-late": 8 }],
  ["port-scan", ["capture-port-scan"], { completed: 1 }],
  ["reflected-syn-acks", [], { "cut-off": 5 }],
  ["slow-serial-server", ["capture-slow-accept"], { completed: 8 }],
  ["split-handshake", [], {}],
  ["syn-cookies-nginx", [], { completed: 12 }],
  ["syn-flood-redis", ["capture-syn-flood"], { completed: 2, "half-open": 120 }],
  ["time-wait-redis", ["capture-time-wait"], { completed: 3 }],
];

describe("no trap becomes a false overflow", () => {
  it.each(TRAPS)("%s", (name, codes, outcomes) => {
    const { listeners, findings } = explainFixture(`captures/${name}.pcap`);
    expect(findings.map(({ code }) => code)).toEqual(codes);
    expect(listeners[0]?.outcomes ?? {}).toEqual(outcomes);
    for (const { inferredBacklog, abortOnOverflow } of listeners) {
      expect([inferredBacklog, abortOnOverflow]).toEqual([null, null]);
    }
  });

  it("and every recorded trap is looked at", () => {
    const files = readdirSync(fileURLToPath(new URL("../../../fixtures/captures/", import.meta.url)));
    expect(files.sort()).toEqual(TRAPS.map(([name]) => `${name}.pcap`));
  });
});

it("says of SYNs that a lossy way swallowed that a full queue is not it", () => {
  const [finding] = explainFixture("captures/lossy-link-redis.pcap").findings;
  expect(finding?.detail).toContain("while nobody stood in the queue");
  expect(finding?.detail).toContain("Grade: undecided.");
});

it("lists a split handshake, though no listener has it", () => {
  const { handshakes } = explainFixture("captures/split-handshake.pcap");
  expect(handshakes).toMatchObject([{ outcome: "completed", served: true }]);
  expect(handshakes[0]?.note).toContain("a split handshake");
});

it("says that a firewall's dropped SYN is undecided, never that the queue was full", () => {
  const [finding] = explainFixture("captures/firewall-drops-syns.pcap").findings;
  expect(finding?.detail).toContain("Grade: undecided.");
});
