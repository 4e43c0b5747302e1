import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import type { SnapshotListener } from "../../src/core/listener/snapshot/snapshot-document.ts";
import { inetDiagRowAddress } from "../../src/core/wire/netlink/inet-diag-rows.ts";
import { TCP_STATES } from "../../src/core/wire/netlink/tcp-state.ts";
import { libc } from "../../src/system/linux/ffi/libc.ts";
import { Namespace } from "../../src/system/linux/namespace/namespace.ts";
import { type DumpOptions, SockDiag } from "../../src/system/linux/netlink/sock-diag.ts";
import { writeSysctl } from "../../src/system/linux/proc/sysctl.ts";
import {
  bindSocket,
  closeSocket,
  connectTo,
  listenOn,
  openListener,
  openTcpSocket,
  setIntegerOption,
} from "../../src/system/linux/socket/tcp-socket.ts";
import { takeSnapshot } from "../../src/system/observe/snapshot.ts";
import { hasOwnNamespace } from "../support/own-namespace.ts";

const hasSs = spawnSync("ss", ["-V"]).status === 0;
const hasMptcp = existsSync("/proc/sys/net/mptcp/enabled");
const IPPROTO_MPTCP = 262;
const [IPPROTO_TCP, TCP_DEFER_ACCEPT] = [6, 9];

/** Everything happens in a namespace of this test file; the worker process ends with it. */
describe.skipIf(!hasOwnNamespace)("sock_diag (needs root, for a namespace of its own)", () => {
  const open: number[] = [];
  const keep = (fd: number) => {
    open.push(fd);
    return fd;
  };
  const listen = (address: string, port: number, backlog: number, more = {}) =>
    keep(openListener({ address, port, backlog, ...more }));
  const connect = (address: string, port: number, count = 1) => {
    for (let made = 0; made < count; made++) connectTo(keep(openTcpSocket(address)), address, port);
  };
  const only = (listeners: readonly SnapshotListener[], port: number) =>
    listeners.filter((listener) => listener.port === port);

  afterEach(() => {
    for (const fd of open.splice(0)) closeSocket(fd);
  });

  it("shows a listener's backlog as its limit, and a process, name and descriptor that hold it", () => {
    const fd = listen("127.0.0.1", 5000, 5);
    const [listener] = only(takeSnapshot().snapshot.listeners, 5000);
    expect(listener).toMatchObject({
      protocol: "tcp",
      family: "ipv4",
      v6only: null,
      address: "127.0.0.1",
      group: null,
      acceptQueue: { length: 0, limit: 5, capacity: 6 },
      synQueue: { length: 0 },
      drops: 0,
      process: { pid: process.pid, fd },
      limitSetBy: "application",
    });
  });

  it("shows limit + 1 connections in a full accept queue, and drops that rise with the next SYN", () => {
    listen("127.0.0.1", 5001, 2);
    connect("127.0.0.1", 5001, 3);
    const full = only(takeSnapshot().snapshot.listeners, 5001)[0];
    expect(full).toMatchObject({ acceptQueue: { length: 3, limit: 2, capacity: 3 }, drops: 0 });
    connect("127.0.0.1", 5001, 2);
    const refusing = only(takeSnapshot().snapshot.listeners, 5001)[0];
    expect(refusing?.acceptQueue.length).toBe(3);
    expect(refusing?.drops).toBe(2);
  });

  it("tells dual-stack, IPv6-only and single-address listeners apart", () => {
    listen("::", 5002, 1, { v6only: false });
    listen("::", 5003, 1, { v6only: true });
    listen("::1", 5004, 1);
    const { listeners } = takeSnapshot().snapshot;
    expect(only(listeners, 5002)).toMatchObject([{ family: "ipv6", address: "::", v6only: false }]);
    expect(only(listeners, 5003)).toMatchObject([{ family: "ipv6", address: "::", v6only: true }]);
    expect(only(listeners, 5004)).toMatchObject([{ family: "ipv6", address: "::1" }]);
  });

  it("counts the half-open requests of a dual-stack listener, of IPv4 clients too", () => {
    const fd = listen("::", 5005, 5, { v6only: false });
    // With this option a bare final ACK is not enough: the request stays in SYN_RECV.
    setIntegerOption(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, 30);
    connect("127.0.0.1", 5005, 2);
    connect("::1", 5005);
    expect(only(takeSnapshot().snapshot.listeners, 5005)).toMatchObject([
      { acceptQueue: { length: 0 }, synQueue: { length: 3, limit: 5 } },
    ]);
  });

  it("shows the members of a SO_REUSEPORT group as rows of their own with one group", () => {
    listen("127.0.0.1", 5006, 1, { reusePort: true });
    listen("127.0.0.1", 5006, 2, { reusePort: true });
    const members = only(takeSnapshot().snapshot.listeners, 5006);
    expect(members.map(({ group }) => group)).toEqual(["127.0.0.1:5006", "127.0.0.1:5006"]);
    expect(members.map(({ acceptQueue }) => acceptQueue.limit).sort()).toEqual([1, 2]);
  });

  it("names somaxconn when it clamped the backlog, and tells when it was lowered since", () => {
    writeSysctl("net.core.somaxconn", 20);
    listen("127.0.0.1", 5007, 1000);
    expect(only(takeSnapshot().snapshot.listeners, 5007)).toMatchObject([
      { acceptQueue: { limit: 20 }, limitSetBy: "somaxconn" },
    ]);
    writeSysctl("net.core.somaxconn", 10);
    expect(only(takeSnapshot().snapshot.listeners, 5007)).toMatchObject([
      { acceptQueue: { limit: 20 }, limitSetBy: "somaxconn-lowered" },
    ]);
    writeSysctl("net.core.somaxconn", 4096);
  });

  it.skipIf(!hasMptcp)("shows an MPTCP listener once, with its drops (needs a kernel with MPTCP)", () => {
    const fd = keep(libc.socket(2, 1, IPPROTO_MPTCP));
    bindSocket(fd, "127.0.0.1", 5008);
    listenOn(fd, 0);
    connect("127.0.0.1", 5008, 2);
    expect(only(takeSnapshot().snapshot.listeners, 5008)).toMatchObject([
      {
        protocol: "mptcp",
        acceptQueue: { length: 1, limit: 0 },
        drops: 1,
        process: { pid: process.pid, fd },
      },
    ]);
  });

  it.skipIf(!hasSs)(
    "agrees with ss about every listener: address, port, Recv-Q and Send-Q (needs ss)",
    () => {
      listen("127.0.0.1", 5010, 1);
      connect("127.0.0.1", 5010, 2);
      listen("::", 5011, 7, { v6only: false });
      listen("::", 5012, 8, { v6only: true });
      for (let port = 5100; port < 5400; port++) listen("127.0.0.1", port, port);
      const ours = takeSnapshot().snapshot.listeners.map(ssLine);
      expect(ours).toHaveLength(303);
      expect(ours.sort()).toEqual(ssLines());
    },
  );

  it("gives the fast walk and the whole list the same rows, with drops unless they are left out", () => {
    listen("127.0.0.1", 5013, 0);
    listen("::1", 5014, 3);
    connect("127.0.0.1", 5013, 2);
    const diag = new SockDiag();
    const rowsOf = (skmeminfo: boolean) => {
      const rows: string[] = [];
      const visit: Parameters<SockDiag["forEachRow"]>[2] = (row, datagram) => {
        const address = inetDiagRowAddress(datagram, row);
        if (row.state === TCP_STATES.LISTEN)
          rows.push(`${address} ${row.localPort} ${row.receiveQueue} ${row.sendQueue} ${row.drops}`);
      };
      diag.forEachRow(["LISTEN", "SYN_RECV"], ["ipv4", "ipv6"], visit, { skmeminfo });
      return rows;
    };
    const whole = diag
      .sockets(["LISTEN"], ["ipv4", "ipv6"])
      .map(
        (s) => `${s.local.address} ${s.local.port} ${s.receiveQueue} ${s.sendQueue} ${s.skmeminfo?.drops}`,
      );
    expect(whole).toEqual(["127.0.0.1 5013 1 0 1", "::1 5014 0 3 0"]);
    expect(rowsOf(true)).toEqual(whole);
    expect(rowsOf(false)).toEqual(["127.0.0.1 5013 1 0 null", "::1 5014 0 3 null"]);
    diag.close();
  });

  it("gives only sockets of a local or a remote port where one is asked for", () => {
    for (const port of [5015, 5016]) {
      listen("127.0.0.1", port, 3);
      connect("127.0.0.1", port, 2);
    }
    const diag = new SockDiag();
    const portsOf = (options: DumpOptions) =>
      diag.sockets(["ESTABLISHED"], ["ipv4"], options).map(({ local, remote }) => [local.port, remote.port]);
    const [accepting, connecting] = [portsOf({ localPort: 5015 }), portsOf({ remotePort: 5015 })];
    expect(accepting.map(([local]) => local)).toEqual([5015, 5015]);
    expect(connecting.map(([, remote]) => remote)).toEqual([5015, 5015]);
    const [one, other] = [accepting.map(([, remote]) => remote), connecting.map(([local]) => local)];
    expect(new Set(one)).toEqual(new Set(other));
    diag.close();
  });

  it("answers the next question rightly after a visitor threw in the middle of a dump", () => {
    for (let port = 6000; port < 6400; port++) listen("127.0.0.1", port, 1);
    const diag = new SockDiag();
    const stop = () => {
      throw new Error("stop");
    };
    expect(() => diag.forEachRow(["LISTEN"], ["ipv4"], stop)).toThrow("stop");
    expect(diag.sockets(["LISTEN"], ["ipv6"])).toEqual([]);
    expect(diag.sockets(["LISTEN"], ["ipv4"])).toHaveLength(400);
    diag.close();
  });

  it("stays in the namespace in which it was opened, wherever the thread goes", () => {
    listen("127.0.0.1", 5015, 1);
    const diag = new SockDiag();
    const elsewhere = Namespace.create();
    expect(elsewhere.inside(() => diag.sockets(["LISTEN"], ["ipv4"]))).toHaveLength(1);
    expect(elsewhere.inside(() => takeSnapshot().snapshot.listeners)).toEqual([]);
    elsewhere.close();
    diag.close();
  });
});

/** A listener as `ss -lnt` prints it: `*` is dual-stack, `[::]` IPv6 alone. */
function ssLine({ address, port, v6only, acceptQueue }: SnapshotListener): string {
  const wildcard = v6only === true ? "[::]" : "*";
  const host = address === "::" ? wildcard : address?.includes(":") ? `[${address}]` : address;
  return `${host}:${port} ${acceptQueue.length} ${acceptQueue.limit}`;
}

function ssLines(): string[] {
  const lines = execFileSync("ss", ["-lntH"], { encoding: "utf8" }).trim().split("\n");
  return lines
    .map((line) => line.split(/\s+/))
    .map(([, receiveQueue, sendQueue, local]) => `${local} ${receiveQueue} ${sendQueue}`)
    .sort();
}
