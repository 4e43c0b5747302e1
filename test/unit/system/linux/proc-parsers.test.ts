import { describe, expect, it } from "vitest";
import { mountedNamespaces, namespaceInode } from "../../../../src/system/linux/namespace/namespace-list.ts";
import { cgroupPaths, parseFrozen, parseThrottling } from "../../../../src/system/linux/proc/cgroup-state.ts";
import { parseConntrackDrops, parseConntrackEntries } from "../../../../src/system/linux/proc/conntrack.ts";
import { parseFileLimits, parseStat, parseWchan } from "../../../../src/system/linux/proc/process-state.ts";
import { parseSysctlFile } from "../../../../src/system/linux/proc/sysctl-files.ts";

describe("parseStat", () => {
  const rest = "S 1 1 1 0 -1 4194560 1 2 3 4 150 50 7 3 20 0 1 0 12345 1000 10";

  it("reads state, CPU time, that of ended children, and start, whatever the name is", () => {
    for (const name of ["nginx", "a b) R (c", "x\ny", ")"])
      expect(parseStat(`7 (${name}) ${rest}`)).toEqual({
        state: "S",
        cpuTicks: 200,
        endedChildrenTicks: 10,
        startedTicks: 12345,
      });
  });

  it.each(["", "7 nginx S 1", "7 (nginx) S 1 2", "7 (nginx"])("knows nothing from %j", (line) => {
    expect(parseStat(line)).toBeNull();
  });
});

describe("parseFileLimits", () => {
  it("reads both, and null for none", () => {
    const line = (soft: string) =>
      `Max processes  1  2\nMax open files            ${soft}                 4096     files\n`;
    expect(parseFileLimits(line("1024"))).toEqual({ soft: 1024, hard: 4096 });
    expect(parseFileLimits(line("unlimited"))).toEqual({ soft: null, hard: 4096 });
    expect(parseFileLimits("")).toEqual({ soft: null, hard: null });
  });
});

describe("parseWchan", () => {
  it.each([
    ["hrtimer_nanosleep", "hrtimer_nanosleep"],
    ["0", null],
    ["", null],
  ])("reads %j", (text, name) => expect(parseWchan(text)).toBe(name));
});

describe("parseSysctlFile", () => {
  it("reads what sets something, in its order, and nothing else", () => {
    const text = "# net.core.a = 1\n; b=2\n\nnet.core.somaxconn=128\n -net/ipv4/x = 1 2  \nbroken\n";
    expect(parseSysctlFile(text)).toEqual([
      { key: "net.core.somaxconn", value: "128" },
      { key: "net/ipv4/x", value: "1 2" },
    ]);
  });
});

describe("control groups", () => {
  it("gives the path of each controller, paths with colons included", () => {
    const paths = cgroupPaths("4:cpu,cpuacct:/a\n0::/b:c\nbroken\n");
    expect(Object.fromEntries(paths)).toEqual({ cpu: "/a", cpuacct: "/a", "": "/b:c" });
  });

  it("tells frozen from not frozen in both versions", () => {
    expect(parseFrozen("populated 1\nfrozen 1\n")).toBe(true);
    expect(parseFrozen("populated 1\nfrozen 0\n")).toBe(false);
    expect(parseFrozen("FROZEN\n")).toBe(true);
    expect(parseFrozen("THAWED\n")).toBe(false);
    expect(parseFrozen(null)).toBeNull();
  });

  it("reads throttling in microseconds or nanoseconds", () => {
    const expected = { throttledPeriods: 3, throttledMs: 250 };
    expect(parseThrottling("nr_periods 9\nnr_throttled 3\nthrottled_usec 250000\n")).toEqual(expected);
    expect(parseThrottling("nr_periods 9\nnr_throttled 3\nthrottled_time 250000000\n")).toEqual(expected);
    expect(parseThrottling("usage_usec 5\n")).toEqual({ throttledPeriods: null, throttledMs: null });
  });
});

describe("parseConntrackDrops", () => {
  it("adds up drop, early_drop and insert_failed of all CPUs, which are hexadecimal", () => {
    const text =
      "entries  insert_failed drop early_drop error\n00000010  00000001 0000000a 00000000 00000009\n00000010  00000000 00000001 00000002 00000000\n";
    expect(parseConntrackDrops(text)).toBe(14);
    expect(parseConntrackDrops(null)).toBeNull();
    // Each CPU's line has the same number of entries.
    expect(parseConntrackEntries(text)).toBe(16);
    expect(parseConntrackEntries(null)).toBeNull();
  });
});

describe("namespaces", () => {
  it("finds mounts of network namespaces and no others, with blanks in their names", () => {
    const text = [
      "45 28 0:4 net:[4026532281] /run/netns/my\\040blue rw shared:9 - nsfs nsfs rw",
      "46 28 0:4 mnt:[4026532282] /run/x rw - nsfs nsfs rw",
      "47 28 8:1 / / rw - ext4 /dev/root rw",
      "",
    ].join("\n");
    expect(mountedNamespaces(text)).toEqual(["/run/netns/my blue"]);
  });

  it("reads the inode of a network namespace's link and of no other", () => {
    expect(namespaceInode("net:[4026531840]")).toBe(4026531840);
    expect(namespaceInode("mnt:[4026531840]")).toBeNull();
    expect(namespaceInode("")).toBeNull();
  });
});
