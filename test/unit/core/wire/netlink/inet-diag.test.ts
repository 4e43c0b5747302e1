import { describe, expect, it } from "vitest";
import { encodeInetDiagRequest } from "../../../../../src/core/wire/netlink/inet-diag.ts";
import {
  decodeInetDiagMessage,
  encodeInetDiagMessage,
} from "../../../../../src/core/wire/netlink/inet-diag-message.ts";
import {
  forEachInetDiagRow,
  type InetDiagRow,
  inetDiagRowAddress,
  inetDiagRowCookie,
} from "../../../../../src/core/wire/netlink/inet-diag-rows.ts";
import { decodeNetlinkMessages, encodeNetlinkMessage } from "../../../../../src/core/wire/netlink/netlink.ts";
import { tcpStateMask, tcpStateName } from "../../../../../src/core/wire/netlink/tcp-state.ts";
import { hex, toHex } from "../hex.ts";

/** What Linux 6.18 answered about a listener on [::]:8080 with backlog 7, and the end of that dump. */
const LISTENER = hex(`
  ac000000 1400 0200 09000000 a0190000
  0a 0a 00 00  1f90 0000  00000000000000000000000000000000 00000000000000000000000000000000
  00000000  1700000000000000  00000000 00000000 07000000 00000000 61380000
  0500 0800 00000000  0500 0b00 00000000  0800 0f00 00000000  0c00 1500 0100000000000000  0600 1600 12000000
  2800 0700 00000000 00000200 00000000 00400000 00000000 00000000 00000000 00000000 00000000`);
const DONE = hex("14000000 0300 0200 09000000 a0190000 00000000");

const row = {
  family: "ipv4",
  state: "SYN_RECV",
  timer: 1,
  retransmits: 3,
  local: { address: "127.0.0.1", port: 8080 },
  remote: { address: "10.0.0.7", port: 40000 },
  interfaceIndex: 2,
  cookie: 0x8000000000000001n,
  expiresMs: 1500,
  receiveQueue: 0xffffffff,
  sendQueue: 5,
  uid: 1000,
  inode: 4242,
  skmeminfo: null,
  shutdown: null,
  v6only: null,
  protocol: null,
  info: null,
} as const;

function asMessage(payload: Uint8Array, type = 20): Uint8Array {
  return encodeNetlinkMessage({ type, flags: 2, sequence: 9, portId: 0, payload });
}

function rowsOf(bytes: Uint8Array): { rows: InetDiagRow[]; done: boolean; errno: number } {
  const rows: InetDiagRow[] = [];
  return { ...forEachInetDiagRow(bytes, (seen) => rows.push({ ...seen })), rows };
}

describe("encodeInetDiagRequest", () => {
  it("asks for all listeners with their memory in the 72 bytes that Linux answers", () => {
    const request = encodeInetDiagRequest({
      family: "ipv6",
      states: ["LISTEN"],
      extensions: ["skmeminfo"],
      dump: true,
      sequence: 9,
    });
    expect(toHex(request)).toBe(
      `48000000140001030900000000000000${"0a06400000040000"}${"00".repeat(40)}${"ff".repeat(8)}`,
    );
  });

  it("puts MPTCP, whose number needs more than a byte, into an attribute", () => {
    const request = encodeInetDiagRequest({
      family: "ipv4",
      protocol: "mptcp",
      states: ["LISTEN", "SYN_RECV"],
      extensions: ["skmeminfo", "info"],
      dump: true,
      sequence: 1,
    });
    expect(toHex(request)).toBe(
      `50000000140001030100000000000000${"0206420008040000"}${"00".repeat(40)}${"ff".repeat(8)}0800030006010000`,
    );
  });

  it("names one socket by its id, without the dump flag", () => {
    const id = { local: row.local, remote: row.remote, interfaceIndex: 2, cookie: 0x0102030405060708n };
    const request = encodeInetDiagRequest({
      family: "ipv4",
      states: [],
      extensions: [],
      id,
      dump: false,
      sequence: 1,
    });
    expect(toHex(request.subarray(6, 8))).toBe("0100");
    expect(toHex(request.subarray(24))).toBe(
      `1f909c40 7f000001${"00".repeat(12)} 0a000007${"00".repeat(12)} 02000000 0807060504030201`.replaceAll(
        " ",
        "",
      ),
    );
  });

  it("refuses an IPv6 address in a question about IPv4", () => {
    const id = { local: { address: "::1", port: 1 } };
    const request = { family: "ipv4", states: [], extensions: [], id, dump: false, sequence: 1 } as const;
    expect(() => encodeInetDiagRequest(request)).toThrow("::1 is not an IPv4 address");
  });
});

describe("decodeInetDiagMessage", () => {
  it("reads a listener as Linux 6.18 describes it", () => {
    const [message] = decodeNetlinkMessages(LISTENER);
    expect(decodeInetDiagMessage(message!.payload)).toEqual({
      family: "ipv6",
      state: "LISTEN",
      timer: 0,
      retransmits: 0,
      local: { address: "::", port: 8080 },
      remote: { address: "::", port: 0 },
      interfaceIndex: 0,
      cookie: 23n,
      expiresMs: 0,
      receiveQueue: 0,
      sendQueue: 7,
      uid: 0,
      inode: 14433,
      skmeminfo: {
        rmemAlloc: 0,
        rcvbuf: 131072,
        wmemAlloc: 0,
        sndbuf: 16384,
        fwdAlloc: 0,
        wmemQueued: 0,
        optmem: 0,
        backlog: 0,
        drops: 0,
      },
      shutdown: 0,
      v6only: false,
      protocol: null,
      info: null,
    });
  });

  it("reads each fixed field from its own place", () => {
    const payload = hex(`
      02 03 01 03  1f90 9c40  7f000001 000000000000000000000000  0a000007 000000000000000000000000
      02000000  01000000 00000080  dc050000 ffffffff 05000000 e8030000 92100000`);
    expect(decodeInetDiagMessage(payload)).toEqual(row);
    expect(encodeInetDiagMessage(row)).toEqual(payload);
  });

  it("leaves the drops null where an older kernel does not know them", () => {
    const skmeminfo = (count: number): Uint8Array =>
      Uint8Array.of(
        ...encodeInetDiagMessage(row),
        4 + 4 * count,
        0,
        7,
        0,
        ...new Uint8Array(4 * count).fill(1),
      );
    expect(decodeInetDiagMessage(skmeminfo(9)).skmeminfo).toMatchObject({
      backlog: 0x01010101,
      drops: 0x01010101,
    });
    expect(decodeInetDiagMessage(skmeminfo(8)).skmeminfo).toMatchObject({ backlog: 0x01010101, drops: null });
    expect(decodeInetDiagMessage(skmeminfo(7)).skmeminfo).toMatchObject({ backlog: null, drops: null });
    expect(() => decodeInetDiagMessage(skmeminfo(6))).toThrow(expect.objectContaining({ code: "SHORT" }));
  });

  it("refuses an unknown family, an unknown state, and a message that is cut off", () => {
    const payload = encodeInetDiagMessage(row);
    expect(() => decodeInetDiagMessage(Uint8Array.of(1, ...payload.subarray(1)))).toThrow(
      "2 or 10 expected, is 1",
    );
    expect(() => decodeInetDiagMessage(Uint8Array.of(2, 0, ...payload.subarray(2)))).toThrow(
      "1 to 12 expected, is 0",
    );
    expect(() => decodeInetDiagMessage(payload.subarray(0, 71))).toThrow(
      "inet_diag_msg at 0: need 72 bytes, have 71",
    );
  });
});

describe("forEachInetDiagRow", () => {
  it("shows the listener that Linux 6.18 described, and that the dump goes on", () => {
    const { rows, done } = rowsOf(LISTENER);
    expect(done).toBe(false);
    expect(rows).toMatchObject([
      {
        sequence: 9,
        family: 10,
        state: 10,
        localPort: 8080,
        receiveQueue: 0,
        sendQueue: 7,
        inode: 14433,
        drops: 0,
      },
    ]);
    expect(inetDiagRowAddress(LISTENER, rows[0]!)).toBe("::");
    expect(inetDiagRowCookie(rows[0]!)).toBe(23n);
  });

  it("sees the end of the dump, and nothing behind it", () => {
    expect(rowsOf(DONE)).toEqual({ rows: [], done: true, errno: 0 });
    const { rows, done } = rowsOf(Uint8Array.of(...LISTENER, ...DONE, ...LISTENER));
    expect([rows.length, done]).toEqual([1, true]);
  });

  it("tells the errno of an error and of a dump that failed", () => {
    const error = hex("feffffff 10000000140001030000000000000000");
    expect(rowsOf(asMessage(error, 2))).toEqual({ rows: [], done: true, errno: 2 });
    expect(rowsOf(asMessage(hex("fcffffff"), 3))).toEqual({ rows: [], done: true, errno: 4 });
  });

  it("shows both halves of a large cookie, and drops from the row that has them only", () => {
    const withDrops = Uint8Array.of(
      ...encodeInetDiagMessage(row),
      40,
      0,
      7,
      0,
      ...new Uint8Array(32),
      9,
      0,
      0,
      0x80,
    );
    const bytes = Uint8Array.of(...asMessage(withDrops), ...asMessage(encodeInetDiagMessage(row)));
    const { rows } = rowsOf(bytes);
    expect(rows.map(({ drops }) => drops)).toEqual([0x80000009, null]);
    expect(rows.map(inetDiagRowCookie)).toEqual([row.cookie, row.cookie]);
    expect(rows.map((seen) => inetDiagRowAddress(bytes, seen))).toEqual(["127.0.0.1", "127.0.0.1"]);
  });

  it("uses one object for all rows", () => {
    const seen = new Set<InetDiagRow>();
    forEachInetDiagRow(Uint8Array.of(...LISTENER, ...LISTENER), (each) => seen.add(each));
    expect(seen.size).toBe(1);
  });

  it("passes over other messages", () => {
    expect(rowsOf(Uint8Array.of(...asMessage(hex(""), 1), ...LISTENER)).rows.length).toBe(1);
  });

  it("refuses what is cut off, with the place in the datagram", () => {
    expect(() => rowsOf(LISTENER.subarray(0, 100))).toThrow("nlmsghdr at 0: need 172 bytes, have 100");
    expect(() => rowsOf(asMessage(new Uint8Array(71).fill(2)))).toThrow(
      "inet_diag_msg at 16: need 72 bytes, have 71",
    );
    const cutAttribute = Uint8Array.of(...encodeInetDiagMessage(row), 40, 0, 7, 0);
    expect(() => rowsOf(asMessage(cutAttribute))).toThrow("nlattr at 88: need 40 bytes, have 4");
    // The next message has the bytes that the attribute lacks, but they are not its own.
    const twoMessages = Uint8Array.of(...asMessage(cutAttribute), ...LISTENER);
    expect(() => rowsOf(twoMessages)).toThrow("nlattr at 88: need 40 bytes, have 4");
  });
});

describe("TCP states", () => {
  it("have the kernel's numbers and make its masks", () => {
    expect(tcpStateName(10)).toBe("LISTEN");
    expect(tcpStateName(12)).toBe("NEW_SYN_RECV");
    expect(tcpStateMask(["LISTEN", "SYN_RECV", "LISTEN"])).toBe(0x408);
    expect(() => tcpStateName(13)).toThrow(expect.objectContaining({ code: "BAD_VALUE" }));
  });
});
