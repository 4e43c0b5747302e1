import { once } from "node:events";
import { readdirSync } from "node:fs";
import { connect, createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { SyscallError } from "../../../../src/core/errors.ts";
import { readSysctlNumber } from "../../../../src/system/linux/proc/sysctl.ts";
import type { SlowServerOptions } from "../../../../src/system/load/slow-server.ts";
import {
  ask,
  FOREVER_MS,
  GET,
  openClient,
  startWatchedServer,
  type WatchedServer,
} from "./watched-server.ts";

const running: WatchedServer[] = [];

function start(options: Partial<SlowServerOptions> = {}): WatchedServer {
  const server = startWatchedServer(options);
  running.push(server);
  return server;
}

afterEach(async () => {
  for (const server of running) server.close();
  await Promise.all(running.splice(0).map(({ closed }) => closed));
});

function openDescriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

describe("the slow server", () => {
  it("takes the next connection only after the one before it is closed", async () => {
    const server = start({ count: 3 });
    await Promise.all([1, 2, 3].map(() => ask(server.port, GET)));
    await server.closed;
    const order = server.events.flatMap((event) =>
      "connection" in event ? [`${event.event} ${event.connection}`] : [],
    );
    expect(order).toEqual([1, 2, 3].flatMap((n) => [`accepted ${n}`, `answered ${n}`, `closed ${n}`]));
  });

  it("leaves those who wait in the accept queue: they are connected, not accepted", async () => {
    const server = start({ holdMs: FOREVER_MS });
    const first = openClient(server.port);
    first.socket.write(GET);
    await server.seen("answered", 1);
    const second = openClient(server.port);
    second.socket.write(GET);
    await second.connected;
    expect(server.events.filter(({ event }) => event === "accepted")).toHaveLength(1);
    second.socket.destroy();
    first.socket.destroy();
  });

  it("answers at once and holds the connection open afterwards", async () => {
    const server = start({ holdMs: FOREVER_MS });
    const client = openClient(server.port);
    client.socket.write(GET);
    await once(client.socket, "data");
    expect(server.events.map(({ event }) => event)).not.toContain("closed");
    client.socket.destroy();
  });

  it("answers a head that comes byte by byte", async () => {
    const server = start();
    const client = openClient(server.port);
    client.socket.setNoDelay(true);
    await client.connected;
    for (const byte of GET) await new Promise((sent) => client.socket.write(byte, sent));
    expect(await client.ended).toMatchObject({
      text: expect.stringMatching(/^HTTP\/1\.1 200 /),
      error: null,
    });
  });

  it("sends 408 to a client that falls silent, and goes on to the next", async () => {
    const server = start({ patienceMs: 30 });
    const silent = openClient(server.port);
    const half = openClient(server.port);
    half.socket.write("GET / HT");
    expect((await silent.ended).text).toMatch(/^HTTP\/1\.1 408 /);
    expect((await half.ended).text).toMatch(/^HTTP\/1\.1 408 /);
    expect((await ask(server.port, GET)).text).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("ends the turn of a client that leaves without a word", async () => {
    const server = start();
    openClient(server.port).socket.end();
    expect(await server.seen("closed", 1)).toMatchObject({ reason: "vanished" });
    expect((await ask(server.port, GET)).text).toContain("Hello World!");
  });

  it("ends the turn of a client that resets before it has asked", async () => {
    const server = start();
    const client = openClient(server.port);
    await client.connected;
    await server.seen("accepted", 1);
    client.socket.resetAndDestroy();
    expect(await server.seen("closed", 1)).toMatchObject({ reason: "reset" });
  });

  it("frees the turn of a client that resets during the hold", async () => {
    const server = start({ holdMs: FOREVER_MS });
    const client = openClient(server.port);
    client.socket.write(GET);
    await server.seen("answered", 1);
    client.socket.resetAndDestroy();
    expect(await server.seen("closed", 1)).toMatchObject({ reason: "reset" });
  });

  it("keeps the turn of a client that closes its side until the hold is over", async () => {
    const server = start({ holdMs: 30 });
    const client = openClient(server.port);
    client.socket.end(GET);
    expect(await client.ended).toMatchObject({ text: expect.stringContaining("Hello World!"), error: null });
    expect(await server.seen("closed", 1)).toMatchObject({ reason: "held" });
  });

  it("frees the turn of a client that resets after it has closed its side", async () => {
    const server = start({ holdMs: FOREVER_MS });
    const client = openClient(server.port);
    const answered = Promise.all([once(client.socket, "finish"), once(client.socket, "data")]);
    client.socket.end(GET);
    await answered;
    client.socket.resetAndDestroy();
    expect(await server.seen("closed", 1)).toMatchObject({ reason: "reset" });
  });

  it("reads away a large body, so that the client gets the whole answer and a FIN instead of a reset", async () => {
    const server = start({ holdMs: 30 });
    const length = 1_000_000;
    const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`;
    const { text, error } = await ask(server.port, head + "x".repeat(length));
    expect(error).toBeNull();
    expect(text.endsWith("\r\n\r\nHello World!\n")).toBe(true);
  });

  it("still reads what a client sends after the server's FIN, instead of resetting it", async () => {
    const server = start();
    const client = connect({ port: server.port, host: "127.0.0.1", allowHalfOpen: true });
    client.resume().write(GET);
    await once(client, "end");
    // A reset that the first write provokes would fail the second.
    for (const piece of ["late", "later"]) {
      expect(await new Promise((sent) => client.write(piece, sent))).toBeFalsy();
    }
    client.destroy();
  });

  it("does not let a client that never stops sending keep its turn or block the others", async () => {
    const server = start({ holdMs: 30 });
    const client = openClient(server.port);
    const flood = (): void => {
      while (!client.socket.destroyed && client.socket.write(Buffer.alloc(65_536)));
    };
    client.socket.on("drain", flood);
    client.socket.write(GET, flood);
    expect((await ask(server.port, GET)).text).toContain("Hello World!");
    client.socket.destroy();
  });

  it.each([
    ["400", "\x16\x03\x01\x02"],
    ["400", "nonsense\r\n\r\n"],
    ["431", `GET / HTTP/1.0\r\nA: ${"b".repeat(20_000)}`],
    ["505", "GET / HTTP/3.0\r\n\r\n"],
  ])("answers %s without a hold to what it cannot serve", async (status, text) => {
    const server = start({ holdMs: FOREVER_MS });
    const end = await ask(server.port, text);
    expect(end.error).toBeNull();
    expect(end.text.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
    expect(await server.seen("closed", 1)).toMatchObject({ reason: "refused" });
  });

  it("sends 117 and 13 bytes, and no body for HEAD", async () => {
    const server = start();
    expect((await ask(server.port, GET)).text).toHaveLength(130);
    expect((await ask(server.port, "HEAD / HTTP/1.0\r\n\r\n")).text).toHaveLength(117);
  });

  it("ends by itself after as many connections as it was told", async () => {
    const server = start({ count: 2 });
    await ask(server.port, GET);
    await ask(server.port, GET);
    await server.closed;
    expect((await ask(server.port, GET)).error).toBe("ECONNREFUSED");
  });

  it("closes the listener and the client whose turn it is when it is told to stop", async () => {
    const server = start({ holdMs: FOREVER_MS });
    const client = openClient(server.port);
    client.socket.write(GET);
    await server.seen("answered", 1);
    server.close();
    expect(await client.ended).toMatchObject({ error: null });
    await server.closed;
    expect(server.events.at(-1)).toMatchObject({ event: "closed", reason: "stopped" });
    expect((await ask(server.port, GET)).error).toBe("ECONNREFUSED");
  });

  it("leaves no descriptor behind, whatever its clients did", async () => {
    const before = openDescriptors();
    const server = start({ holdMs: 1, patienceMs: 30, count: 3 });
    const resetting = openClient(server.port);
    await resetting.connected;
    resetting.socket.resetAndDestroy();
    await openClient(server.port).ended;
    await ask(server.port, GET);
    await server.closed;
    expect(openDescriptors()).toBe(before);
  });
});

describe("the limit that the kernel keeps", () => {
  const somaxconn = readSysctlNumber("net.core.somaxconn") ?? 0;

  it.each([
    [0, 0],
    [1, 1],
    [2_147_483_647, somaxconn],
    [-1, somaxconn],
    [-2_147_483_648, somaxconn],
  ])("is min(backlog as unsigned, somaxconn): backlog %i gives %i", (backlog, limit) => {
    expect(start({ backlog }).limit).toBe(limit);
  });
});

describe("a server that cannot listen", () => {
  it("says so when the port is taken, and leaves nothing open", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    const before = openDescriptors();
    expect(() => start({ port })).toThrow(
      `listen on 127.0.0.1:${port}: EADDRINUSE, address already in use; choose`,
    );
    expect(openDescriptors()).toBe(before);
    other.close();
  });

  it("says so when the address is not ours", () => {
    const before = openDescriptors();
    expect(() => start({ address: "203.0.113.1" })).toThrow(SyscallError);
    expect(() => start({ address: "203.0.113.1" })).toThrow(/^listen on 203\.0\.113\.1:0: EADDRNOTAVAIL/);
    expect(openDescriptors()).toBe(before);
  });
});
