/**
 * What people put around a listing, taken off line by line; and texts of other programs, each refused by its name.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readSegments } from "../../../../support/read-segments.ts";

const PLAIN = readFileSync(
  new URL("../../../../fixtures/listings/forms/01-tcpdump-nn.txt", import.meta.url),
  "utf8",
);
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const wrapped = (wrap: (line: string) => string): string => PLAIN.trimEnd().split("\n").map(wrap).join("\n");

const WRAPPINGS: Readonly<Record<string, (line: string) => string>> = {
  "a list with dashes": (line) => `- ${line}`,
  "a list with dots": (line) => ` \u2022 ${line}`,
  "a drawn frame": (line) => `\u2502 ${line.padEnd(200)} \u2502`,
  "a log file of containerd": (line) => `2026-11-30T01:02:03.123456789Z stdout F ${line}`,
  "strings of JSON": (line) => `  "${line}",`,
};

describe.each(Object.entries(WRAPPINGS))("%s", (_, wrap) => {
  it("is taken off", () => {
    const { segments } = readSegments(bytesOf(wrapped(wrap)));
    expect(segments).toEqual(readSegments(bytesOf(PLAIN)).segments);
  });
});

const FOREIGN: Readonly<Record<string, readonly [text: string, words: string]>> = {
  "tshark -V": [
    "Frame 1: 74 bytes on wire (592 bits), 74 bytes captured\n    Encapsulation: Ethernet",
    "-V, -O",
  ],
  "tshark -T json": ['[\n  {\n    "_index": "packets-2026-11-30",\n    "_type": "doc",', "JSON of tshark"],
  "tshark -T ek": ['{"index":{"_index":"packets-2026-11-30"}}', "JSON of tshark"],
  PDML: ['<?xml version="1.0"?>\n<pdml version="0" creator="wireshark/4.0">', "PDML"],
  "tshark -T fields": ["1700000000.123456\t192.0.2.1\t40001\t192.0.2.10\t80\t0x0002", "chosen columns"],
  ngrep: ["T 192.0.2.1:40001 -> 192.0.2.10:80 [AP] #4\n  GET / HTTP/1.1..", "ngrep"],
  pktmon: [
    "[00]0000.0000::2026-11-30 01:02:03.123456700 [Microsoft-Windows-PktMon] PktGroupId 1, PktNumber 1",
    "pktmon etl2pcap",
  ],
  "snoop's text": ["client -> server TCP D=80 S=40001 Syn Seq=1 Len=0 Win=64240", "snoop"],
  ss: [
    "State  Recv-Q Send-Q Local Address:Port Peer Address:Port\nLISTEN 5 4 0.0.0.0:80 0.0.0.0:*",
    "sockets",
  ],
  nstat: ["#kernel\nTcpExtListenOverflows           12                 0.0", "counters"],
  "a dump of bytes": ["0000  02 42 ac 11 00 02 02 42 ac 11 00 03 08 00 45 00", "text2pcap"],
  sysdig: ["12 01:02:03.123 0 nginx (55) < accept fd=4(<4t>192.0.2.1:40001->192.0.2.10:80)", "sysdig"],
};

it.each(Object.entries(FOREIGN))("%s is refused by its name", (_, [text, words]) => {
  expect(() => readSegments(bytesOf(`${text}\n`))).toThrow(words);
});
