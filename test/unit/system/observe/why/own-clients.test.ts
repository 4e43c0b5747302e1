import { describe, expect, it } from "vitest";
import type { InetDiagSocket } from "../../../../../src/core/wire/netlink/inet-diag-message.ts";
import type { DumpOptions } from "../../../../../src/system/linux/netlink/sock-diag.ts";
import { ownClients, waitingClientEnds } from "../../../../../src/system/observe/why/own-clients.ts";

const end = (inode: number, local: [string, number], remote: [string, number]): InetDiagSocket =>
  ({
    inode,
    local: { address: local[0], port: local[1] },
    remote: { address: remote[0], port: remote[1] },
  }) as InetDiagSocket;

/** A kernel in which somebody waits at port 80, by these rows. */
const kernel = (untaken: readonly InetDiagSocket[], ends: readonly InetDiagSocket[]) => {
  const asked: DumpOptions[] = [];
  const sockets = (_: unknown, __: unknown, options: DumpOptions = {}): InetDiagSocket[] => {
    asked.push(options);
    const { onlyUntaken = false, localPort = 0, remotePort = 0 } = options;
    return (onlyUntaken ? untaken : ends).filter(
      ({ local, remote }) =>
        (localPort === 0 || local.port === localPort) && (remotePort === 0 || remote.port === remotePort),
    );
  };
  return { diag: { sockets }, asked };
};

describe("waitingClientEnds", () => {
  it("takes the clients' ends of those that wait, and of nobody else", () => {
    const waits = end(0, ["::ffff:127.0.0.1", 80], ["::ffff:127.0.0.1", 5000]);
    const { diag } = kernel(
      [waits],
      [
        end(71, ["127.0.0.1", 5000], ["127.0.0.1", 80]),
        end(72, ["127.0.0.1", 5001], ["127.0.0.1", 80]),
        end(73, ["127.0.0.1", 5000], ["127.0.0.1", 81]),
      ],
    );
    expect([...waitingClientEnds(diag, 80)]).toEqual([71]);
  });

  it("does not walk the table of connections where nobody waits", () => {
    const { diag, asked } = kernel([], [end(71, ["127.0.0.1", 5000], ["127.0.0.1", 80])]);
    expect(waitingClientEnds(diag, 80).size).toBe(0);
    expect(asked.map(({ onlyUntaken }) => onlyUntaken)).toEqual([true]);
  });
});

it("names the holder that has most of them, and nobody if none has any", () => {
  const holders = [1, 2, 3].map((pid) => ({ pid, name: "php", fd: 4 }));
  const sockets: Record<number, number[]> = { 1: [9], 2: [71, 72], 3: [71] };
  const inodesOf = (pid: number): number[] => sockets[pid] ?? [];
  expect(ownClients(new Set([71, 72]), holders, inodesOf)).toEqual({ process: holders[1], connections: 2 });
  expect(ownClients(new Set([70]), holders, inodesOf)).toBeNull();
  expect(ownClients(new Set(), holders, inodesOf)).toBeNull();
});
