import { once } from "node:events";
import { fstatSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { HolderCache } from "../../../src/linux/holder-cache.ts";

const servers: Server[] = [];
async function listen(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return fstatSync((server as unknown as { _handle: { fd: number } })._handle.fd).ino;
}
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

describe("HolderCache", () => {
  it("finds a holder, and finds a new socket without waiting although it has just searched", async () => {
    const cache = new HolderCache();
    const first = await listen();
    expect(cache.find(new Set([first]), 0).holders.get(first)?.[0]?.pid).toBe(process.pid);
    const second = await listen();
    expect(cache.find(new Set([first, second]), 1).holders.get(second)?.[0]?.pid).toBe(process.pid);
  });

  it("does not name a holder that has let go of the socket", async () => {
    const cache = new HolderCache();
    const inode = await listen();
    cache.find(new Set([inode]), 0);
    const [server] = servers.splice(0);
    server?.close();
    await once(server as Server, "close");
    expect(cache.find(new Set([inode]), 1).holders.get(inode)).toBeUndefined();
  });

  it("keeps nothing of sockets that nobody asks for any more", async () => {
    const cache = new HolderCache();
    const inode = await listen();
    cache.find(new Set([inode]), 0);
    expect(cache.find(new Set(), 1).holders.size).toBe(0);
  });
});
