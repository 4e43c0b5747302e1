/** Captures of which nothing can be understood are errors that name why; those of uncommon links are read. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { encodePcap } from "../../../../support/pcap-file.ts";
import { readSegments } from "../../../../support/read-segments.ts";
import { SYN } from "../frames.ts";

const pcap = (linkType: number, bytes: Uint8Array, originalLength = bytes.length): Uint8Array =>
  encodePcap({ linkType, packets: [{ timeNs: 5n, bytes, originalLength }] });
const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../../../fixtures/link-types/${name}`, import.meta.url)));

describe("a capture", () => {
  it.each(["nflog", "pktap", "radiotap"])("of %s is read whole", (link) => {
    const { segments, facts } = readSegments(fixture(`${link}.pcap`));
    expect(segments.length).toBe(27);
    expect(facts.skipped).toEqual([]);
  });

  it("of a link type that is not read is an error that names it", () => {
    expect(() => readSegments(pcap(187, SYN))).toThrow("packets of BLUETOOTH_HCI_H4 cannot be read");
    expect(() => readSegments(pcap(999, SYN))).toThrow("packets of link type 999 cannot be read");
  });

  it("whose packets are cut off before TCP's end is an error that names the snap length to take", () => {
    expect(() => readSegments(pcap(1, SYN.subarray(0, 40), SYN.length))).toThrow("tcpdump -s 128");
  });

  it("of encrypted wireless frames is an error that says so", () => {
    const frame = new Uint8Array(80);
    frame.set([0x08, 0x41]);
    expect(() => readSegments(pcap(105, frame))).toThrow("its wireless frames are encrypted");
  });

  it("without TCP is none", () => {
    const arp = new Uint8Array(42);
    arp.set([0x08, 0x06], 12);
    expect(readSegments(pcap(1, arp)).facts.skipped).toEqual([{ reason: "not IP", count: 1 }]);
  });
});
