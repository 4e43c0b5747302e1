import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { NOBODY, nobodyCanRun, run } from "../support/cli.ts";
import {
  askWeb,
  type OpenStream,
  openStream,
  openWebSession,
  type RunningWebPage,
  startWebPage,
  startWebPageAs,
} from "../support/web.ts";

const SLOW_CLIENTS = 100;

describe("listenq web", () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });
  const web = async (...args: string[]): Promise<RunningWebPage> => {
    const running = await startWebPage(...args);
    cleanups.push(running.stop);
    return running;
  };

  const stream = async (page: RunningWebPage, cookie: string, key?: string): Promise<OpenStream> => {
    const opened = await openStream(page.port, cookie, key);
    cleanups.push(opened.close);
    return opened;
  };

  it("prints the address with the token in its fragment, and serves the page with a strict policy", async () => {
    const { url, port } = await web();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/);
    const { status, headers, body } = await askWeb(port, "/");
    expect(status).toBe(200);
    expect(body).toContain('<script type="module" src="page.js">');
    expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(headers["content-security-policy"]).not.toMatch(/unsafe|\*/);
    expect(headers["referrer-policy"]).toBe("no-referrer");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(Object.keys(headers).some((name) => name.startsWith("access-control"))).toBe(false);
  });

  it("refuses every host but its own, whole", async () => {
    const { port } = await web();
    for (const host of [
      `127.0.0.1.evil.com:${port}`,
      "evil.com",
      `127.0.0.1:${port}.evil.com`,
      `127.0.0.1:${port + 1}`,
      "127.0.0.1",
      `x@127.0.0.1:${port}`,
    ])
      for (const path of ["/", "/page.js", "/api/live", "/api/session"])
        expect((await askWeb(port, path, { headers: { host } })).status, `${host} ${path}`).toBe(421);
    expect((await askWeb(port, "/", { headers: { host: `localhost:${port}` } })).status).toBe(200);
  });

  it("refuses other origins and other sites, also with the session", async () => {
    const page = await web();
    const cookie = await openWebSession(page);
    const own = `http://127.0.0.1:${page.port}`;
    for (const origin of [
      "http://evil.com",
      "null",
      `https://127.0.0.1:${page.port}`,
      `${own}.evil.com`,
      `http://127.0.0.1:${page.port + 1}`,
    ])
      expect((await askWeb(page.port, "/api/session", { headers: { cookie, origin } })).status, origin).toBe(
        403,
      );
    for (const site of ["cross-site", "same-site"])
      expect(
        (await askWeb(page.port, "/api/session", { headers: { cookie, "sec-fetch-site": site } })).status,
      ).toBe(403);
    expect(
      (
        await askWeb(page.port, "/api/session", {
          headers: { cookie, origin: own, "sec-fetch-site": "same-origin" },
        })
      ).status,
    ).toBe(200);
  });

  it("tells nothing of the machine without the session, and gives it once, for the token alone", async () => {
    const page = await web();
    for (const path of ["/api/live", "/api/live?open=1", "/api/session"])
      expect((await askWeb(page.port, path)).status, path).toBe(401);
    expect((await askWeb(page.port, "/api/lab", { method: "POST", body: "overflow-drop" })).status).toBe(401);
    const post = (body: string) => askWeb(page.port, "/api/session", { method: "POST", body });
    expect((await post("")).status).toBe(401);
    expect((await post(`${page.token}x`)).status).toBe(401);
    const { status, headers } = await post(page.token);
    expect(status).toBe(204);
    expect(headers["set-cookie"]?.[0]).toMatch(
      /^listenq-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/api$/,
    );
    expect((await post(page.token)).status).toBe(401);
    expect(
      (await askWeb(page.port, "/api/session", { headers: { cookie: `listenq-${page.port}=guess` } })).status,
    ).toBe(401);
  });

  it("has no other file, however it is asked for", async () => {
    const { port } = await web();
    for (const path of [
      "/../package.json",
      "/%2e%2e/package.json",
      "/..%2fpackage.json",
      "//etc/passwd",
      "/cli/main.js",
      "/etc/passwd",
      "/page.js/",
      "/./page.js",
      "/page.js%00.html",
    ])
      expect((await askWeb(port, path)).status, path).toBe(404);
    expect((await askWeb(port, "/", { method: "DELETE" })).status).toBe(405);
  });

  it("starts nothing but experiments of the catalogue", async () => {
    const page = await web();
    const cookie = await openWebSession(page);
    for (const body of ["", "--all", "/etc/passwd", "overflow-drop --pcap x", "../overflow-drop"])
      expect(
        (await askWeb(page.port, "/api/lab", { method: "POST", headers: { cookie }, body })).status,
        body,
      ).toBe(404);
    expect(
      (await askWeb(page.port, "/api/lab", { method: "POST", headers: { cookie }, body: "x".repeat(5_000) }))
        .status,
    ).toBe(413);
  });

  it("streams listeners, hostile names too, and stops looking when the last tab is closed", async () => {
    const path = `\0<img src=x onerror=alert(1)> "${process.pid}`;
    const server = createServer().listen({ path, backlog: 3 });
    await once(server, "listening");
    cleanups.push(() => server.close());
    const page = await web("--unix");
    const cookie = await openWebSession(page);
    const [one, other] = [await stream(page, cookie), await stream(page, cookie)];
    const { listeners } = await one.first(() => true);
    expect(listeners.map(({ name }) => name).join()).toContain("<img src=x onerror");
    await other.first(() => true);
    const timers = () =>
      spawnSync("ls", [`/proc/${page.pid}/fd`], { encoding: "utf8" }).stdout.split("\n").length;
    const watching = timers();
    one.close();
    // The stream of the other tab goes on.
    await other.first(() => true);
    await other.first(() => true);
    other.close();
    // The sampler's sockets, its timer and the kernel's events are closed with it.
    await expect.poll(timers, { timeout: 5_000 }).toBeLessThan(watching - 2);
  });

  it("tells the opened listener in detail in the message of the same look", async () => {
    const server = createServer().listen({ host: "127.0.0.1", port: 0, backlog: 3 });
    await once(server, "listening");
    cleanups.push(() => server.close());
    const { port } = server.address() as { port: number };
    const page = await web();
    const cookie = await openWebSession(page);
    const { listeners, opened } = await (await stream(page, cookie)).first(() => true);
    expect(opened).toBeNull();
    const key = listeners.find(({ name }) => name.endsWith(`:${port}`))?.key ?? "";
    const detailed = await (await stream(page, cookie, key)).first(() => true);
    expect(detailed.opened?.key).toBe(key);
    expect(detailed.opened?.waiting).toMatchObject({ alive: 0, closed: 0 });
    const gone = await (await stream(page, cookie, "nobody")).first(() => true);
    expect(gone.opened).toBeNull();
  });

  it.skipIf(!nobodyCanRun())(
    "says what naming victims needs (needs root, to be an ordinary user)",
    async () => {
      const page = await startWebPageAs({ uid: NOBODY });
      cleanups.push(page.stop);
      const { victims } = await (await stream(page, await openWebSession(page))).first(() => true);
      expect(victims.lines).toEqual([]);
      expect(victims.needs).toMatch(/run it as root/);
    },
  );

  it("answers beside a hundred clients that never finish their request", async () => {
    const { port } = await web();
    const slow = await Promise.all(
      Array.from({ length: SLOW_CLIENTS }, async () => {
        const socket: Socket = connect(port, "127.0.0.1").on("error", () => undefined);
        // The server keeps fewer of them, and ends the oldest: some before they know that they are connected.
        await once(socket, "connect").catch(() => undefined);
        if (!socket.destroyed) socket.write("GET / HTTP/1.1\r\nHost: 127.0.0.1");
        return socket;
      }),
    );
    cleanups.push(() => slow.map((socket) => socket.destroy()));
    expect((await askWeb(port, "/")).status).toBe(200);
  });

  it("tells a taken port, a place that others reach and nonsense in one line", async () => {
    const taken = createServer().listen({ host: "127.0.0.1", port: 0 });
    await once(taken, "listening");
    cleanups.push(() => taken.close());
    const { port } = taken.address() as { port: number };
    for (const [place, words] of [
      [`127.0.0.1:${port}`, /another program listens there/],
      ["0.0.0.0:8047", /must be a loopback address/],
      ["127.0.0.1.evil.com:80", /must be a loopback address/],
      ["nonsense", /must be a loopback address/],
    ] as const) {
      const { code, stdout, stderr } = await run(["web", "--listen", place]);
      expect(code, place).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toMatch(words);
      expect(stderr.trim().split("\n")).toHaveLength(1);
    }
  });
});
