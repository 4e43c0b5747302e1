/**
 * Captures of dropped packets, as `dwdump -w` of dropwatch writes them: the list of families first, then NET_DM's alerts. The layout is that of
 * include/uapi/linux/net_dropmon.h; the running kernel has no drop monitor, so they are put together here.
 */
import { describe, expect, it } from "vitest";
import { CaptureSequence } from "../../../../src/core/explain/capture-sequence.ts";
import type { Explanation } from "../../../../src/core/explain/index.ts";
import { formatExplanation } from "../../../../src/core/report/text/explain-text.ts";
import { ByteWriter, encodeCString } from "../../../../src/core/wire/bytes.ts";
import { CaptureReader } from "../../../../src/core/wire/capture/capture-reader.ts";
import { encodeNetlinkMessage } from "../../../../src/core/wire/netlink/netlink.ts";
import {
  encodeNetlinkAttributes,
  type NetlinkAttribute,
  netlinkAttribute,
} from "../../../../src/core/wire/netlink/netlink-attribute.ts";
import { encodeTcpFrame } from "../../../../src/core/wire/packet/encode-frame.ts";
import { theOne } from "../../../support/lookups.ts";
import { encodePcap } from "../../../support/pcap-file.ts";

const NETLINK = 253;
const CONTROL = 16;
const FAMILY = 27;
const NEW_FAMILY = 1;
const PACKET_ALERT = 5;
const ATTRIBUTE = { pc: 2, symbol: 3, protocol: 6, payload: 7, originalLength: 10, reason: 23 };
const IPV4 = 0x0800;

interface Drop {
  readonly from: string;
  readonly flags?: string;
  readonly reason: string | null;
  readonly link?: "ethernet" | "none";
}

const u16 = (value: number): Uint8Array => new ByteWriter().u16(value).finish();
const u32 = (value: number): Uint8Array => new ByteWriter().u32(value).finish();

function netlinkPacket(type: number, command: number, attributes: readonly NetlinkAttribute[]): Uint8Array {
  const payload = new ByteWriter().u16(command).zeros(2).bytes(encodeNetlinkAttributes(attributes)).finish();
  const message = encodeNetlinkMessage({ type, flags: 0, sequence: 0, portId: 0, payload });
  return new ByteWriter().u16be(4).u16be(824).zeros(10).u16be(16).bytes(message).finish();
}

function alertOf({ from, flags = "P.", reason, link = "ethernet" }: Drop): Uint8Array {
  const spec = { from, to: "192.0.2.2:6390", seq: 1, ack: 1, window: 64, payload: new Uint8Array(5) };
  const frame = encodeTcpFrame({ ...spec, flags });
  const payload = link === "ethernet" ? frame : frame.subarray(14);
  return netlinkPacket(FAMILY, PACKET_ALERT, [
    netlinkAttribute(ATTRIBUTE.pc, new Uint8Array(8)),
    netlinkAttribute(ATTRIBUTE.symbol, encodeCString("tcp_v4_rcv+0x9d1")),
    netlinkAttribute(ATTRIBUTE.protocol, u16(IPV4)),
    netlinkAttribute(ATTRIBUTE.originalLength, u32(payload.length)),
    ...(reason === null ? [] : [netlinkAttribute(ATTRIBUTE.reason, encodeCString(reason))]),
    netlinkAttribute(ATTRIBUTE.payload, payload),
  ]);
}

const FAMILIES = netlinkPacket(CONTROL, NEW_FAMILY, [netlinkAttribute(2, encodeCString("NET_DM"))]);

function explained(packets: readonly Uint8Array[]): Explanation {
  const sequence = new CaptureSequence({ server: null, since: null, until: null, keepAll: false });
  const reader = new CaptureReader(sequence);
  sequence.begin(() => reader.facts());
  const records = packets.map((bytes, place) => ({
    timeNs: 1_000_000_000n + BigInt(place) * 250_000_000n,
    bytes,
    originalLength: bytes.length,
  }));
  reader.push(encodePcap({ linkType: NETLINK, packets: records }));
  reader.end();
  sequence.end(reader.facts());
  return sequence.conclude({});
}

describe("a capture of dropped packets", () => {
  it("proves who was refused by a full accept queue, and says that it shows nothing else", () => {
    const explanation = explained([
      FAMILIES,
      alertOf({ from: "192.0.2.1:40005", flags: ".", reason: "TCP_LISTEN_OVERFLOW" }),
      alertOf({ from: "192.0.2.1:40005", reason: "TCP_LISTEN_OVERFLOW" }),
      alertOf({ from: "192.0.2.1:40006", reason: "TCP_LISTEN_OVERFLOW", link: "none" }),
      alertOf({ from: "192.0.2.1:40007", reason: "NO_SOCKET" }),
    ]);
    const finding = theOne(explanation.findings);
    expect(finding.code).toBe("accept-queue-overflow");
    expect(finding.title).toBe(
      "The accept queue of 192.0.2.2:6390 was full: the kernel refused 3 packets of 2 clients.",
    );
    expect(finding.evidence.packets).toEqual([2, 3, 4]);
    expect(
      explanation.handshakes.map(({ client, packets, startedAt }) => [client, packets, startedAt]),
    ).toEqual([
      ["192.0.2.1:40005", [2, 3], 250],
      ["192.0.2.1:40006", [4], 750],
    ]);
    expect(theOne(explanation.listeners).outcomes).toEqual({ "final-ack-dropped": 2 });
    expect(theOne(explanation.notShown)).toContain("TCP_LISTEN_OVERFLOW 3, NO_SOCKET 1");
  });

  it("is never calm: without a refusal, and on a kernel without reasons, it says what it cannot show", () => {
    const other = explained([FAMILIES, alertOf({ from: "192.0.2.1:40005", reason: "NO_SOCKET" })]);
    const unnamed = explained([FAMILIES, alertOf({ from: "192.0.2.1:40005", reason: null })]);
    for (const explanation of [other, unnamed]) {
      const text = formatExplanation([], explanation, { width: 200, paint: (_, words) => words });
      expect(text).toContain("What the capture cannot show: only packets that the kernel threw away");
      expect(text).not.toContain("nothing in the capture shows a full queue");
    }
    expect(theOne(unnamed.notShown)).toContain("no reason named 1");
  });

  it("is an error where no dropped TCP packet is in it", () => {
    expect(() => explained([FAMILIES])).toThrow("no TCP packet that the kernel dropped");
    const damaged = alertOf({ from: "192.0.2.1:40005", reason: null }).slice(0, 60);
    expect(() => explained([damaged])).toThrow("no TCP packet that the kernel dropped");
  });
});
