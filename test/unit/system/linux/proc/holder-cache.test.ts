import { once } from "node:events";
import { fstatSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { HolderCache } from "../../../../../src/system/linux/proc/holder-cache.ts";

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

/** Asks and waits for the answer. */
function holderOf(
  cache: HolderCache,
  wanted: readonly number[],
  inode: number,
  nowMs: number,
): number | undefined {
  cache.want(new Set(wanted), nowMs);
  cache.finish();
  return cache.holders.get(inode)?.[0]?.pid;
}

describe("HolderCache", () => {
  it("finds a holder, and finds a new socket without waiting although it has just searched", async () => {
    const cache = new HolderCache();
    const first = await listen();
    expect(holderOf(cache, [first], first, 0)).toBe(process.pid);
    const second = await listen();
    expect(holderOf(cache, [first, second], second, 1)).toBe(process.pid);
  });

  it("does not name a holder that has let go of the socket, nor of one among several", async () => {
    const cache = new HolderCache();
    const inodes = [await listen(), await listen(), await listen()];
    holderOf(cache, inodes, inodes[0] ?? 0, 0);
    const [server] = servers.splice(1, 1);
    server?.close();
    await once(server as Server, "close");
    // One link of a process is read at a time, so after three checks each was.
    for (const nowMs of [1, 2, 3]) holderOf(cache, inodes, inodes[1] ?? 0, nowMs);
    expect(cache.holders.get(inodes[1] ?? 0)).toBeUndefined();
    expect(cache.holders.get(inodes[2] ?? 0)?.[0]?.pid).toBe(process.pid);
  });

  it("searches in steps, and goes on for sockets that were wanted meanwhile", async () => {
    const cache = new HolderCache();
    const first = await listen();
    cache.want(new Set([first]), 0);
    expect(cache.isSearching).toBe(true);
    expect(cache.holders.size).toBe(0);
    const second = await listen();
    cache.want(new Set([first, second]), 1);
    let steps = 0;
    for (; cache.isSearching; steps += 1) cache.step(0.01);
    expect(steps).toBeGreaterThan(1);
    expect(new Set(cache.holders.keys())).toEqual(new Set([first, second]));
  });

  it("looks again only after a while for a socket that nobody holds", async () => {
    const cache = new HolderCache();
    const nobodys = 0x7fff_fff0;
    expect(holderOf(cache, [nobodys], nobodys, 0)).toBeUndefined();
    cache.want(new Set([nobodys]), 4_999);
    expect(cache.isSearching).toBe(false);
    cache.want(new Set([nobodys]), 5_000);
    expect(cache.isSearching).toBe(true);
  });

  it("keeps nothing of sockets that nobody asks for any more", async () => {
    const cache = new HolderCache();
    const inode = await listen();
    holderOf(cache, [inode], inode, 0);
    cache.want(new Set(), 1);
    expect(cache.holders.size).toBe(0);
  });
});
