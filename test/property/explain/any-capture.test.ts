/**
 * The whole of `explain` but for the files, on captures that are damaged in any way: it answers in words, or says in one error
 * what is wrong. LISTENQ_FUZZ_MS makes it longer; `scripts/fuzz-captures.mjs` runs it for as long as one likes.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DecodeError, UsageError } from "../../../src/core/errors.ts";
import { conclude, EndpointNames, Explainer, type Explanation } from "../../../src/core/explain/index.ts";
import { PacketCollector } from "../../../src/core/explain/packet-collector.ts";
import { explainDocument } from "../../../src/core/report/document/explain-document.ts";
import { packetComments } from "../../../src/core/report/document/packet-comments.ts";
import { plain } from "../../../src/core/report/layout/paint.ts";
import { explainPage } from "../../../src/core/report/page/explain-page.ts";
import type { Conversation } from "../../../src/core/report/picture/conversation.ts";
import { conversationsOfCapture } from "../../../src/core/report/picture/conversations-of-capture.ts";
import { formatExplanation } from "../../../src/core/report/text/explain-text.ts";
import { CaptureAnnotator } from "../../../src/core/wire/capture/capture-annotator.ts";
import { CaptureReader } from "../../../src/core/wire/capture/capture-reader.ts";
import { mutated, randomOf, seedCaptures } from "../../support/mutate.ts";

const FUZZ_MS = Number(process.env["LISTENQ_FUZZ_MS"] ?? 2000);

function fixture(path: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../../fixtures/${path}`, import.meta.url)));
}

/** What is told, or the error's message. */
function told(bytes: Uint8Array): string {
  try {
    return explainedInWords(bytes);
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
}

function explainedInWords(bytes: Uint8Array): string {
  const explainer = new Explainer({ keepAll: true });
  const reader = new CaptureReader({ onSegment: (segment) => explainer.see(segment) });
  reader.push(bytes);
  reader.end();
  const explanation = conclude([explainer.finish()], {
    all: true,
    names: new EndpointNames({ anonymize: true }),
  });
  const comments = packetComments(explanation);
  annotate(bytes, (number) => comments.get(number) ?? null);
  const text = formatExplanation([], explanation, { paint: plain, width: 80 });
  const page = explainPage({ captures: [], explanation, conversations: drawn(bytes, explanation) });
  return [text, page, JSON.stringify(explainDocument([], explanation))].join("\n");
}

/** The connections with their packets, for which the capture is read once more. */
function drawn(bytes: Uint8Array, { handshakes }: Explanation): Conversation[] {
  const collector = new PacketCollector(new Map(handshakes.map(({ packets }, place) => [place, packets])));
  const reader = new CaptureReader({ onSegment: (segment) => collector.see(segment) });
  reader.push(bytes);
  reader.end();
  return conversationsOfCapture(handshakes, (place) => collector.collected(place));
}

/** A listing cannot be written as a capture, which is the user's mistake. */
function annotate(bytes: Uint8Array, commentOf: (number: number) => string | null): void {
  const annotator = new CaptureAnnotator({ application: "test", commentOf, write: () => undefined });
  try {
    annotator.push(bytes);
    annotator.end();
  } catch (error) {
    if (!(error instanceof DecodeError || error instanceof UsageError)) throw error;
  }
}

const SEEDS = [
  ...seedCaptures(),
  fixture("seed/tcpdump-drop.txt"),
  fixture("seed/tcpdump-abort.txt"),
  fixture("captures/slow-serial-server.pcap"),
  fixture("captures/copies-on-a-bridge.pcap"),
  fixture("captures/time-wait-redis.pcap").subarray(0, 20_000),
];

describe("explaining a damaged capture", () => {
  it("answers or throws DecodeError wherever it was cut off", () => {
    const kinds = seedCaptures().filter((_, place) => place % 4 === 0);
    for (const bytes of [...kinds, fixture("seed/tcpdump-abort.txt").subarray(0, 900)]) {
      for (let end = 0; end < bytes.length; end += 1) {
        expect(told(bytes.subarray(0, end))).not.toMatch(/undefined|NaN|\[object/);
      }
    }
  });

  it(
    "survives mutations of captures of every format and link type",
    () => {
      const seed = Number(process.env["LISTENQ_SEED"] ?? Date.now() % 1e9);
      const random = randomOf(seed);
      const end = performance.now() + FUZZ_MS;
      for (let run = 0; performance.now() < end || run < 50; run += 1) {
        const bytes = mutated(SEEDS[random(SEEDS.length)] ?? new Uint8Array(0), random);
        const input = `seed ${seed}, run ${run}: ${Buffer.from(bytes.subarray(0, 3000)).toString("base64")}`;
        expect(() => told(bytes), input).not.toThrow();
        expect(told(bytes), input).not.toMatch(/undefined|NaN|\[object/);
      }
    },
    FUZZ_MS + 60_000,
  );

  it("takes no memory on the word of a block of 4 GB", () => {
    const header = Uint8Array.from([0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0]);
    const section = Uint8Array.from([...header, ...new Array(8).fill(0xff), 28, 0, 0, 0]);
    const huge = Uint8Array.from([...section, 6, 0, 0, 0, 0xfc, 0xff, 0xff, 0xff, ...new Array(64).fill(0)]);
    const before = process.memoryUsage().arrayBuffers;
    expect(told(huge)).not.toBe("");
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
  });
});
