import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodePcapng } from "../../../src/core/wire/capture/pcapng-write.ts";
import { decodePcap, decodePcapng } from "../../support/capture-file.ts";
import { encodePcap } from "../../support/pcap-file.ts";
import { propertyOptions } from "../seed.ts";
import { pcapngSpec, u32, upTo } from "./arbitraries.ts";

describe("pcapng", () => {
  it("gives back interfaces and packets, to the nanosecond", () => {
    fc.assert(
      fc.property(pcapngSpec, (spec) => {
        const { interfaces, packets } = spec;
        expect(decodePcapng(encodePcapng(spec))).toEqual({
          interfaces,
          packets,
          truncated: false,
          problem: null,
        });
      }),
      propertyOptions(),
    );
  });

  it("gives back the packets before the place where a file was cut off, and says so", () => {
    fc.assert(
      fc.property(pcapngSpec, fc.nat(), (spec, cut) => {
        const bytes = encodePcapng(spec);
        const kept = 12 + (cut % (bytes.length - 12));
        const capture = decodePcapng(bytes.subarray(0, kept));
        expect(capture.packets).toEqual(spec.packets.slice(0, capture.packets.length));
        expect(capture.truncated).toBe(!boundaries(bytes).includes(kept));
      }),
      propertyOptions(),
    );
  });
});

/** Where blocks end. */
function boundaries(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer);
  const ends: number[] = [];
  for (let offset = 0; offset < bytes.length; offset += view.getUint32(offset + 4, true)) ends.push(offset);
  return [...ends, bytes.length];
}

describe("pcap", () => {
  const timeNs = fc.bigInt({ min: 0n, max: 0xffff_ffffn * 1_000_000_000n });
  const packets = fc.array(fc.record({ timeNs, bytes: upTo(30), originalLength: u32 }), { maxLength: 5 });

  it("gives back the packets, to the nanosecond", () => {
    fc.assert(
      fc.property(packets, (given) => {
        const capture = decodePcap(encodePcap({ linkType: 1, packets: given }));
        expect(capture.packets).toMatchObject(given);
        expect(capture).toMatchObject({ truncated: false, problem: null });
      }),
      propertyOptions(),
    );
  });
});
