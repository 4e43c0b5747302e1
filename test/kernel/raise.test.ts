/**
 * A second listen() through a copy of the descriptor, on listeners of every kind: the limit changes, and nothing else does.
 */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { connect as netConnect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RaiseDocument } from "../../src/core/listener/raise/raise-document.ts";
import { Namespace } from "../../src/system/linux/namespace/namespace.ts";
import { Links } from "../../src/system/linux/netlink/links.ts";
import { SockDiag } from "../../src/system/linux/netlink/sock-diag.ts";
import { writeSysctl } from "../../src/system/linux/proc/sysctl.ts";
import { withCopiedDescriptor } from "../../src/system/linux/process/copied-descriptor.ts";
import { allowFastOpen, deferAccept } from "../../src/system/linux/socket/listener-options.ts";
import {
  acceptFrom,
  closeSocket,
  connectTo,
  listenOn,
  openListener,
  openTcpSocket,
} from "../../src/system/linux/socket/tcp-socket.ts";
import { run } from "../../src/ui/cli/run.ts";
import { fakeIo } from "../fakes/io.ts";
import { NOBODY, nobodyCanRun, run as runCli, start } from "../support/cli.ts";
import { readIntegerOption } from "../support/integer-option.ts";
import { PATIENCE } from "../support/patience.ts";
import { listenCode, type ServerProcess, startProgram, startServer } from "../support/servers.ts";

const isRoot = process.getuid?.() === 0;
const has = (program: string): boolean => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
const TCP = { level: 6, DEFER_ACCEPT: 9, FASTOPEN: 23 } as const;
const KILLS = Number(process.env["LISTENQ_KILLS"] ?? 30);

describe.skipIf(!isRoot)("listenq raise (needs root, for a namespace of its own)", () => {
  const home = isRoot ? Namespace.own() : null;
  const folder = mkdtempSync(join(tmpdir(), "listenq-raise-"));
  const open: number[] = [];
  const servers: ServerProcess[] = [];
  const keep = (fd: number): number => {
    open.push(fd);
    return fd;
  };
  const serve = (server: ServerProcess): ServerProcess => {
    servers.push(server);
    return server;
  };
  const listen = (port: number, backlog: number, more = {}) =>
    keep(openListener({ address: "127.0.0.1", port, backlog, ...more }));
  const connect = (port: number, count: number): number[] =>
    Array.from({ length: count }, () => {
      const fd = keep(openTcpSocket("127.0.0.1"));
      connectTo(fd, "127.0.0.1", port);
      return fd;
    });
  const raise = async (
    port: number,
    to: number,
    ...more: string[]
  ): Promise<RaiseDocument & { code: number }> => {
    const io = fakeIo();
    const code = await run(["raise", String(port), "--to", String(to), "--json", ...more], io);
    if (io.written.stdout === "") throw new Error(io.written.stderr);
    return { ...JSON.parse(io.written.stdout), code };
  };
  const queueOf = (port: number): { length: number; limit: number }[] => {
    const diag = new SockDiag();
    try {
      return diag
        .sockets(["LISTEN"], ["ipv4", "ipv6"], { localPort: port })
        .map(({ receiveQueue, sendQueue }) => ({ length: receiveQueue, limit: sendQueue }));
    } finally {
      diag.close();
    }
  };
  const untilLength = (port: number, length: number) =>
    vi.waitUntil(() => queueOf(port)[0]?.length === length, PATIENCE);

  beforeAll(() => {
    const fresh = Namespace.create();
    fresh.enter();
    fresh.close();
    const links = new Links();
    links.setUp(links.indexOf("lo"));
    links.close();
  });
  afterEach(async () => {
    for (const fd of open.splice(0)) closeSocket(fd);
    for (const server of servers.splice(0)) await server.close();
    writeSysctl("net.core.somaxconn", 4096);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
    home?.enter();
    home?.close();
  });

  it("raises the limit of another process, and clients that were refused come in with their next SYN", async () => {
    const server = serve(await startServer(listenCode(7200, 1)));
    process.kill(server.pid, "SIGSTOP");
    connect(7200, 6);
    await untilLength(7200, 2);
    const document = await raise(7200, 100);
    expect(document.code).toBe(0);
    expect(document.listeners).toMatchObject([
      {
        limitBefore: 1,
        limitWanted: 100,
        limitAfter: 100,
        waiting: 2,
        result: "done",
        process: { pid: server.pid },
      },
    ]);
    await untilLength(7200, 6);
    process.kill(server.pid, "SIGCONT");
    await untilLength(7200, 0);
  });

  it("does nothing in a dry run, and says what it would do", async () => {
    serve(await startServer(listenCode(7201, 3)));
    const document = await raise(7201, 50, "--dry-run");
    expect(document.listeners).toMatchObject([{ result: "dry-run", limitWanted: 50, limitAfter: 3 }]);
    expect(queueOf(7201)).toEqual([{ length: 0, limit: 3 }]);
  });

  it("lowers only when asked to", async () => {
    listen(7202, 50);
    const kept = await raise(7202, 5);
    expect([kept.code, kept.listeners[0]?.intent, queueOf(7202)[0]?.limit]).toEqual([2, "keep", 50]);
    const lowered = await raise(7202, 5, "--lower");
    expect([lowered.code, lowered.listeners[0]?.result, queueOf(7202)[0]?.limit]).toEqual([0, "done", 5]);
    connect(7202, 6);
    await untilLength(7202, 6);
    await raise(7202, 1, "--lower");
    expect(queueOf(7202)).toEqual([{ length: 6, limit: 1 }]);
  });

  it("says what somaxconn makes of it, and does nothing where that would lower the limit", async () => {
    listen(7203, 50);
    writeSysctl("net.core.somaxconn", 70);
    const clamped = await raise(7203, 500);
    expect(clamped.listeners).toMatchObject([
      { result: "done", limitWanted: 70, limitAfter: 70, somaxconn: 70 },
    ]);
    expect(clamped.listeners[0]?.remedy.join("\n")).toContain("sysctl -w net.core.somaxconn=500");
    writeSysctl("net.core.somaxconn", 10);
    const away = await raise(7203, 500, "--lower");
    expect(away.listeners).toMatchObject([{ intent: "clamped-away", result: "refused", limitAfter: 70 }]);
    expect(away.code).toBe(3);
  });

  it("leaves TCP_DEFER_ACCEPT and the Fast Open queue as they are", async () => {
    const fd = listen(7204, 3);
    expect([deferAccept(fd, 5), allowFastOpen(fd, 7)]).toEqual([0, 0]);
    const options = () =>
      [TCP.DEFER_ACCEPT, TCP.FASTOPEN].map((name) => readIntegerOption(fd, TCP.level, name));
    const before = options();
    expect(before).toContain(7);
    expect((await raise(7204, 60)).listeners[0]?.limitAfter).toBe(60);
    expect(options()).toEqual(before);
  });

  it("raises IPv6, dual stack, and every member of a SO_REUSEPORT group", async () => {
    listen(7205, 2, { address: "::", v6only: false });
    expect((await raise(7205, 20)).listeners).toMatchObject([{ address: "::", limitAfter: 20 }]);
    connect(7205, 5);
    await untilLength(7205, 5);
    for (let member = 0; member < 3; member += 1) listen(7206, 2, { reusePort: true });
    const group = await raise(7206, 30);
    expect(group.listeners.map(({ limitAfter }) => limitAfter)).toEqual([30, 30, 30]);
    expect(queueOf(7206).map(({ limit }) => limit)).toEqual([30, 30, 30]);
  });

  it("raises an MPTCP listener, in both tables", async (ctx) => {
    const code = `import socket,sys
s=socket.socket(socket.AF_INET,socket.SOCK_STREAM,262); s.bind(("127.0.0.1",7207)); s.listen(2); print("listens",flush=True); sys.stdin.read()`;
    const server = has("python3") ? await startProgram("python3", ["-c", code]).catch(() => null) : null;
    if (server === null) return ctx.skip("no Python, or no MPTCP");
    serve(server);
    const document = await raise(7207, 40);
    expect(document.listeners).toMatchObject([{ protocol: "mptcp", limitAfter: 40, result: "done" }]);
    expect(queueOf(7207)).toEqual([{ length: 0, limit: 40 }]);
  });

  it("takes only the listener on that address, or of that process", async () => {
    listen(7208, 2);
    listen(7208, 2, { address: "127.0.0.2" });
    const one = await raise(7208, 20, "--address", "127.0.0.2");
    expect(one.listeners.map(({ address }) => address)).toEqual(["127.0.0.2"]);
    expect(queueOf(7208).map(({ limit }) => limit)).toEqual(expect.arrayContaining([2, 20]));
    const mine = await raise(7208, 30, "--process", String(process.pid));
    expect(mine.listeners).toHaveLength(2);
    await expect(raise(7208, 30, "--process", "nobody")).rejects.toThrow("no listener on port 7208 fits");
  });

  it("keeps a handshake that is under way", async () => {
    // A full queue drops the final ACK: the request lives, and completes after the call.
    const listener = listen(7209, 0);
    connect(7209, 2);
    await untilLength(7209, 1);
    expect((await raise(7209, 10)).listeners[0]?.limitAfter).toBe(10);
    await untilLength(7209, 2);
    expect([acceptFrom(listener), acceptFrom(listener)].map((one) => typeof one)).toEqual([
      "object",
      "object",
    ]);
  });

  it("watches before and after, and sees the refusals end", async () => {
    listen(7210, 1);
    connect(7210, 8);
    await untilLength(7210, 2);
    const { watch } = await raise(7210, 40, "--for", "2500ms");
    expect(watch?.before.listeners[0]?.window?.refused["accept-queue-full"].own).toBeGreaterThan(0);
    expect(watch?.after?.listeners[0]?.acceptQueue).toEqual({ length: 8, limit: 40, capacity: 41 });
    // What the first look after the call sees was refused before it.
    expect(watch?.after?.listeners[0]?.window?.fullMs).toBe(0);
  });

  it("is noticed by nobody who waits in epoll, and a copy that is closed leaves the listener alone", async () => {
    serve(
      await startServer(
        `require("node:net").createServer((socket) => socket.end("x")).listen({ port: 7211, host: "127.0.0.1", backlog: 2 }, () => console.log("listens"));`,
      ),
    );
    for (let limit = 10; limit < 20; limit += 1) {
      expect((await raise(7211, limit)).listeners[0]?.limitAfter).toBe(limit);
      expect(await answerOf(7211)).toBe("x");
    }
  });

  it.skipIf(!has("cc"))("is noticed by nobody who waits in io_uring", async (ctx) => {
    const source = fileURLToPath(new URL("../support/io-uring-server.c", import.meta.url));
    const program = join(folder, "io-uring-server");
    if (spawnSync("cc", ["-O1", "-o", program, source]).status !== 0)
      return ctx.skip("no headers of io_uring");
    const server = await startProgram(program, ["7212", "1"]).catch(() => null);
    if (server === null) return ctx.skip("no io_uring here");
    serve(server);
    expect((await raise(7212, 99)).listeners[0]?.limitAfter).toBe(99);
    const more = once(server.child.stdout, "data");
    await answerOf(7212);
    expect(String((await more)[0])).toContain("accepted");
  });

  it("calls a new user's credentials an AF_UNIX listener's own, which is why it refuses those", async (ctx) => {
    // A second listen() by another process changes what SO_PEERCRED tells the next client.
    const code = `import ctypes,os,socket,struct,sys
u=socket.socket(socket.AF_UNIX); u.bind("\\0lq-raise-%d"%os.getpid()); u.listen(1)
say=lambda text: (sys.stdout.write(text+"\\n"),sys.stdout.flush())
say("%d %d"%(os.getpid(),u.fileno()))
for line in sys.stdin:
  c=socket.socket(socket.AF_UNIX); c.connect(u.getsockname()); say(str(struct.unpack("3i",c.getsockopt(1,17,12))[0])); u.accept()`;
    if (!has("python3")) return ctx.skip("no Python");
    const server = serve(await startProgram("python3", ["-c", code]));
    const [pid, fd] = server.said.trim().split(" ").map(Number);
    const peer = async (): Promise<number> => {
      const answer = once(server.child.stdout, "data");
      server.child.stdin.write("ask\n");
      return Number((await answer)[0]);
    };
    expect(await peer()).toBe(pid);
    expect(withCopiedDescriptor(pid ?? 0, fd ?? 0, (copy) => listenOn(copy, 50))).toBe(0);
    expect(await peer()).toBe(process.pid);
    const io = fakeIo();
    expect(await run(["raise", "/run/some.sock", "--to", "5"], io)).toBe(3);
    expect(io.written.stderr).toContain("SO_PEERCRED");
  });

  it("says who may, where this user may not", async (ctx) => {
    if (!nobodyCanRun()) return ctx.skip("the program cannot be read by an ordinary user");
    serve(await startServer(listenCode(7213, 3)));
    const result = await runCli(["raise", "7213", "--to", "50"], { uid: NOBODY });
    expect(result.code).toBe(3);
    expect(result.stdout).toContain("run it as root");
    expect(queueOf(7213)[0]?.limit).toBe(3);
  });

  it(`leaves either the old or the new limit and no descriptor when it is killed, ${KILLS} times`, async () => {
    const server = serve(await startServer(listenCode(7214, 3)));
    const descriptors = () => readdirSync(`/proc/${server.pid}/fd`).sort();
    const before = descriptors();
    for (let kill = 0; kill < KILLS; kill += 1) {
      const cli = start(["raise", "7214", "--to", kill % 2 === 0 ? "50" : "3", "--lower"]);
      // Spread over the whole life of the command, most of which is its start.
      const timer = setTimeout(() => cli.child.kill("SIGKILL"), (kill * 500) / KILLS);
      await cli.ended;
      clearTimeout(timer);
      expect([3, 50]).toContain(queueOf(7214)[0]?.limit);
    }
    expect(descriptors()).toEqual(before);
    await server.close();
    expect(queueOf(7214)).toEqual([]);
  });
});

/** What a server says before it closes. */
function answerOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = netConnect(port, "127.0.0.1");
    socket.on("data", (bytes) => {
      text += bytes;
    });
    socket.on("end", () => resolve(text));
    socket.on("error", reject);
  });
}
