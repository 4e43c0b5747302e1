import { afterEach, describe, expect, it } from "vitest";
import { EPOLL, SocketWatch } from "../../../../../src/system/linux/socket/epoll.ts";
import {
  closeSocket,
  connectTo,
  localEndpoint,
  openListener,
  openTcpSocket,
} from "../../../../../src/system/linux/socket/tcp-socket.ts";

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0).reverse()) close();
});

describe.skipIf(process.platform !== "linux")("many sockets under one descriptor", () => {
  it("are each told of once, also when more are added and asked for while some are being told of", async () => {
    const listener = openListener({ address: "127.0.0.1", port: 0, backlog: 20 });
    open.push(() => closeSocket(listener));
    const port = Number(localEndpoint(listener).split(":")[1]);
    const sockets = Array.from({ length: 8 }, () => {
      const fd = openTcpSocket("127.0.0.1");
      open.push(() => closeSocket(fd));
      connectTo(fd, "127.0.0.1", port);
      return fd;
    });
    const [early, late] = [sockets.slice(0, 4), sockets.slice(4)];
    const told: number[] = [];
    const watch: SocketWatch = new SocketWatch((fd) => {
      told.push(fd);
      if (told.length > 1) return;
      for (const one of late) watch.add(one, one, EPOLL.OUT);
      watch.poll();
    });
    open.push(() => watch.close());
    for (const one of early) watch.add(one, one, EPOLL.OUT);
    watch.poll();
    await expect.poll(() => told.length).toBeGreaterThanOrEqual(8);
    expect([...told].sort((a, b) => a - b)).toEqual([...sockets].sort((a, b) => a - b));
  });
});
