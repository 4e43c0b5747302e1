import { describe, expect, it } from "vitest";
import { SOCK_DIAG_BY_FAMILY } from "../../../../../src/core/wire/netlink/inet-diag-constants.ts";
import { encodeInetDiagMessage } from "../../../../../src/core/wire/netlink/inet-diag-message.ts";
import { encodeNetlinkMessage, NLMSG } from "../../../../../src/core/wire/netlink/netlink.ts";
import { ListenerLookup } from "../../../../../src/system/linux/netlink/listener-lookup.ts";
import { type DiagSocket, dumpFailure, SockDiag } from "../../../../../src/system/linux/netlink/sock-diag.ts";
import { exitCodeOf } from "../../../../../src/ui/cli/failure.ts";
import { EXIT } from "../../../../../src/ui/cli/io.ts";
import { listenerRow } from "../../../core/listener/rows.ts";

const [ENOENT, EINVAL] = [2, 22];

describe("dumpFailure", () => {
  it.each([
    ["tcp", "inet_diag and tcp_diag"],
    ["mptcp", "inet_diag and mptcp_diag"],
    ["unix", "unix and unix_diag"],
  ] as const)("a kernel without a %s table is not supported, and the remedy names %s", (table, modules) => {
    const error = dumpFailure(ENOENT, table);
    expect(error.message).toContain(`no ${table} table`);
    expect(error.message).toContain(`load the kernel modules ${modules}`);
    expect(exitCodeOf(error)).toBe(EXIT.notSupported);
  });

  it("any other errno is what the kernel says", () => {
    const error = dumpFailure(EINVAL, "tcp");
    expect(error).toMatchObject({ code: "EINVAL", operation: "sock_diag" });
    expect(error.message).not.toContain("modules");
    expect(exitCodeOf(error)).toBe(EXIT.usage);
  });
});

/** Datagrams, and what is thrown instead of one, in the order in which they are received. */
class ScriptedSocket implements DiagSocket {
  readonly sent: number[] = [];
  readonly script: (Uint8Array | Error)[];
  constructor(script: (Uint8Array | Error)[]) {
    this.script = script;
  }
  send(request: Uint8Array): void {
    this.sent.push(new DataView(request.buffer, request.byteOffset).getUint32(8, true));
  }
  receive(): Uint8Array {
    const next = this.script.shift();
    if (next === undefined) throw new Error("nobody answers any more");
    if (next instanceof Error) throw next;
    return next;
  }
  close(): void {}
}

function message(type: number, payload: Uint8Array): Uint8Array {
  return encodeNetlinkMessage({ type, flags: 0, sequence: 0, portId: 0, payload });
}

const LISTENER = listenerRow({ local: { address: "10.0.0.1", port: 80 } });
const row = (port: number) => {
  const local = { address: "10.0.0.1", port };
  return message(SOCK_DIAG_BY_FAMILY, encodeInetDiagMessage({ ...LISTENER, local }));
};
const done = message(NLMSG.DONE, new Uint8Array(4));
const overrun = () => Object.assign(new Error("no buffer space"), { code: "ENOBUFS" });
const ports = (diag: SockDiag) => diag.sockets(["LISTEN"], ["ipv4"]).map(({ local }) => local.port);

describe("a dump that is broken off does not answer the next question", () => {
  it.each([
    ["while more is to come", [row(1), row(2), done]],
    ["in the datagram that ends it", [Buffer.concat([row(1), done])]],
    ["in the datagram before the end", [row(1), done]],
  ])("when its reader throws %s", (_when, first) => {
    const socket = new ScriptedSocket([...first, row(3), done]);
    const diag = new SockDiag(socket);
    const fail = () => {
      throw new Error("the reader fails");
    };
    expect(() => diag.forEachRow(["LISTEN"], ["ipv4"], fail)).toThrow("the reader fails");
    expect(ports(diag)).toEqual([3]);
    expect(socket.script).toEqual([]);
  });

  it("when the kernel could not deliver a part of it, which is said", () => {
    const diag = new SockDiag(new ScriptedSocket([row(1), overrun(), overrun(), row(2), done, row(3), done]));
    expect(() => ports(diag)).toThrow("no buffer space");
    expect(ports(diag)).toEqual([3]);
  });

  it("when it is one of unix sockets", () => {
    const socket = new ScriptedSocket([row(1), done, row(3), done]);
    const diag = new SockDiag(socket);
    expect(() => diag.unixSockets(["LISTEN"])).toThrow("address family 1 expected");
    expect(ports(diag)).toEqual([3]);
  });
});

describe("SockDiag", () => {
  it("copies what outlives a datagram", () => {
    const buffer = new Uint8Array(1_024);
    const info = (value: number) => new Uint8Array(48).fill(value);
    const answer = (value: number) =>
      message(SOCK_DIAG_BY_FAMILY, encodeInetDiagMessage({ ...LISTENER, info: info(value) }));
    const answers = [answer(1), answer(2), done];
    const receive = () => {
      const bytes = answers.shift() ?? done;
      buffer.set(bytes);
      return buffer.subarray(0, bytes.length);
    };
    const diag = new SockDiag({ send: () => {}, receive, close: () => {} });
    expect(diag.sockets(["LISTEN"], ["ipv4"]).map((socket) => socket.info)).toEqual([info(1), info(2)]);
  });
});

describe("ListenerLookup", () => {
  const NAMES = [80, 81].map((port) => ({
    family: "ipv4" as const,
    address: "0.0.0.0",
    port,
    interfaceIndex: 0,
    cookie: 1n,
  }));
  const lookupOf = (datagrams: Uint8Array[], overruns = 0) =>
    new ListenerLookup({
      send: () => {},
      receiveWaiting: (visit) => {
        for (const datagram of datagrams) visit(datagram);
        return overruns;
      },
      close: () => {},
    });

  it("passes over a listener that is gone", () => {
    const gone = message(NLMSG.ERROR, Buffer.from(new Int32Array([-ENOENT, 0, 0, 0, 0]).buffer));
    const lookup = lookupOf([gone, row(81)]);
    lookup.setListeners(NAMES);
    const seen: number[] = [];
    lookup.ask(({ localPort }) => void seen.push(localPort));
    expect(seen).toEqual([81]);
  });

  it("counts what the kernel could not deliver, and uses what came", () => {
    const lookup = lookupOf([row(80)], 2);
    lookup.setListeners(NAMES);
    let seen = 0;
    lookup.ask(() => {
      seen += 1;
    });
    expect([seen, lookup.overruns]).toEqual([1, 2]);
  });
});
