/**
 * One story in every form in which people paste it: listen(1), three clients, the third's final ACK dropped, its SYN+ACK again
 * after 1.03 and 3.08 s, served after 4.605 s.
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CaptureSequence } from "../../../../../src/core/explain/capture-sequence.ts";
import { EndpointNames, type Explanation } from "../../../../../src/core/explain/index.ts";
import { CaptureReader } from "../../../../../src/core/wire/capture/capture-reader.ts";
import { readSegments, type ToldSegment } from "../../../../support/read-segments.ts";

const FORMS = new URL("../../../../fixtures/listings/forms/", import.meta.url);
const FAULTS = new URL("../../../../fixtures/listings/faults/", import.meta.url);
const REFUSED: Readonly<Record<string, string>> = {
  "15-tcpdump-q-quiet.txt": "this is the output of tcpdump -q, which prints no flags",
  "40-seconds-only.txt": "the times of this listing are cut to whole seconds",
};
/** The server and the third client, where the form has names for them. */
const NAMED: Readonly<Record<string, readonly [server: string, victim: string]>> = {
  "17-tcpdump-names.txt": ["web1:8088", "ip-198-51-100-23.eu-west-1.compute.internal:40103"],
  "18-tcpdump-names-one-service-unknown.txt": [
    "web1:ddi-tcp-1",
    "ip-198-51-100-23.eu-west-1.compute.internal:40103",
  ],
};
const UNTIMED = "09-tcpdump-t-no-time.txt";
/** Numbers of tshark's lines count from 0, and these forms have no options or windows of their own. */
const FORMS_READ = readdirSync(FORMS).filter((name) => !(name in REFUSED));

const bytesOf = (folder: URL, name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(name, folder)));

function explain(bytes: Uint8Array): Explanation {
  const sequence = new CaptureSequence({ server: null, since: null, until: null, keepAll: false });
  const reader = new CaptureReader(sequence);
  sequence.begin(() => reader.facts());
  reader.push(bytes);
  reader.end();
  sequence.end(reader.facts());
  return sequence.conclude({ all: true, names: new EndpointNames(), hasFrames: false });
}

/** What every form must say of a segment. */
const essence = ({ flags, payloadLength, number }: ToldSegment): unknown => ({
  flags,
  payloadLength,
  number,
});

describe.each(FORMS_READ)("%s", (name) => {
  const { segments, facts } = readSegments(bytesOf(FORMS, name));
  const plain = readSegments(bytesOf(FORMS, "01-tcpdump-nn.txt")).segments;

  it("holds the 38 segments", () => {
    expect(facts.packets).toBe(38);
    expect(segments.map(essence)).toEqual(plain.map(essence));
  });

  it("has their times", () => {
    if (name === UNTIMED) expect(segments.every(({ at }) => Number.isNaN(at))).toBe(true);
    else
      for (const [place, { at }] of segments.entries()) expect(at).toBeCloseTo(plain[place]?.at ?? -1, -0.5);
  });

  it("tells the overflow", () => {
    const { listeners, handshakes, findings } = explain(bytesOf(FORMS, name));
    const [server, victim] = NAMED[name] ?? ["192.0.2.10:8088", "198.51.100.23:40103"];
    expect(listeners.map(({ address, port }) => `${address}:${port}`)).toEqual([server]);
    expect(listeners[0]?.outcomes).toEqual({ completed: 2, "final-ack-dropped": 1 });
    expect(listeners[0]?.abortOnOverflow).toBe(false);
    // Without times the order of the lines is too coarse for more than a bound; the truth is 1.
    expect(listeners[0]?.inferredBacklog?.atMost).toBe(name === UNTIMED ? 2 : 1);
    expect(findings.map(({ code }) => code)).toContain("capture-accept-overflow");
    expect(handshakes.find(({ outcome }) => outcome === "final-ack-dropped")).toMatchObject({
      client: victim,
      synAckRetransmissions: 2,
      dataRetransmissionsBeforeAccept: 4,
      served: true,
    });
  });
});

describe.each(Object.entries(REFUSED))("%s", (name, message) => {
  it("is refused, with its form and what to do", () => {
    expect(() => explain(bytesOf(FORMS, name))).toThrow(message);
    expect(() => explain(bytesOf(FORMS, name))).toThrow("tcpdump -nn -r FILE");
  });
});

describe("another story", () => {
  it.each(["e-v", "names", "old-flags", "ttttt", "wrapped"])("is told rightly in the form %s", (form) => {
    const { listeners } = explain(bytesOf(FAULTS, `listing-${form}.txt`));
    expect(listeners[0]?.outcomes).toEqual({ completed: 3, "final-ack-dropped": 1 });
    expect(listeners[0]?.inferredBacklog?.atMost).toBe(1);
  });

  it("takes a listing that only rises from zero for times since the first packet", () => {
    const { segments } = readSegments(bytesOf(FAULTS, "listing-ttttt.txt"));
    expect(segments.at(-1)?.at).toBeLessThan(20_000);
  });

  it.each([
    ["q", "tcpdump -q"],
    ["tshark", "lines that name no ports"],
  ])("is refused in the form %s", (form, message) => {
    expect(() => explain(bytesOf(FAULTS, `listing-${form}.txt`))).toThrow(message);
  });

  it("without times shows late SYNs by the timestamp that the answer echoes", () => {
    const { listeners } = explain(bytesOf(FAULTS, "listing-t-late-syn.txt"));
    expect(listeners[0]?.outcomes).toEqual({ completed: 2, "syn-answered-late": 4 });
  });
});
