import { once } from "node:events";
import { fstatSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  findSocketHolders,
  holderOrder,
  socketInode,
} from "../../../../../src/system/linux/proc/processes.ts";

describe("holderOrder", () => {
  it("puts the lowest pid first and PID 1 last", () => {
    expect(holderOrder([30, 1, 200, 4])).toEqual([4, 30, 200, 1]);
    expect(holderOrder([1])).toEqual([1]);
  });
});

describe("socketInode", () => {
  it("reads the inode of a socket link and of no other", () => {
    expect(socketInode("socket:[8914]")).toBe(8914);
    expect(socketInode("pipe:[8914]")).toBeNull();
    expect(socketInode("/tmp/socket:[1]")).toBeNull();
  });
});

describe("findSocketHolders", () => {
  const server = createServer();
  let fd = -1;
  beforeAll(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    // Node keeps its descriptor in an internal handle.
    fd = (server as unknown as { _handle: { fd: number } })._handle.fd;
  });
  afterAll(() => {
    server.close();
  });

  it("finds this process by the inode of its own listener, with the descriptor and the kernel's name", () => {
    const inode = fstatSync(fd).ino;
    const { holders } = findSocketHolders([inode]);
    const name = readFileSync("/proc/self/comm", "utf8").trim();
    expect(holders.get(inode)).toEqual([{ pid: process.pid, name, fd }]);
  });

  it("finds nobody for an inode that no socket has, and does not confuse a file's inode with a socket's", () => {
    const inode = statSync(new URL(import.meta.url)).ino;
    expect(findSocketHolders([inode, 4_294_967_295]).holders.size).toBe(0);
  });

  it("looks at no process when no inode is wanted", () => {
    expect(findSocketHolders([])).toEqual({ holders: new Map(), hiddenProcesses: 0 });
  });
});
