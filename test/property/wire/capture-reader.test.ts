/**
 * What the streaming readers owe on any bytes: an answer or a DecodeError, wherever the chunks end. LISTENQ_FUZZ_MS makes the fuzz
 * of mutated captures longer than its 2 seconds; `scripts/fuzz-captures.mjs` runs it for as long as one likes.
 */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DecodeError } from "../../../src/core/errors.ts";
import { encodePcapng } from "../../../src/core/wire/capture/pcapng-write.ts";
import { encodeTcpFrame } from "../../../src/core/wire/packet/encode-frame.ts";
import { decodeFrame } from "../../../src/core/wire/packet/frame.ts";
import { decodePcapng } from "../../support/capture-file.ts";
import { mutated, randomOf, seedCaptures } from "../../support/mutate.ts";
import { encodePcap } from "../../support/pcap-file.ts";
import { readSegments } from "../../support/read-segments.ts";
import { propertyOptions } from "../seed.ts";
import { pcapngSpec, tcpFrameSpec, upTo } from "./arbitraries.ts";

const LISTING = readFileSync(new URL("../../fixtures/listings/tcpdump-drop.txt", import.meta.url));
const FUZZ_MS = Number(process.env["LISTENQ_FUZZ_MS"] ?? 2000);

/** What comes of the bytes, as something to compare. */
function outcome(bytes: Uint8Array, cuts: readonly number[] = []): unknown {
  try {
    return readSegments(bytes, cuts);
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
}

const capture = fc.oneof(
  pcapngSpec.map(encodePcapng),
  fc.constantFrom(...seedCaptures(), new Uint8Array(LISTING.subarray(0, 1500))),
);

describe("CaptureReader", () => {
  it("gives the same wherever the chunks end", () => {
    fc.assert(
      fc.property(capture, fc.array(fc.nat({ max: 1500 }), { maxLength: 12 }), (bytes, places) => {
        const cuts = places.map((place) => place % (bytes.length + 1));
        expect(outcome(bytes, cuts)).toEqual(outcome(bytes));
      }),
      propertyOptions(400),
    );
  });

  it("gives the same byte by byte", () => {
    for (const bytes of seedCaptures()) {
      expect(outcome(bytes, [...bytes.keys()])).toEqual(outcome(bytes));
    }
  });

  it("counts as many packets as the file has", () => {
    fc.assert(
      fc.property(pcapngSpec, (spec) => {
        const bytes = encodePcapng(spec);
        const { packets } = decodePcapng(bytes);
        try {
          expect(readSegments(bytes).facts.packets).toBe(packets.length);
        } catch (error) {
          // A capture of which nothing can be read is refused.
          expect(error).toBeInstanceOf(DecodeError);
          expect(packets.length).toBeGreaterThan(0);
        }
      }),
      propertyOptions(100),
    );
  });

  it("sees in a frame what decodeFrame sees", () => {
    fc.assert(
      fc.property(tcpFrameSpec, (spec) => {
        // The bytes are those of a real frame: the encoder is tested on its own.
        const [packets, frame] = framesOf(spec);
        const { segments } = readSegments(encodePcap({ linkType: 1, packets }));
        expect(frame.skipped).toBeNull();
        if (frame.skipped !== null) return;
        const { from, to, flags, seq, ack, window, payloadLength, options } = frame;
        expect(segments).toMatchObject([
          {
            from,
            to,
            flags,
            sequence: seq,
            acknowledgment: ack ?? 0,
            window,
            payloadLength,
            timestampValue: options.timestamps?.value ?? -1,
            timestampEcho: options.timestamps?.echo ?? -1,
            hasFastOpen: options.fastOpenCookie !== null,
          },
        ]);
      }),
      propertyOptions(300),
    );
  });

  it("returns or throws DecodeError on any bytes", () => {
    fc.assert(
      fc.property(upTo(300), (bytes) => {
        outcome(bytes);
      }),
      propertyOptions(500),
    );
  });

  it(
    "survives mutated captures of every format and link type, in whatever chunks",
    () => {
      const seed = Number(process.env["LISTENQ_SEED"] ?? Date.now() % 1e9);
      const random = randomOf(seed);
      const seeds = [...seedCaptures(), new Uint8Array(LISTING.subarray(0, 3000))];
      const end = performance.now() + FUZZ_MS;
      for (let run = 0; performance.now() < end || run < 100; run += 1) {
        const bytes = mutated(seeds[random(seeds.length)] ?? new Uint8Array(0), random);
        const cuts = Array.from({ length: random(5) }, () => random(bytes.length + 1));
        const told = `seed ${seed}, run ${run}: ${Buffer.from(bytes).toString("base64")}`;
        expect(outcome(bytes, cuts), told).toEqual(outcome(bytes));
      }
    },
    FUZZ_MS + 60_000,
  );
});

type Packets = { timeNs: bigint; bytes: Uint8Array; originalLength: number }[];

function framesOf(spec: Parameters<typeof encodeTcpFrame>[0]): [Packets, ReturnType<typeof decodeFrame>] {
  const bytes = encodeTcpFrame(spec);
  return [[{ timeNs: 5n, bytes, originalLength: bytes.length }], decodeFrame(1, bytes)];
}
