/** What every decoder owes, on any bytes: a value or a DecodeError, and no look at what lies beside them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DecodeError } from "../../../src/core/errors.ts";
import { formatMacAddress, parseEndpoint, parseMacAddress } from "../../../src/core/wire/address.ts";
import { encodePcapng } from "../../../src/core/wire/capture/pcapng-write.ts";
import { formatIpAddress, parseIpAddress } from "../../../src/core/wire/ip-address.ts";
import {
  decodeInetDiagMessage,
  encodeInetDiagMessage,
} from "../../../src/core/wire/netlink/inet-diag-message.ts";
import { forEachInetDiagRow, inetDiagRowAddress } from "../../../src/core/wire/netlink/inet-diag-rows.ts";
import {
  decodeNetlinkDone,
  decodeNetlinkError,
  decodeNetlinkMessages,
  encodeNetlinkMessage,
} from "../../../src/core/wire/netlink/netlink.ts";
import {
  decodeNetlinkAttributes,
  encodeNetlinkAttributes,
} from "../../../src/core/wire/netlink/netlink-attribute.ts";
import { decodeLink, encodeVethCreate } from "../../../src/core/wire/netlink/rtnetlink.ts";
import { internetChecksum } from "../../../src/core/wire/packet/checksum.ts";
import { encodeTcpFrame } from "../../../src/core/wire/packet/encode-frame.ts";
import { tcpOf } from "../../../src/core/wire/packet/finish-checksum.ts";
import { decodeFrame } from "../../../src/core/wire/packet/frame.ts";
import { LINK_TYPE } from "../../../src/core/wire/packet/link-type.ts";
import { parseTcpFlags } from "../../../src/core/wire/packet/tcp-flags.ts";
import { decodeTcpOptions, encodeTcpOptions } from "../../../src/core/wire/packet/tcp-options.ts";
import { decodePcap, decodePcapng } from "../../support/capture-file.ts";
import { encodePcap } from "../../support/pcap-file.ts";
import { propertyOptions } from "../seed.ts";
import * as arbitrary from "./arbitraries.ts";

type Decode = (bytes: Uint8Array) => unknown;

const payload = arbitrary.upTo(30);

const inetDiagDatagram = fc.array(arbitrary.inetDiagSocket, { maxLength: 3 }).map((sockets) =>
  Uint8Array.from(
    sockets.flatMap((socket) => [
      ...encodeNetlinkMessage({
        type: 20,
        flags: 2,
        sequence: 1,
        portId: 0,
        payload: encodeInetDiagMessage(socket),
      }),
    ]),
  ),
);
const link = fc
  .record({ name: fc.string({ maxLength: 15 }), sequence: arbitrary.u32, mtu: arbitrary.u32 })
  .map((veth) =>
    encodeVethCreate({
      ...veth,
      address: "02:00:00:00:00:01",
      peer: { name: "peer", address: "02:00:00:00:00:02", namespaceFd: 3 },
    }).slice(16),
  );
const extendedAck = (capped: boolean): fc.Arbitrary<Uint8Array> =>
  fc.tuple(payload, fc.array(arbitrary.netlinkAttributeOf, { maxLength: 3 })).map(([rest, attributes]) => {
    const request = encodeNetlinkMessage({ type: 16, flags: 5, sequence: 1, portId: 0, payload: rest });
    const sentBack = capped ? request.subarray(0, 16) : request;
    // Type 0, which no attribute of an error has: type 2 must be a number of 4 bytes.
    const plain = attributes.map((attribute) => ({ ...attribute, type: 0 }));
    return Uint8Array.of(255, 255, 255, 255, ...sentBack, ...encodeNetlinkAttributes(plain));
  });

function rowsOf(bytes: Uint8Array): unknown {
  const rows: unknown[] = [];
  const walk = forEachInetDiagRow(bytes, (row) =>
    rows.push({ ...row, address: inetDiagRowAddress(bytes, row) }),
  );
  return { rows, walk };
}

function checksumOf(linkType: number, bytes: Uint8Array): number | undefined {
  return tcpOf(linkType, bytes)?.checksum();
}

/** Each decoder, and valid bytes for it: random bytes alone would not get past the first check. */
const DECODERS: [name: string, decode: Decode, valid: fc.Arbitrary<Uint8Array>][] = [
  ["decodeNetlinkMessages", decodeNetlinkMessages, arbitrary.netlinkMessage.map(encodeNetlinkMessage)],
  [
    "decodeNetlinkAttributes",
    (bytes) => decodeNetlinkAttributes(bytes),
    fc.array(arbitrary.netlinkAttributeOf, { maxLength: 4 }).map(encodeNetlinkAttributes),
  ],
  ["decodeNetlinkError, plain", (bytes) => decodeNetlinkError(bytes), extendedAck(false)],
  ["decodeNetlinkError, extended", (bytes) => decodeNetlinkError(bytes, 0x200), extendedAck(false)],
  ["decodeNetlinkError, extended and capped", (bytes) => decodeNetlinkError(bytes, 0x300), extendedAck(true)],
  [
    "decodeNetlinkDone",
    decodeNetlinkDone,
    fc.constantFrom(Uint8Array.of(0, 0, 0, 0), Uint8Array.of(255, 255, 255, 255)),
  ],
  ["decodeInetDiagMessage", decodeInetDiagMessage, arbitrary.inetDiagSocket.map(encodeInetDiagMessage)],
  ["forEachInetDiagRow", rowsOf, inetDiagDatagram],
  ["decodeLink", decodeLink, link],
  ["decodeTcpOptions", decodeTcpOptions, arbitrary.tcpOptions.map(encodeTcpOptions)],
  ...[...Object.values(LINK_TYPE), 9999].map((linkType): [string, Decode, fc.Arbitrary<Uint8Array>] => [
    `decodeFrame, link type ${linkType}`,
    (bytes) => [decodeFrame(linkType, bytes), checksumOf(linkType, bytes)],
    arbitrary.tcpFrameSpec.map((spec) => encodeTcpFrame(spec)),
  ]),
  ["decodePcapng", decodePcapng, arbitrary.pcapngSpec.map(encodePcapng)],
  [
    "decodePcap",
    decodePcap,
    fc
      .array(fc.record({ bytes: payload, timeNs: fc.constant(5n), originalLength: arbitrary.u32 }))
      .map((packets) => encodePcap({ linkType: 1, packets })),
  ],
  ["formatIpAddress", formatIpAddress, arbitrary.exactly(16)],
  ["formatMacAddress", formatMacAddress, arbitrary.exactly(6)],
  ["internetChecksum", internetChecksum, arbitrary.upTo(99)],
];

/** What came out, as something to compare; anything thrown that is not a DecodeError passes on and fails the test. */
function caught(run: () => unknown): unknown {
  try {
    return { value: run() };
  } catch (error) {
    if (error instanceof DecodeError) return { code: error.code, message: error.message };
    throw error;
  }
}

describe.each(DECODERS)("%s", (_name, decode, valid) => {
  it("takes valid bytes", () => {
    fc.assert(
      fc.property(valid, (bytes) => {
        expect(caught(() => decode(bytes))).toHaveProperty("value");
      }),
      propertyOptions(50),
    );
  });

  it("returns or throws DecodeError on any bytes", () => {
    fc.assert(
      fc.property(arbitrary.upTo(200), (bytes) => {
        caught(() => decode(bytes));
      }),
      propertyOptions(300),
    );
  });

  it("returns or throws DecodeError on spoiled bytes, and never looks beside them", () => {
    fc.assert(
      fc.property(arbitrary.spoiled(valid), (bytes) => {
        const alone = caught(() => decode(bytes));
        expect(caught(() => decode(arbitrary.amidPoison(bytes, 0xff)))).toEqual(alone);
        expect(caught(() => decode(arbitrary.amidPoison(bytes, 0x00)))).toEqual(alone);
      }),
      propertyOptions(400),
    );
  });

  it("does not change the bytes that it reads", () => {
    fc.assert(
      fc.property(arbitrary.spoiled(valid), (bytes) => {
        const before = bytes.slice();
        caught(() => decode(bytes));
        expect(bytes).toEqual(before);
      }),
      propertyOptions(50),
    );
  });
});

describe.each([
  ["parseIpAddress", parseIpAddress, fc.stringMatching(/^[0-9a-f:.]{0,24}$/)],
  ["parseEndpoint", parseEndpoint, fc.stringMatching(/^[0-9a-f:.[\]]{0,24}$/)],
  ["parseMacAddress", parseMacAddress, fc.stringMatching(/^[0-9a-f:]{0,20}$/)],
  ["parseTcpFlags", parseTcpFlags, fc.stringMatching(/^[FSRP.UEWe]{0,10}$/)],
] as const)("%s", (_name, parse, likely) => {
  it("returns or throws DecodeError on any text", () => {
    fc.assert(
      fc.property(fc.oneof(likely, fc.string()), (text) => {
        caught(() => parse(text));
      }),
      propertyOptions(1000),
    );
  });
});
