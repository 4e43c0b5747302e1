import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { WhyDocument } from "../../src/core/listener/why-document.ts";
import { writeSysctl } from "../../src/system/linux/proc/sysctl.ts";
import {
  acceptFrom,
  closeSocket,
  connectTo,
  openListener,
  openTcpSocket,
  resetOnClose,
} from "../../src/system/linux/socket/tcp-socket.ts";
import { run } from "../../src/ui/cli/run.ts";
import { fakeIo } from "../fakes/io.ts";
import { hasOwnNamespace } from "../support/own-namespace.ts";
import { listenCode, type ServerProcess, startServer } from "../support/servers.ts";
import { findingOf, watchWhile } from "../support/watch-while.ts";

/** So often is looked again on a busy machine. */
const MOST_WATCHES = 5;
/** A shorter watch says nothing about who accepts. */
const LONG_ENOUGH_MS = 1_100;

/** Everything happens in a namespace of this test file; the worker process ends with it. */
describe.skipIf(!hasOwnNamespace)("listenq why (needs root, for a namespace of its own)", () => {
  const open: number[] = [];
  const servers: ServerProcess[] = [];
  const keep = (fd: number): number => {
    open.push(fd);
    return fd;
  };
  const listen = (port: number, backlog: number, more = {}) =>
    keep(openListener({ address: "127.0.0.1", port, backlog, ...more }));
  const connect = (port: number, count = 1): number[] =>
    Array.from({ length: count }, () => {
      const fd = keep(openTcpSocket("127.0.0.1"));
      connectTo(fd, "127.0.0.1", port);
      return fd;
    });
  const serve = async (...args: Parameters<typeof startServer>): Promise<ServerProcess> => {
    const server = await startServer(...args);
    servers.push(server);
    return server;
  };
  const why = async (port: number, ...more: string[]): Promise<WhyDocument & { code: number }> => {
    const io = fakeIo();
    const code = await run(["why", String(port), "--for", "1200ms", "--json", ...more], io);
    if (io.written.stdout === "") throw new Error(io.written.stderr);
    return { ...JSON.parse(io.written.stdout), code };
  };
  /**
   * While that listener's clients are taken; whoever was refused comes again after a second, which may be before the first look. This process
   * serves it and looks: where the last look met some of them, it looks again.
   */
  const whyWhileServed = async (port: number, served: number): Promise<WhyDocument> => {
    for (let made = 1; ; made += 1) {
      const document = await whyOnceWhileServed(port, served);
      const isServed = document.listeners.some(({ acceptQueue }) => acceptQueue.length === 0);
      if (isServed || made === MOST_WATCHES) return document;
    }
  };
  const whyOnceWhileServed = async (port: number, listener: number): Promise<WhyDocument> => {
    const takeAll = (): void => {
      for (let taken = acceptFrom(listener); typeof taken !== "number"; taken = acceptFrom(listener))
        keep(taken.fd);
    };
    takeAll();
    const healthy = setInterval(takeAll, 5);
    return await why(port, "--for", "100ms").finally(() => clearInterval(healthy));
  };
  const codesOf = (document: WhyDocument): string[] =>
    document.listeners.flatMap(({ findings }) => findings.map(({ code }) => code));

  afterEach(async () => {
    for (const fd of open.splice(0)) closeSocket(fd);
    for (const server of servers.splice(0)) await server.close();
  });

  it("says of an idle listener that it is not the queue, and names who else it may be", async () => {
    listen(7000, 5);
    const document = await why(7000, "--fail-on", "warning");
    expect(document.verdict.code).toBe("not-the-queue");
    expect(document.verdict.remedy.join()).toContain("conntrack");
    expect(document.code).toBe(0);
    expect(document.listeners[0]?.window?.looks).toBeGreaterThan(1);
  });

  it("finds a full queue that refuses, with the packets that were refused while it watched, and no others", async () => {
    listen(7001, 1);
    connect(7001, 5);
    const watching = why(7001, "--fail-on", "critical");
    connect(7001, 3);
    const document = await watching;
    expect(codesOf(document)).toContain("accept-queue-full");
    expect(codesOf(document)).toContain("accept-queue-overflow");
    expect(document.verdict.severity).toBe("critical");
    expect(document.code).toBe(1);
    const [listener] = document.listeners;
    // Each refused SYN counts once in all three; their resends within the watch too.
    const refused = listener?.window?.refused["accept-queue-full"];
    expect(refused?.own).toBeGreaterThan(0);
    expect(refused?.own).toBe(listener?.window?.dropsRise);
    expect(refused?.own).toBe(listener?.window?.counters["ListenOverflows"]);
    expect(refused?.shared).toBe(0);
  });

  it("does not take an overflow that ended before the watch for one of now", async () => {
    const listener = listen(7002, 0);
    const waiting = connect(7002, 3);
    for (const fd of waiting) closeSocket(fd);
    open.splice(1);
    const accepted = acceptFrom(listener);
    if (typeof accepted !== "number") keep(accepted.fd);
    const document = await why(7002);
    expect(document.listeners[0]?.drops).toBeGreaterThan(0);
    expect(document.verdict.code).toBe("not-the-queue");
  });

  it("finds a stopped owner as the cause of the waiting, and not once it runs again", async () => {
    const server = await serve(listenCode(7003, 2));
    process.kill(server.pid, "SIGSTOP");
    connect(7003, 3);
    const stopped = await why(7003);
    expect(stopped.verdict.code).toBe("owner-not-running");
    expect(stopped.verdict.remedy).toEqual([expect.stringMatching(`^kill -CONT ${server.pid}  # `)]);
    expect(stopped.listeners[0]?.owner).toMatchObject({ state: "T", process: { pid: server.pid } });
    process.kill(server.pid, "SIGCONT");
    expect((await why(7003)).verdict.code).toBe("not-the-queue");
  });

  it("tells how long the oldest has been waiting, to the tick", async () => {
    listen(7004, 5);
    const connectedMs = performance.now();
    connect(7004, 2);
    const beforeMs = performance.now();
    const document = await why(7004);
    const { oldestMs, alive, stillWaiting, left } = document.listeners[0]?.waiting ?? {};
    // The kernel counts in jiffies of at most 10 ms.
    expect(oldestMs).toBeGreaterThan(1200 - 10);
    expect(oldestMs).toBeLessThan(performance.now() - connectedMs + 20);
    expect(beforeMs).toBeGreaterThan(connectedMs);
    expect({ alive, stillWaiting, left }).toEqual({ alive: 2, stillWaiting: 2, left: 0 });
  });

  it("counts clients that have closed, and tells them from those that are alive", async () => {
    listen(7005, 5);
    for (const fd of connect(7005, 2)) closeSocket(fd);
    connect(7005, 1);
    open.splice(1, 2);
    const document = await why(7005);
    expect(document.listeners[0]?.waiting).toMatchObject({
      alive: 1,
      closed: 2,
      closedFrom: [{ address: "127.0.0.1", count: 2 }],
    });
    expect(codesOf(document)).toContain("queue-holds-dead-clients");
  });

  it("finds a process without file descriptors, whose queue may be empty", async () => {
    const hog = "const fs = require('node:fs'); try { for (;;) fs.openSync('/dev/null'); } catch { }";
    const code = `require("node:net").createServer(() => {}).listen({ port: 7006, host: "127.0.0.1" }, () => { console.log("listens"); ${hog} });`;
    const server = await serve(code, ["prlimit", "--nofile=64:64"]);
    const document = await why(7006);
    expect(document.verdict.code).toBe("owner-at-fd-limit");
    expect(document.verdict.remedy[0]).toContain(`prlimit --pid ${server.pid}`);
  });

  it("finds the stuck member of a reuseport group, and shares no waiting clients out that it cannot tell apart", async () => {
    const fds = [listen(7007, 1, { reusePort: true }), listen(7007, 1, { reusePort: true })];
    connect(7007, 24);
    // The second member is served, the first is not.
    const document = await whyWhileServed(7007, fds[1] ?? -1);
    expect(document.verdict.code).toBe("reuseport-member-stuck");
    expect(document.listeners.map(({ waiting }) => waiting)).toEqual([null, null]);
  });

  it("says of a busy owner that it is busy, also where it has to share its CPU", async () => {
    const onOneCpu = ["taskset", "--cpu-list", "0"];
    const spin = `process.stdin.once("data", () => { console.log("spins"); const end = Date.now() + 20_000; while (Date.now() < end); });`;
    const server = await serve(`${listenCode(7008, 5)} ${spin}`, onOneCpu);
    const rival = await serve(`${spin} console.log("ready");`, onOneCpu);
    for (const { child } of [server, rival]) {
      child.stdin.write("spin\n");
      // Until it has begun it still accepts.
      await once(child.stdout, "data");
    }
    connect(7008, 2);
    const document = await why(7008);
    expect(document.verdict.code).toBe("owner-spinning");
    const owner = document.listeners[0]?.owner;
    expect(owner?.busiestThreadPercent).toBeLessThan(90);
    expect(owner?.busiestThreadWaitPercent).toBeGreaterThan(10);
  });

  it("says that nobody accepts although a client resets while it waits and another comes", async () => {
    listen(7010, 5);
    connect(7010, 3);
    const [leaver = -1] = connect(7010, 1);
    const watched = await watchWhile(7010, async () => {
      resetOnClose(leaver);
      closeSocket(leaver);
      open.splice(open.indexOf(leaver), 1);
      connect(7010, 1);
      await sleep(LONG_ENOUGH_MS);
    });
    expect(watched.waiting).toMatchObject({ alive: 4, reset: 1, left: 1, takenAtLeast: 0 });
    expect(findingOf(watched, "nobody-accepts")).toBeDefined();
  });

  it("does not say so of a server that takes one and lets another in, however few that are", async () => {
    const listener = listen(7011, 5);
    connect(7011, 3);
    const watched = await watchWhile(7011, async () => {
      const taken = acceptFrom(listener);
      if (typeof taken !== "number") keep(taken.fd);
      connect(7011, 1);
      await sleep(LONG_ENOUGH_MS);
    });
    expect(watched.window).toMatchObject({ lengthLeast: 3, hasFallen: false });
    expect(findingOf(watched, "nobody-accepts")).toBeUndefined();
  });

  const INHERIT = `require("node:child_process").spawn("sleep", ["60"], { stdio: ["ignore", "ignore", "ignore", server._handle] })`;
  const heir = (port: number, rest: string): string =>
    `const server = require("node:net").createServer(() => {}).listen({ port: ${port}, host: "127.0.0.1", backlog: 5 }, () => { const child = ${INHERIT}; console.log(child.pid); ${rest} });`;

  it("finds the stopped server behind a child that inherited its listener", async () => {
    const server = await serve(heir(7012, ""));
    process.kill(server.pid, "SIGSTOP");
    connect(7012, 2);
    const document = await why(7012);
    expect(document.verdict.code).toBe("owner-not-running");
    expect(document.verdict.title).toContain(String(server.pid));
    expect(document.listeners[0]?.owner?.others).toMatchObject([{ name: "sleep" }]);
    for (const { pid } of document.listeners[0]?.owner?.others ?? []) process.kill(pid, "SIGKILL");
  });

  it("finds a listener that only a child of a server that ended still holds", async () => {
    const server = await serve(heir(7013, ""));
    await server.close();
    connect(7013, 2);
    const document = await why(7013);
    expect(document.verdict.code).toBe("listener-without-acceptor");
    const pid = document.listeners[0]?.process?.pid ?? -1;
    expect(document.verdict.remedy[0]).toMatch(new RegExp(`^kill ${pid}  # `));
    process.kill(pid, "SIGKILL");
  });

  it("does not tell a healthy member of a reuseport group that it is not the queue, beside one that is stuck", async () => {
    const fds = [listen(7014, 3, { reusePort: true }), listen(7014, 3, { reusePort: true })];
    connect(7014, 24);
    const document = await whyWhileServed(7014, fds[1] ?? -1);
    expect(codesOf(document)).toContain("reuseport-member-stuck");
    expect(codesOf(document)).not.toContain("not-the-queue");
  });

  it("sees SYN cookies being sent while it watches", async () => {
    writeSysctl("net.ipv4.tcp_syncookies", 2);
    const listener = listen(7009, 100);
    const watching = why(7009);
    const clients = setInterval(() => {
      connect(7009);
      const taken = acceptFrom(listener);
      if (typeof taken !== "number") keep(taken.fd);
    }, 20);
    const document = await watching;
    clearInterval(clients);
    writeSysctl("net.ipv4.tcp_syncookies", 1);
    expect(document.verdict.code).toBe("syn-cookies-sent");
    expect(document.verdict.evidence.counters["SyncookiesSent"]).toBeGreaterThan(0);
  });

  it("takes the name of a process, or nothing, and watches the worst of the listeners that fit", async () => {
    const server = await serve(
      `const net = require("node:net"); const idle = net.createServer().listen({ port: 7020, host: "127.0.0.1" }, () => net.createServer().listen({ port: 7021, host: "127.0.0.1", backlog: 5 }, () => console.log("listens")));`,
    );
    process.kill(server.pid, "SIGSTOP");
    connect(7021, 3);
    for (const target of [[], ["node"]]) {
      const io = fakeIo();
      await run(["why", ...target, "--for", "200ms", "--json"], io);
      const document: WhyDocument = JSON.parse(io.written.stdout);
      expect([document.port, document.verdict.code]).toEqual([7021, "owner-not-running"]);
      expect(io.written.stderr).toContain("the worst of them, port 7021");
    }
  });

  it("answers with one line and exit code 2 where nobody listens", async () => {
    const io = fakeIo();
    expect(await run(["why", "7999", "--for", "100ms"], io)).toBe(2);
    expect(io.written.stdout).toBe("");
    expect(io.written.stderr).toMatch(/^listenq: nobody listens on port 7999 .*\n$/);
  });

  it("prints what is known so far after Ctrl-C, with exit code 130", async () => {
    listen(7010, 5);
    const interruption = new AbortController();
    const io = fakeIo(interruption.signal);
    const ended = run(["why", "7010", "--for", "60s"], io);
    setTimeout(() => interruption.abort(130), 300);
    expect(await ended).toBe(130);
    expect(io.written.stdout).toContain("not-the-queue");
  });
});
