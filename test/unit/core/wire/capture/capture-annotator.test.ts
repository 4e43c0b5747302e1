import { describe, expect, it } from "vitest";
import { UsageError } from "../../../../../src/core/errors.ts";
import { CaptureAnnotator } from "../../../../../src/core/wire/capture/capture-annotator.ts";
import { encodePcapng } from "../../../../../src/core/wire/capture/pcapng-write.ts";
import { decodePcapng } from "../../../../support/capture-file.ts";
import { encodePcap } from "../../../../support/pcap-file.ts";
import { SYN, SYN_ACK } from "../frames.ts";

/** The capture again, with these comments. */
function annotate(bytes: Uint8Array, comments: Record<number, string>): Uint8Array {
  const parts: Uint8Array[] = [];
  const annotator = new CaptureAnnotator({
    application: "listenq",
    commentOf: (number) => comments[number] ?? null,
    write: (part) => parts.push(part),
  });
  for (let at = 0; at < bytes.length; at += 7) annotator.push(bytes.subarray(at, at + 7));
  annotator.end();
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

describe("CaptureAnnotator", () => {
  const interfaces = [
    { name: "eth0", description: "first", linkType: 1, snapLength: 0 },
    { name: null, description: null, linkType: 113, snapLength: 96 },
  ];
  const packets = [
    {
      interface: 1,
      timeNs: 9n,
      bytes: SYN,
      originalLength: 90,
      comment: "seen before",
      direction: "in" as const,
    },
    { interface: 0, timeNs: 5n, bytes: SYN_ACK, originalLength: 74, comment: null, direction: null },
    { interface: 0, timeNs: 7n, bytes: new Uint8Array(3), originalLength: 3, comment: null, direction: null },
  ];

  it("keeps bytes, times, interfaces, comments, direction and order of pcapng, and adds its comments", () => {
    const original = encodePcapng({ application: "x", interfaces, packets });
    expect(decodePcapng(annotate(original, { 1: "and again", 3: "kurz: é" }))).toEqual({
      interfaces,
      packets: [
        { ...packets[0], comment: "seen before\nand again" },
        packets[1],
        { ...packets[2], comment: "kurz: é" },
      ],
      truncated: false,
      problem: null,
    });
  });

  it("makes pcapng of pcap", () => {
    const original = encodePcap({
      linkType: 101,
      packets: packets.map(({ interface: _, ...packet }) => packet),
    });
    const { interfaces: described, packets: written } = decodePcapng(annotate(original, { 2: "here" }));
    expect(described).toMatchObject([{ linkType: 101, snapLength: 262_144 }]);
    expect(written.map(({ timeNs, comment }) => [timeNs, comment])).toEqual([
      [9n, null],
      [5n, "here"],
      [7n, null],
    ]);
  });

  it("cuts a comment that no option can hold", () => {
    const original = encodePcapng({ application: "x", interfaces, packets });
    const [first] = decodePcapng(annotate(original, { 1: "x".repeat(100_000) })).packets;
    expect(first?.comment?.length).toBe(65_535);
  });

  it("refuses a listing in one line", () => {
    const text = new TextEncoder().encode("12:00:00.000000 IP 10.0.0.1.1 > 10.0.0.2.2: Flags [S], seq 1\n");
    expect(() => annotate(text, {})).toThrow(UsageError);
    expect(() => annotate(text, {})).toThrow("a pcap or pcapng file expected");
  });
});
