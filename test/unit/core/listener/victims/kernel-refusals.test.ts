import { describe, expect, it } from "vitest";
import { kernelRefusalsOf, refusalKey } from "../../../../../src/core/listener/victims/kernel-refusals.ts";
import type { VictimsDocument } from "../../../../../src/core/listener/victims/victims-document.ts";

const LISTENER = { namespace: 1, address: "0.0.0.0", port: 80, process: null, container: null };
const summary = (listener: typeof LISTENER | null, refused: number) => ({
  listener,
  refused,
  resets: 0,
  clients: [{ client: "192.0.2.1:40000", synAcksResent: 1, evidence: "kernel-refused" }],
});
const HEARD = {
  sources: { synAckResent: true, refused: true, resetSent: true },
  wasMuted: false,
  lost: 0,
  listeners: [
    summary(LISTENER, 3),
    summary(LISTENER, 2),
    summary(null, 4),
    { ...summary(LISTENER, 7), clients: [] },
  ],
} as unknown as VictimsDocument;

describe("kernelRefusalsOf", () => {
  it("adds up the sockets of one listener, and keeps apart what has no name", () => {
    const refusals = kernelRefusalsOf(HEARD);
    expect(refusals?.byListener).toEqual(new Map([[refusalKey(1, "0.0.0.0", 80), 5]]));
    // The last one was only the one that was full then.
    expect(refusals?.unnamed).toBe(4 + 7);
  });

  it("says nothing where some may be missing: a count that stands still looks like peace", () => {
    expect(kernelRefusalsOf({ ...HEARD, wasMuted: true })).toBeNull();
    expect(kernelRefusalsOf({ ...HEARD, lost: 1 })).toBeNull();
    expect(kernelRefusalsOf({ ...HEARD, sources: { ...HEARD.sources, refused: false } })).toBeNull();
  });
});
