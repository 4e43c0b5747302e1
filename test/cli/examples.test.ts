import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { connect, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

describe("the examples", () => {
  const children: ChildProcess[] = [];
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const child of children.splice(0)) {
      if (child.exitCode !== null) continue;
      child.kill("SIGTERM");
      await once(child, "close");
    }
  });

  /** Starts one; resolves with its URL and what it said when it listens. */
  async function startExample(name: string): Promise<{ url: string; port: number; said: string }> {
    const child = spawn(process.execPath, [`${root}examples/${name}.mjs`, "0"], { cwd: root });
    children.push(child);
    let said = "";
    child.stderr.on("data", (text) => (said += text));
    for await (const text of child.stdout) {
      said += text;
      const [, url, port] = /listening on (http:\/\/127\.0\.0\.1:(\d+))/.exec(said) ?? [];
      if (url !== undefined) return { url, port: Number(port), said };
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

  it("shed-load is ready, is not ready after its queue has stood full, and is ready again", async () => {
    const { url, port } = await startExample("shed-load");
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    const busy = fetch(`${url}/?busyMs=1500`);
    // Limit 16: these fill the queue while the event loop stands still, and they ask for nothing.
    for (let made = 0; made < 30; made++) sockets.push(connect(port, "127.0.0.1").on("error", () => {}));
    const late = fetch(`${url}/ready`);
    expect((await busy).status).toBe(200);
    expect([200, 503]).toContain((await late).status);
    for (const socket of sockets.splice(0)) socket.destroy();
    await expect.poll(async () => (await fetch(`${url}/ready`)).status, { timeout: 10_000 }).toBe(200);
  });

  it("fastify shows its listener's limit", async (context) => {
    try {
      createRequire(import.meta.url).resolve("fastify");
    } catch {
      context.skip("fastify is not installed");
    }
    const { url } = await startExample("fastify");
    expect(await text(`${url}/metrics`)).toMatch(/^listenq_accept_queue_limit\{.* 256$/m);
    expect(await text(`${url}/ready`)).toBe('{"ready":true}');
  });
});
