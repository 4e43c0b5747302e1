import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { SockDiag } from "../../src/system/linux/netlink/sock-diag.ts";
import { stateIn } from "../../src/system/linux/proc/process-state.ts";
import { NamespaceEye } from "../../src/system/observe/namespace-eye.ts";

/** Of the examples whose queue is filled: one more fits. */
const LIMIT = 16;
const root = fileURLToPath(new URL("../../", import.meta.url));

describe("the examples", () => {
  const children: ChildProcess[] = [];
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const child of children.splice(0)) {
      if (child.exitCode !== null) continue;
      child.kill("SIGCONT");
      child.kill("SIGTERM");
      await once(child, "close");
    }
  });

  /** Starts one; resolves with its URL and what it said when it listens. */
  async function startExample(
    name: string,
  ): Promise<{ url: string; port: number; said: string; child: ChildProcess }> {
    const child = spawn(process.execPath, [`${root}examples/${name}.mjs`, "0"], { cwd: root });
    children.push(child);
    let said = "";
    child.stderr.on("data", (text) => (said += text));
    for await (const text of child.stdout) {
      said += text;
      const [, url, port] = /listening on (http:\/\/127\.0\.0\.1:(\d+))/.exec(said) ?? [];
      if (url !== undefined) return { url, port: Number(port), said, child };
    }
    throw new Error(`${name} ended: ${said}`);
  }
  const text = async (url: string): Promise<string> => await (await fetch(url)).text();

  it("node-http shows its own listener, and only that, beside its other metrics", async () => {
    const { url, port } = await startExample("node-http");
    const metrics = await text(`${url}/metrics`);
    expect(metrics).toMatch(
      new RegExp(`^listenq_accept_queue_limit\\{[^}]*port="${port}"[^}]*\\} 128$`, "m"),
    );
    expect(metrics.match(/^listenq_accept_queue_limit\{/gm)).toHaveLength(1);
    expect(metrics).toContain("nodejs_eventloop_lag_seconds");
  });

  it("cluster: the primary holds the listener, the workers none", async () => {
    const { url, said } = await startExample("cluster");
    expect(said).toContain("primary: 0 of 65 waiting, limit 64\n");
    expect(await text(url)).toMatch(/^worker \d holds 0 listeners\n$/);
  });

  /** Asks on a connection of its own that was there before the queue filled. */
  async function ask(socket: Socket, path: string): Promise<number> {
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    const [answer] = (await once(socket, "data")) as [Buffer];
    return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer.toString())?.[1]);
  }
  const open = async (port: number): Promise<Socket> => {
    const socket = connect(port, "127.0.0.1").on("error", () => {});
    sockets.push(socket);
    await once(socket, "connect");
    return socket;
  };
  /** Until the queue stands at its capacity; as long as the example's loop turns, whoever comes is taken out at once. */
  async function fill(port: number): Promise<void> {
    const eye = new NamespaceEye();
    const waiting = (): number =>
      eye.listeners().tcp.find(({ local }) => local.port === port)?.receiveQueue ?? Number.NaN;
    while (waiting() <= LIMIT) await open(port);
    eye.close();
  }

  /** Until the example has read what was written to it. */
  async function untilRead(socket: Socket): Promise<void> {
    const diag = new SockDiag();
    const isRead = (): boolean =>
      socket.writableLength === 0 &&
      diag
        .sockets(["ESTABLISHED"], ["ipv4"])
        .some(({ remote, receiveQueue }) => remote.port === socket.localPort && receiveQueue === 0);
    await expect.poll(isRead).toBe(true);
    diag.close();
  }
  /** Asks for work and stops the example while it does it; the work's answer comes when it goes on. */
  async function stopAtWork(
    child: ChildProcess,
    socket: Socket,
    path: string,
  ): Promise<{ worked: Promise<number> }> {
    for (;;) {
      let isOver = false;
      const worked = ask(socket, path).finally(() => (isOver = true));
      await untilRead(socket);
      child.kill("SIGSTOP");
      await expect.poll(() => stateIn(`/proc/${child.pid}`)).toBe("T");
      // What was answered before it stopped is told within a turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
      if (!isOver) return { worked };
      child.kill("SIGCONT");
      expect(await worked).toBe(200);
    }
  }

  it.each([
    ["shed-load", "/?busyMs=1500"],
    ["fastify", "/busy"],
  ])(
    "%s is ready, is not ready after its queue has stood at its capacity, and is ready again",
    async (name, busyPath) => {
      const { port, child } = await startExample(name);
      const [asker, busy] = [await open(port), await open(port)];
      expect(await ask(asker, "/ready")).toBe(200);
      const { worked } = await stopAtWork(child, busy, busyPath);
      await fill(port);
      const asked = ask(asker, "/ready");
      child.kill("SIGCONT");
      expect(await asked).toBe(503);
      expect(await worked).toBe(200);
      await expect.poll(() => ask(asker, "/ready")).toBe(200);
    },
  );

  it("fastify shows its listener's limit among its metrics", async () => {
    const { url, port } = await startExample("fastify");
    const limit = new RegExp(`^listenq_accept_queue_limit\\{[^}]*port="${port}"[^}]*\\} ${LIMIT}$`, "m");
    await expect.poll(() => text(`${url}/metrics`)).toMatch(limit);
  });
});
