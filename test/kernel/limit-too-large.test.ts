/**
 * `limit-too-large` on this kernel: who is taken has waited for ten seconds. The clients of all its tests wait at once, and
 * their age is the kernel's, so that nothing here sleeps.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  acceptFrom,
  closeSocket,
  connectTo,
  openListener,
  openTcpSocket,
  resetOnClose,
} from "../../src/system/linux/socket/tcp-socket.ts";
import { hasOwnNamespace } from "../support/own-namespace.ts";
import { findingOf, watchWhile } from "../support/watch-while.ts";

const ADDRESS = "127.0.0.1";
const PATIENCE_MS = 10_000;
const PORTS = { slow: 8101, reset: 8102, both: 8103, brisk: 8104 } as const;

describe.skipIf(!hasOwnNamespace)("limit-too-large (needs root, for a namespace of its own)", () => {
  const open = new Set<number>();
  const listeners = new Map<number, number>();
  const clients = new Map<number, number[]>();
  const keep = (fd: number): number => {
    open.add(fd);
    return fd;
  };
  const close = (fd: number): void => {
    closeSocket(fd);
    open.delete(fd);
  };
  /** Over loopback a client is in the queue when connect() has returned. */
  const fill = (port: number, count: number): void => {
    listeners.set(port, keep(openListener({ address: ADDRESS, port, backlog: 10 })));
    const fds = Array.from({ length: count }, () => keep(openTcpSocket(ADDRESS)));
    for (const fd of fds) connectTo(fd, ADDRESS, port);
    clients.set(port, fds);
  };
  const take = (port: number): void => {
    const accepted = acceptFrom(listeners.get(port) ?? -1);
    if (typeof accepted === "number") throw new Error(`nobody waits on port ${port}`);
    keep(accepted.fd);
  };
  /** The client in that place of the queue, the first being 0. */
  const reset = (port: number, place: number): void => {
    const fd = clients.get(port)?.[place] ?? -1;
    resetOnClose(fd);
    close(fd);
  };
  const untilOld = async (port: number): Promise<void> => {
    const age = async () => (await watchWhile(port, () => undefined)).waiting?.oldestMs;
    await expect.poll(age, { interval: 200 }).toBeGreaterThan(PATIENCE_MS);
  };

  beforeAll(() => {
    for (const port of [PORTS.slow, PORTS.reset, PORTS.both]) fill(port, 4);
  });
  afterAll(() => {
    for (const fd of open) closeSocket(fd);
  });

  it("is told of a server that takes clients who have waited for so long", async () => {
    await untilOld(PORTS.slow);
    const seen = await watchWhile(PORTS.slow, () => take(PORTS.slow));
    const finding = findingOf(seen, "limit-too-large");
    expect(finding?.title).toMatch(/waited for 1\d\.\d s/);
    expect(finding?.evidence.text).toMatch(/^3 wait, the oldest for 1\d\.\d s; 1 were accepted in /);
    expect(seen.waiting).toMatchObject({ stillWaiting: 3, left: 1, takenAtLeast: 1, reset: 0 });
  });

  it("is not told where a client reset meanwhile and nobody was taken", async () => {
    await untilOld(PORTS.reset);
    const seen = await watchWhile(PORTS.reset, () => reset(PORTS.reset, 1));
    // Its row is gone, and its place is not.
    expect(seen.waiting).toMatchObject({ stillWaiting: 3, left: 1, takenAtLeast: 0, reset: 1 });
    expect(seen.acceptQueue.length).toBe(4);
    expect(findingOf(seen, "limit-too-large")).toBeUndefined();
  });

  it("is told where one reset and another was taken", async () => {
    await untilOld(PORTS.both);
    const seen = await watchWhile(PORTS.both, () => {
      reset(PORTS.both, 2);
      take(PORTS.both);
    });
    expect(seen.waiting).toMatchObject({ left: 2, takenAtLeast: 1, reset: 1 });
    expect(findingOf(seen, "limit-too-large")).toBeDefined();
  });

  it("is not told where nobody has waited for long", async () => {
    fill(PORTS.brisk, 4);
    const seen = await watchWhile(PORTS.brisk, () => take(PORTS.brisk));
    expect(seen.waiting).toMatchObject({ takenAtLeast: 1 });
    expect(findingOf(seen, "limit-too-large")).toBeUndefined();
  });
});
