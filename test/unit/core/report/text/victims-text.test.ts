import { describe, expect, it } from "vitest";
import { kernelWordOf } from "../../../../../src/core/listener/victims/kernel-word.ts";
import type { VictimsDocument } from "../../../../../src/core/listener/victims/victims-document.ts";
import { kernelWordText } from "../../../../../src/core/report/text/live/kernel-word-text.ts";
import { formatVictimLine, formatVictims } from "../../../../../src/core/report/text/live/victims-text.ts";

const ALL_TOLD = { synAckResent: 0, refused: 0, resetSent: 0, resetReceived: 0 };
const NOTHING: VictimsDocument = {
  takenAt: "2026-11-29T00:00:00.000Z",
  kernel: { release: "6.18.0", era: "6.14", eraBy: "version" },
  watchedMs: 9_000,
  port: null,
  sources: { synAckResent: true, refused: true, resetSent: true },
  lines: [],
  listeners: [],
  refusedUnnamed: 0,
  othersResent: 0,
  namespaces: [{ inode: 1, name: null, self: true, overflows: 0 }],
  synsRefused: 0,
  untold: ALL_TOLD,
  lost: 0,
  wasMuted: false,
};

const text = (changes: Partial<VictimsDocument>): string =>
  formatVictims({ ...NOTHING, ...changes }, { width: 500, paint: (_, words) => words });

describe("formatVictims", () => {
  it("is calm where no event fired and no counter rose", () => {
    expect(text({})).toContain("no client was refused");
  });

  it("is not calm where the kernel counted an event that no record tells of", () => {
    const said = text({ untold: { ...ALL_TOLD, synAckResent: 2, refused: 1 } });
    expect(said).not.toContain("no client was refused");
    expect(said).toContain("The kernel counted 2 SYN+ACKs sent again, 1 refused packet without a record");
  });
});

describe("kernelWordOf", () => {
  it("says that there may be more where an event is known by its count alone", () => {
    const listener = { namespace: 1, address: "127.0.0.1", port: 80, process: null, container: null };
    const refusing = { listener, refused: 3, resets: 0, clients: [] };
    const client = { client: "127.0.0.1:40000", synAcksResent: 1, evidence: "kernel-refused" } as const;
    const heard = { ...NOTHING, listeners: [{ ...refusing, clients: [client] }] };
    const whole = kernelWordOf(heard, 80, new Set([1]));
    const partial = kernelWordOf({ ...heard, untold: { ...ALL_TOLD, synAckResent: 1 } }, 80, new Set([1]));
    expect([whole?.isIncomplete, partial?.isIncomplete]).toEqual([false, true]);
    expect(partial === null ? "" : kernelWordText(partial)).toContain("there may be more");
  });
});

describe("formatVictimLine", () => {
  const line = {
    at: "2026-11-29T05:06:07.089Z",
    listener: null,
    client: "192.0.2.1:40003",
    what: "syn-ack-resent",
    count: 1,
    evidence: "kernel-refused",
  } as const;

  it("is one line where there is no terminal, or room for it", () => {
    const whole = formatVictimLine(line, null);
    expect(whole).toMatch(/^05:06:07\.089 {2}a listener .* {2}192\.0\.2\.1:40003 {2}SYN\+ACK .*\n$/);
    expect(formatVictimLine(line, 200)).toBe(whole);
  });

  it("goes on below itself where the terminal is narrower", () => {
    const lines = formatVictimLine(line, 60).trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.filter((one) => one.length > 60)).toEqual([]);
    expect(lines.slice(1).every((one) => one.startsWith(" ".repeat("05:06:07.089  ".length)))).toBe(true);
  });
});
