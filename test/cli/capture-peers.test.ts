/** The readers beside tcpdump and Wireshark's tools: what those write of a capture must read as the capture itself does. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeTcpFrame, type TcpFrameSpec } from "../../src/core/wire/packet/encode-frame.ts";
import { NO_TCP_OPTIONS } from "../../src/core/wire/packet/tcp-options.ts";
import { encodePcap } from "../support/pcap-file.ts";
import { readSegments, type ToldSegment } from "../support/read-segments.ts";

/** The peers, which need not be installed. */
const [TCPDUMP, EDITCAP] = ["tcpdump", "editcap"];
const [CLIENT, SERVER] = ["10.0.0.1:40000", "10.0.0.2:80"];
const [CLIENT_V6, SERVER_V6] = ["[2001:db8::1]:40000", "[2001:db8::2]:443"];

/** A connection with its numbers counted from these two. */
function connection(client: string, server: string, first: number, second: number): TcpFrameSpec[] {
  const up = { from: client, to: server, window: 502 };
  const down = { from: server, to: client, window: 509 };
  const timestamps = { ...NO_TCP_OPTIONS, timestamps: { value: 4_000_000_000, echo: 7 } };
  return [
    { ...up, flags: "S", seq: first, ack: null, options: { ...timestamps, mss: 1460, sackPermitted: true } },
    { ...down, flags: "S.", seq: second, ack: first + 1, options: { ...timestamps, mss: 1460 } },
    { ...up, flags: ".", seq: first + 1, ack: second + 1, options: timestamps },
    { ...up, flags: "P.", seq: first + 1, ack: second + 1, options: timestamps, payload: new Uint8Array(82) },
    { ...down, flags: "S.", seq: second, ack: first + 1, options: timestamps },
    { ...down, flags: ".", seq: second + 1, ack: first + 83 },
    { ...down, flags: "P.", seq: second + 1, ack: first + 83, payload: new Uint8Array(5) },
    { ...up, flags: "F.", seq: first + 83, ack: second + 6 },
    { ...down, flags: "R", seq: second + 6, ack: null },
  ];
}

const specs = [
  ...connection(CLIENT, SERVER, 3_000_000_000, 4_294_000_000),
  ...connection(CLIENT_V6, SERVER_V6, 5, 70_000),
  // The same ports again, with other numbers.
  ...connection(CLIENT, SERVER, 123_456_789, 1_000),
];
const packets = specs.map((spec, place) => {
  const bytes = encodeTcpFrame(spec);
  return {
    timeNs: 1_700_000_000_000_000_000n + BigInt(place) * 250_001_000n,
    bytes,
    originalLength: bytes.length,
  };
});
const bytes = encodePcap({ linkType: 1, packets });
const { segments } = readSegments(bytes);
let folder = "";
let file = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "listenq-peers-"));
  file = join(folder, "x.pcap");
  writeFileSync(file, bytes);
});
afterAll(() => rmSync(folder, { recursive: true }));

const isMissing = (program: string): boolean =>
  spawnSync(program, ["--version"], { stdio: "ignore" }).error !== undefined;

/** What a listing tells of a segment. */
function listed({ hopLimit: _, identification: __, ...rest }: ToldSegment): unknown {
  return rest;
}

describe("tcpdump's text", () => {
  it.for([
    [["-nn"]],
    [["-nn", "-S"]],
    [["-nn", "-tt"]],
    [["-nn", "-tttt"]],
    [["-nn", "-ttt"]],
    [["-nn", "-e"]],
    [["-nn", "-v"]],
    [["-nn", "-A"]],
    [["-nn", "-XX"]],
    [["-nn", "-#"]],
  ])("reads as the capture does: %j", ([options = []], ctx) => {
    if (isMissing(TCPDUMP)) ctx.skip("tcpdump is not installed");
    const text = execFileSync(TCPDUMP, [...options, "-r", file], { stdio: ["ignore", "pipe", "ignore"] });
    const read = readSegments(text);
    expect(read.facts.packets).toBe(specs.length);
    expect(read.segments.map(listed)).toEqual(segments.map(listed));
  });

  it("gives hop limits and identifications after -v", (ctx) => {
    if (isMissing(TCPDUMP)) ctx.skip("tcpdump is not installed");
    const text = execFileSync(TCPDUMP, ["-nn", "-v", "-r", file], { stdio: ["ignore", "pipe", "ignore"] });
    expect(readSegments(text).segments).toEqual(segments);
  });
});

describe("what editcap writes", () => {
  it.for(["pcap", "nsecpcap", "modpcap", "pcapng"])("reads as the capture does: %s", (format, ctx) => {
    if (isMissing(EDITCAP)) ctx.skip("editcap is not installed");
    const copy = join(folder, `copy.${format}`);
    execFileSync(EDITCAP, ["-F", format, file, copy]);
    expect(readSegments(readFileSync(copy)).segments).toEqual(segments);
  });
});
