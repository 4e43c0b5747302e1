import { describe, expect, it } from "vitest";
import type { Finding } from "../../../../src/core/finding.ts";
import { assembleSnapshot } from "../../../../src/core/listener/snapshot/assemble-snapshot.ts";
import { plain } from "../../../../src/core/report/layout/paint.ts";
import { formatFindingLines } from "../../../../src/core/report/text/finding-lines.ts";
import { preferProcess, selectListeners } from "../../../../src/system/observe/select-listeners.ts";
import { listenerRow } from "../../core/listener/rows.ts";

const sysctls = {
  somaxconn: null,
  tcp_max_syn_backlog: null,
  tcp_syncookies: null,
  tcp_abort_on_overflow: null,
  tcp_synack_retries: null,
};
const snapshot = assembleSnapshot({
  takenAt: new Date(0),
  kernel: { release: "6.18.44", version: "6.18.44" },
  namespaces: [
    {
      namespace: { inode: 1, name: null, self: true, counters: {}, sysctls },
      tcp: [
        listenerRow({ port: 80, inode: 1 }),
        listenerRow({ port: 81, inode: 2 }),
        listenerRow({ port: 82, inode: 3 }),
      ],
      mptcp: [],
      unix: [],
    },
  ],
  containers: new Map(),
  holders: new Map([
    [1, [{ pid: 10, name: "nginx", fd: 3 }]],
    [2, [{ pid: 11, name: "10", fd: 3 }]],
  ]),
});
const portsOf = (selection: Parameters<typeof selectListeners>[1]) =>
  selectListeners(snapshot, selection).listeners.map(({ port }) => port);

describe("selectListeners", () => {
  it("keeps all without a selection", () => {
    expect(portsOf({})).toEqual([80, 81, 82]);
  });

  it("selects by port, by process name, by pid, and by both", () => {
    expect(portsOf({ port: 81 })).toEqual([81]);
    expect(portsOf({ process: "nginx" })).toEqual([80]);
    expect(portsOf({ process: "11" })).toEqual([81]);
    expect(portsOf({ process: "nginx", port: 81 })).toEqual([]);
  });

  it("takes digits for a pid and also for a name", () => {
    expect(portsOf({ process: "10" })).toEqual([80, 81]);
  });
});

describe("selectListeners of a snapshot with another namespace", () => {
  const aborting = {
    inode: 2,
    name: "blue",
    self: false,
    counters: {},
    sysctls: { ...sysctls, tcp_abort_on_overflow: 1 },
  };
  const two = assembleSnapshot({
    takenAt: new Date(0),
    kernel: { release: "6.18.44", version: "6.18.44" },
    namespaces: [
      {
        namespace: { inode: 1, name: null, self: true, counters: {}, sysctls },
        tcp: [listenerRow({ port: 80 })],
        mptcp: [],
        unix: [],
      },
      { namespace: aborting, tcp: [listenerRow({ port: 90 })], mptcp: [], unix: [] },
    ],
    containers: new Map(),
    holders: new Map(),
  });

  it("has findings about the namespaces of what was selected, and about no other", () => {
    const codesOf = (port: number) => selectListeners(two, { port }).findings.map(({ code }) => code);
    expect(codesOf(90)).toEqual(["abort-on-overflow-on"]);
    expect(codesOf(80)).toEqual([]);
  });

  it("names the namespace of a listener that has findings, where there are several", () => {
    const finding = { code: "x", severity: "info", title: "T.", remedy: [] } as unknown as Finding;
    const listeners = two.listeners.map((listener) => ({ ...listener, findings: [finding] }));
    const options = { width: 100, paint: plain };
    const namespaces = new Map([
      [1, "self"],
      [2, "blue"],
    ]);
    const text = formatFindingLines({ listeners, findings: [] }, { ...options, namespaces });
    expect(text).toContain("T. (0.0.0.0:80 in self, 0.0.0.0:90 in blue)");
    expect(formatFindingLines({ listeners, findings: [] }, options)).toContain("(0.0.0.0:80, 0.0.0.0:90)");
  });
});

describe("preferProcess", () => {
  it("puts the holder that was asked for first", () => {
    const holders = new Map([
      [
        1,
        [
          { pid: 10, name: "master", fd: 3 },
          { pid: 12, name: "worker", fd: 3 },
        ],
      ],
    ]);
    expect(preferProcess(holders, "12").get(1)?.[0]).toMatchObject({ pid: 12 });
    expect(preferProcess(holders, "other").get(1)?.[0]).toMatchObject({ pid: 10 });
  });
});
