import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { InetDiagSocket } from "../../../../../src/core/wire/netlink/inet-diag-message.ts";
import type { UnixDiagSocket } from "../../../../../src/core/wire/netlink/unix-diag.ts";
import { StandingClients } from "../../../../../src/system/observe/why/standing-clients.ts";

function socket(address: string, port: number, more: Partial<InetDiagSocket> = {}): InetDiagSocket {
  return {
    family: "ipv4",
    state: "ESTABLISHED",
    timer: 0,
    retransmits: 0,
    local: { address, port },
    remote: { address: "192.0.2.1", port: 50_000 },
    interfaceIndex: 0,
    cookie: 0n,
    expiresMs: 0,
    receiveQueue: 0,
    sendQueue: 0,
    uid: 0,
    inode: 0,
    skmeminfo: null,
    shutdown: null,
    v6only: null,
    protocol: null,
    info: null,
    ...more,
  };
}

const listener = (address: string, port: number, receiveQueue: number) =>
  socket(address, port, { state: "LISTEN", receiveQueue, sendQueue: 5 });
const client = (address: string, port: number, cookie: bigint) => socket(address, port, { cookie });
const unixListener = (...pending: number[]): UnixDiagSocket => ({
  type: 1,
  state: "LISTEN",
  inode: 9,
  cookie: 9n,
  name: null,
  receiveQueue: pending.length,
  sendQueue: 5,
  uid: 0,
  pending,
});

/** The kernel's table, whose content a test replaces. */
class Table {
  now: InetDiagSocket[] = [];
  readonly sockets = vi.fn(() => this.now);
}

describe("clients that stand from the first look to the last", () => {
  const table = new Table();
  const cookiesAt = (standing: StandingClients, one: InetDiagSocket) =>
    standing.at(one).map(({ cookie }) => cookie);

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["performance"] });
    table.now = [];
    table.sockets.mockClear();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("are those that both looks show, each at its own listener", () => {
    const listeners = [listener("127.0.0.1", 80, 2), listener("127.0.0.1", 81, 1)];
    table.now = [
      client("127.0.0.1", 80, 1n),
      client("127.0.0.1", 80, 2n),
      client("127.0.0.1", 81, 3n),
      client("127.0.0.2", 80, 4n),
    ];
    const standing = new StandingClients(table, listeners, []);
    vi.advanceTimersByTime(1000);
    table.now = [...table.now.filter(({ cookie }) => cookie !== 2n), client("127.0.0.1", 80, 5n)];
    standing.end(listeners);
    expect(listeners.map((one) => cookiesAt(standing, one))).toEqual([[1n], [3n]]);
  });

  it.each(["0.0.0.0", "::"])("at a listener on %s are those of every address of its port", (address) => {
    const all = listener(address, 80, 3);
    table.now = [client("127.0.0.1", 80, 1n), client("192.0.2.9", 80, 2n), client("127.0.0.1", 81, 3n)];
    const standing = new StandingClients(table, [all], []);
    vi.advanceTimersByTime(1000);
    standing.end([all]);
    expect(cookiesAt(standing, all)).toEqual([1n, 2n]);
  });

  it("are nobody at a listener whose queue is empty in the end", () => {
    table.now = [client("127.0.0.1", 80, 1n)];
    const standing = new StandingClients(table, [listener("127.0.0.1", 80, 1)], []);
    vi.advanceTimersByTime(1000);
    const [emptied, other] = [listener("127.0.0.1", 80, 0), listener("127.0.0.1", 81, 1)];
    standing.end([emptied, other]);
    expect(standing.at(emptied)).toEqual([]);
  });

  it("prove nothing within less than a second", () => {
    const one = listener("127.0.0.1", 80, 1);
    table.now = [client("127.0.0.1", 80, 1n)];
    const standing = new StandingClients(table, [one], [unixListener(4)]);
    vi.advanceTimersByTime(999);
    standing.end([one]);
    expect([standing.at(one), standing.atUnix(unixListener(4))]).toEqual([[], []]);
  });

  it("cost no walk of the table where nobody waits", () => {
    const idle = listener("127.0.0.1", 80, 0);
    const standing = new StandingClients(table, [idle], []);
    vi.advanceTimersByTime(1000);
    standing.end([listener("127.0.0.1", 80, 3)]);
    expect(table.sockets).not.toHaveBeenCalled();
  });

  it("of a unix listener are the inodes that both looks show", () => {
    const standing = new StandingClients(table, [], [unixListener(4, 5)]);
    vi.advanceTimersByTime(1000);
    standing.end([]);
    expect(standing.atUnix(unixListener(5, 6))).toEqual([5]);
  });
});
