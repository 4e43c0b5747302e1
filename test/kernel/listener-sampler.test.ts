import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readlinkSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { NotSupportedError } from "../../src/core/errors.ts";
import type { ListenerSample } from "../../src/core/listener/sample/sample.ts";
import { ownNamespaceInode } from "../../src/system/linux/namespace/namespace-list.ts";
import { dumpFailure, SockDiag } from "../../src/system/linux/netlink/sock-diag.ts";
import { writeSysctl } from "../../src/system/linux/proc/sysctl.ts";
import {
  acceptFrom,
  closeSocket,
  connectTo,
  listenOn,
  openListener,
  openTcpSocket,
} from "../../src/system/linux/socket/tcp-socket.ts";
import {
  bindUnixSocket,
  connectUnixSocket,
  openUnixSocket,
} from "../../src/system/linux/socket/unix-stream-socket.ts";
import {
  ListenerSampler,
  type ListenerSamplerOptions,
} from "../../src/system/observe/sampler/listener-sampler.ts";
import { hasOwnNamespace } from "../support/own-namespace.ts";
import { listenCode, startServer } from "../support/servers.ts";

/** Everything happens in a namespace of this test file; the worker process ends with it. */
describe.skipIf(!hasOwnNamespace)("ListenerSampler (needs root, for a namespace of its own)", () => {
  const open: number[] = [];
  let sampler: ListenerSampler | null = null;
  const keep = (fd: number) => {
    open.push(fd);
    return fd;
  };
  const listen = (port: number, backlog: number, more = {}) =>
    keep(openListener({ address: "127.0.0.1", port, backlog, ...more }));
  const connect = (port: number, count: number) => {
    for (let made = 0; made < count; made++) connectTo(keep(openTcpSocket("127.0.0.1")), "127.0.0.1", port);
  };
  const start = (options: ListenerSamplerOptions = {}) => {
    sampler = new ListenerSampler(options);
    return sampler;
  };
  const only = (listeners: readonly ListenerSample[], port: number) =>
    listeners.filter((listener) => listener.port === port);

  afterEach(() => {
    sampler?.close();
    for (const fd of open.splice(0)) closeSocket(fd);
  });

  it("shows limit, capacity, length and process", () => {
    const fd = listen(6000, 5);
    connect(6000, 2);
    expect(only(start().sample().listeners, 6000)).toMatchObject([
      {
        acceptQueue: { length: 2, limit: 5, capacity: 6 },
        peak: { length: 2, by: "seen" },
        process: { pid: process.pid, fd },
        drops: 0,
        rise: null,
      },
    ]);
  });

  it("counts drops as the kernel does, and gives the cause where one listener alone moved", () => {
    listen(6001, 1);
    listen(6002, 1);
    const running = start();
    running.sample();
    connect(6001, 5);
    const [one] = only(running.sample().listeners, 6001);
    expect(one).toMatchObject({
      drops: 3,
      dropsSinceStart: 3,
      rise: { raw: 3, refused: { value: 3, exact: true }, cause: "accept-queue-full", candidates: [] },
      refusedBy: { "accept-queue-full": 3, "syn-queue-full": 0, other: 0 },
      peak: { length: 2 },
    });
  });

  it("gives the cause to two listeners whose counters moved in one interval, as only SYNs were refused", () => {
    listen(6003, 1);
    listen(6004, 1);
    const running = start({ allEveryMs: 60_000 });
    running.sample();
    connect(6003, 4);
    connect(6004, 3);
    const { listeners } = running.sample();
    const rise = { refused: { exact: true }, cause: "accept-queue-full", candidates: [] };
    expect(only(listeners, 6003)).toMatchObject([{ rise: { ...rise, raw: 2 }, peak: { length: 2 } }]);
    expect(only(listeners, 6004)).toMatchObject([{ rise: { ...rise, raw: 1 }, peak: { length: 2 } }]);
  });

  it("knows by drops that a queue was full that no look saw full, and says so in a finding", () => {
    const fd = listen(6005, 1);
    const running = start({ allEveryMs: 60_000 });
    running.sample();
    connect(6005, 4);
    for (let taken = 0; taken < 2; taken++) {
      const accepted = acceptFrom(fd);
      if (typeof accepted !== "number") keep(accepted.fd);
    }
    const [one] = only(running.sample().listeners, 6005);
    expect(one).toMatchObject({
      acceptQueue: { length: 0 },
      peak: { length: 2, by: "drops" },
      findings: [{ code: "accept-queue-overflow" }],
    });
  });

  it("keeps members of a SO_REUSEPORT group apart, also while it watches them", async () => {
    listen(6006, 3, { reusePort: true });
    listen(6006, 4, { reusePort: true });
    connect(6006, 4);
    const running = start({ watchPorts: [6006] });
    await nextAlarms(running);
    const members = only(running.sample().listeners, 6006);
    expect(members.map(({ group }) => group)).toEqual(["127.0.0.1:6006", "127.0.0.1:6006"]);
    expect(members.map(({ acceptQueue }) => acceptQueue.limit).sort()).toEqual([3, 4]);
    expect(members.reduce((sum, { acceptQueue }) => sum + acceptQueue.length, 0)).toBe(4);
    expect(members.every(({ watched }) => watched)).toBe(true);
  });

  it("looks by itself between samples and counts the time at capacity", async () => {
    listen(6007, 1);
    const running = start();
    connect(6007, 2);
    running.sample();
    await nextAlarms(running);
    const [one] = only(running.sample().listeners, 6007);
    expect(one?.watched).toBe(true);
    expect(one?.fullMs).toBeGreaterThan(0);
  });

  it("shows unix listeners where they were asked for, watches those that fill, and lets go of them", async () => {
    const fd = keep(openUnixSocket());
    bindUnixSocket(fd, "listenq-sampler-test");
    listenOn(fd, 1);
    const connectUnix = () => connectUnixSocket(keep(openUnixSocket()), "listenq-sampler-test");
    expect([connectUnix(), connectUnix()]).toEqual([0, 0]);
    const unixOf = (running: ListenerSampler) =>
      running.sample().listeners.filter(({ path }) => path === "@listenq-sampler-test");
    const running = start({ unix: true });
    expect(unixOf(running)).toMatchObject([
      {
        protocol: "unix",
        family: null,
        port: null,
        acceptQueue: { length: 2, limit: 1, capacity: 2 },
        synQueue: { length: null, limit: null, capacity: null },
        drops: null,
        process: { pid: process.pid, fd },
      },
    ]);
    await nextAlarms(running);
    expect(unixOf(running)[0]?.fullMs).toBeGreaterThan(0);
    expect(connectUnix()).toBe(-11);
    closeSocket(fd);
    open.splice(open.indexOf(fd), 1);
    running.sample();
    expect(unixOf(running)).toEqual([]);
    const without = new ListenerSampler();
    expect(without.sample().listeners.filter(({ protocol }) => protocol === "unix")).toEqual([]);
    without.close();
  });

  it("knows only this process's own where only they matter, and watches no other", async () => {
    const fd = listen(6011, 3);
    const other = await startServer(listenCode(6012, 3));
    connect(6011, 1);
    connect(6012, 1);
    other.child.kill("SIGSTOP");
    const running = start({ owners: "own" });
    await nextAlarms(running);
    const { listeners } = running.sample();
    expect(only(listeners, 6011)).toMatchObject([{ process: { pid: process.pid, fd }, watched: true }]);
    expect(only(listeners, 6012)).toMatchObject([{ process: null, watched: false }]);
    const late = listen(6013, 3);
    expect(only(running.sample().listeners, 6013)).toMatchObject([{ process: { fd: late } }]);
    await other.close();
  });

  it("notices that somaxconn was changed, so that a limit above it is told", async () => {
    listen(6010, 100);
    const running = start();
    expect(running.sample().namespaces[0]?.sysctls.somaxconn).toBe(4_096);
    writeSysctl("net.core.somaxconn", 50);
    const somaxconn = () => running.sample().namespaces[0]?.sysctls.somaxconn;
    await expect.poll(somaxconn).toBe(50);
    writeSysctl("net.core.somaxconn", 4_096);
    await expect.poll(somaxconn).toBe(4_096);
  });

  it("lets go of a listener that closed, and counts it", () => {
    const fd = listen(6008, 1);
    const running = start();
    expect(only(running.sample().listeners, 6008)).toHaveLength(1);
    closeSocket(fd);
    open.splice(open.indexOf(fd), 1);
    // A dump is no snapshot: only a listener that is missing twice is gone.
    running.sample();
    const last = running.sample();
    expect(only(last.listeners, 6008)).toHaveLength(0);
    expect(last.namespaces[0]?.closed).toBeGreaterThanOrEqual(1);
  });

  it("ends with its signal, and leaves no descriptor behind", () => {
    const before = readdirSync("/proc/self/fd").length;
    const controller = new AbortController();
    const running = start({ signal: controller.signal });
    controller.abort();
    expect(running.isClosed).toBe(true);
    expect(readdirSync("/proc/self/fd").length).toBe(before);
  });

  it.each([[false], [true]])(
    "says so where the kernel has no table (unix: %s), and does not take it for no listeners",
    (unix) => {
      const descriptors = () => readdirSync("/proc/self/fd").length;
      const before = descriptors();
      const dump = unix ? ("unixSockets" as const) : ("forEachRow" as const);
      const spy = vi.spyOn(SockDiag.prototype, dump).mockImplementation(() => {
        throw dumpFailure(2, unix ? "unix" : "tcp");
      });
      try {
        expect(() => start({ unix })).toThrow(NotSupportedError);
      } finally {
        spy.mockRestore();
      }
      expect(descriptors()).toBe(before);
    },
  );

  it("sees a namespace come, and lets go of it when nobody else is in there", async () => {
    const other = spawn("unshare", ["--net", "cat"], { stdio: ["pipe", "ignore", "inherit"] });
    await once(other, "spawn");
    const inode = await namespaceOf(other.pid ?? 0);
    const running = start({ netns: "all" });
    const isThere = () => running.sample().namespaces.some((namespace) => namespace.inode === inode);
    expect(isThere()).toBe(true);
    other.stdin.end();
    await once(other, "exit");
    await expect.poll(isThere).toBe(false);
  });
});

/** The namespace of a child, once it has left ours. */
async function namespaceOf(pid: number): Promise<number> {
  const own = ownNamespaceInode();
  for (;;) {
    const inode = Number(/\d+/.exec(readlinkSync(`/proc/${pid}/ns/net`))?.[0]);
    if (inode !== own) return inode;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Until the sampler has looked a few times by itself. */
async function nextAlarms(sampler: ListenerSampler): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (sampler.sample().coverage.watched.looks >= 2) return;
  }
}
