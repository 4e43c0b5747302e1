import { afterEach, describe, expect, it } from "vitest";
import { ListenerLookup } from "../../src/system/linux/netlink/listener-lookup.ts";
import { SockDiag } from "../../src/system/linux/netlink/sock-diag.ts";
import { ownSocketDescriptors } from "../../src/system/linux/proc/own-sockets.ts";
import { closeSocket, openListener, setIntegerOption } from "../../src/system/linux/socket/tcp-socket.ts";

const [SOL_SOCKET, SO_RCVBUF] = [1, 8];
const MANY = 64;
const open: number[] = [];
afterEach(() => {
  for (const fd of open.splice(0)) closeSocket(fd);
});

/** The sockets that a piece of work leaves open. */
function openedBy<T>(work: () => T): [T, number[]] {
  const before = ownSocketDescriptors();
  const result = work();
  return [result, [...ownSocketDescriptors()].flatMap(([inode, fd]) => (before.has(inode) ? [] : [fd]))];
}

/** As small as the kernel makes it: a few answers fit. */
function shrink(fds: readonly number[]): void {
  for (const fd of fds) setIntegerOption(fd, SOL_SOCKET, SO_RCVBUF, 1);
}

describe.skipIf(process.platform !== "linux")("answers that the kernel cannot deliver (ENOBUFS)", () => {
  const listen = (count: number) => {
    for (let made = 0; made < count; made++)
      open.push(openListener({ address: "127.0.0.1", port: 21_000 + made, backlog: 5 }));
  };
  const names = () =>
    withDiag((diag) => diag.sockets(["LISTEN"], ["ipv4"]))
      .filter(({ local }) => local.port >= 21_000 && local.port < 21_000 + MANY)
      .map(({ family, local, interfaceIndex, cookie }) => ({ family, ...local, interfaceIndex, cookie }));
  const ask = (lookup: ListenerLookup): number => {
    let answers = 0;
    lookup.ask(() => {
      answers += 1;
    });
    return answers;
  };

  it("to many questions at once are counted, what came is used, and the next question is answered", () => {
    listen(MANY);
    const all = names();
    expect(all).toHaveLength(MANY);
    const [lookup, fds] = openedBy(() => new ListenerLookup());
    lookup.setListeners(all);
    expect([ask(lookup), lookup.overruns]).toEqual([MANY, 0]);
    shrink(fds);
    const answered = ask(lookup);
    expect(answered).toBeGreaterThan(0);
    expect(answered).toBeLessThan(MANY);
    expect(lookup.overruns).toBeGreaterThan(0);
    lookup.setListeners(all.slice(0, 1));
    expect(ask(lookup)).toBe(1);
    lookup.close();
  });

  it("cannot happen to a dump, which waits until there is room", () => {
    listen(MANY);
    const [diag, fds] = openedBy(() => new SockDiag());
    shrink(fds);
    const rows = diag.sockets(["LISTEN"], ["ipv4"]).filter(({ local }) => local.port >= 21_000);
    expect(rows.filter(({ local }) => local.port < 21_000 + MANY)).toHaveLength(MANY);
    diag.close();
  });
});

function withDiag<T>(work: (diag: SockDiag) => T): T {
  const diag = new SockDiag();
  try {
    return work(diag);
  } finally {
    diag.close();
  }
}
