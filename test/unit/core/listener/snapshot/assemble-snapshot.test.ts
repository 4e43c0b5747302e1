import { describe, expect, it } from "vitest";
import { assembleSnapshot } from "../../../../../src/core/listener/snapshot/assemble-snapshot.ts";
import { listenerDocument } from "../../../../../src/core/listener/snapshot/snapshot-document.ts";
import type {
  NamespaceReadings,
  SnapshotReadings,
} from "../../../../../src/core/listener/snapshot/snapshot-readings.ts";
import { listenerRow, requestRow } from "../rows.ts";

function readings({
  holders = new Map(),
  containers = new Map(),
  ...changes
}: Partial<SnapshotReadings> & Partial<NamespaceReadings>): SnapshotReadings {
  const sysctls = {
    somaxconn: 4096,
    tcp_max_syn_backlog: 2048,
    tcp_syncookies: 1,
    tcp_abort_on_overflow: 0,
    tcp_synack_retries: 5,
  };
  return {
    takenAt: new Date("2026-11-01T12:00:00Z"),
    kernel: { release: "6.18.44", version: "6.18.44" },
    namespaces: [
      {
        namespace: { inode: 4026531840, name: null, self: true, counters: { ListenDrops: 3 }, sysctls },
        tcp: [],
        mptcp: [],
        unix: [],
        ...changes,
      },
    ],
    holders,
    containers,
  };
}

describe("assembleSnapshot", () => {
  it("describes a listener with every key of the contract, null where nothing is known", () => {
    const row = listenerRow({ port: 8080, receiveQueue: 6, sendQueue: 5, drops: 7, inode: 99 });
    const holders = new Map([
      [
        99,
        [
          { pid: 10, name: "node", fd: 18 },
          { pid: 11, name: "node", fd: 18 },
        ],
      ],
    ]);
    const { listeners } = assembleSnapshot(readings({ tcp: [row, requestRow("10.0.0.1", 8080)], holders }));
    expect(listeners.map(listenerDocument)).toEqual([
      {
        namespace: 4026531840,
        protocol: "tcp",
        family: "ipv4",
        v6only: null,
        address: "0.0.0.0",
        port: 8080,
        path: null,
        group: null,
        acceptQueue: { length: 6, limit: 5, capacity: 6 },
        synQueue: { length: 1, limit: 5, capacity: 6 },
        drops: 7,
        refusals: { value: 3, exact: false },
        process: { pid: 10, name: "node", fd: 18 },
        container: null,
        limitSetBy: "application",
        limitSetByEvidence: expect.stringContaining("5"),
        findings: [],
      },
    ]);
  });

  it("says when, where and on which kernel", () => {
    const snapshot = assembleSnapshot(readings({}));
    expect(snapshot).toMatchObject({
      takenAt: "2026-11-01T12:00:00.000Z",
      kernel: { release: "6.18.44", era: "6.14", eraBy: "version" },
      namespaces: [{ inode: 4026531840, self: true }],
      listeners: [],
      findings: [],
    });
  });

  it("shows the release, and takes the SYN queue's rule from the version of the source", () => {
    const capacityOn = (version: string) => {
      const kernel = { release: "6.1.0-55-cloud-amd64", version };
      const snapshot = assembleSnapshot({ ...readings({ tcp: [listenerRow({ sendQueue: 5 })] }), kernel });
      expect(snapshot.kernel.release).toBe(kernel.release);
      return snapshot.listeners[0]?.synQueue.capacity;
    };
    expect(capacityOn("6.1.192")).toBe(6);
    expect(capacityOn("6.1.100")).toBe(5);
  });

  it("leaves drops and process null where the kernel or the user's rights give none", () => {
    const { listeners } = assembleSnapshot(readings({ tcp: [listenerRow({ drops: null })] }));
    expect(listeners[0]).toMatchObject({ drops: null, process: null });
  });

  it("shows an MPTCP listener once, with the drops of its TCP row", () => {
    const tcp = listenerRow({ port: 6000, inode: 50, drops: 4 });
    const plain = listenerRow({ port: 6001, inode: 51 });
    const mptcp = listenerRow({ port: 6000, inode: 50, drops: 0 });
    const { listeners } = assembleSnapshot(readings({ tcp: [tcp, plain], mptcp: [mptcp] }));
    expect(listeners.map(({ port, protocol, drops }) => [port, protocol, drops])).toEqual([
      [6000, "mptcp", 4],
      [6001, "tcp", 0],
    ]);
  });

  it("joins an MPTCP listener with a TCP row that has no inode of its own, and names its process", () => {
    const tcp = listenerRow({ port: 6000, inode: 0, drops: 4 });
    const mptcp = listenerRow({ port: 6000, inode: 50 });
    const holders = new Map([[50, [{ pid: 7, name: "d", fd: 3 }]]]);
    const { listeners } = assembleSnapshot(readings({ tcp: [tcp], mptcp: [mptcp], holders }));
    expect(listeners).toHaveLength(1);
    expect(listeners[0]).toMatchObject({ protocol: "mptcp", drops: 4, process: { pid: 7 } });
  });

  it("takes no TCP listener for MPTCP on a kernel that answers the MPTCP question with its TCP table", () => {
    const tcp = listenerRow();
    const { listeners } = assembleSnapshot(readings({ tcp: [tcp], mptcp: [{ ...tcp }] }));
    expect(listeners.map(({ protocol }) => protocol)).toEqual(["tcp"]);
  });

  it("gives the members of a SO_REUSEPORT group the same group, and a lone listener none", () => {
    const tcp = [
      listenerRow({ address: "::", port: 80, inode: 1 }),
      listenerRow({ address: "::", port: 80, inode: 2 }),
      listenerRow({ address: "::1", port: 80 }),
      listenerRow({ address: "0.0.0.0", port: 80 }),
    ];
    const { listeners } = assembleSnapshot(readings({ tcp }));
    expect(listeners.map(({ group }) => group)).toEqual(["[::]:80", "[::]:80", null, null]);
  });

  it("counts a socket once that a dump shows twice", () => {
    const row = listenerRow();
    expect(assembleSnapshot(readings({ tcp: [row, { ...row }] })).listeners).toMatchObject([{ group: null }]);
  });
});
