import { describe, expect, it } from "vitest";
import {
  formatListenerTable,
  type ListenerLine,
} from "../../../../../src/core/report/text/listener-table.ts";

function line(changes: Partial<ListenerLine>): ListenerLine {
  return {
    protocol: "tcp",
    v6only: null,
    address: "127.0.0.1",
    port: 8080,
    path: null,
    namespace: 1,
    container: null,
    group: null,
    acceptQueue: { length: 0, limit: 128, capacity: 129 },
    synQueue: { length: 0, capacity: 129 },
    drops: 0,
    process: { pid: 42, name: "node" },
    limitSetBy: "application",
    ...changes,
  };
}
const plain = {
  columns: null,
  paint: (_: unknown, text: string) => text,
  hiddenProcesses: 0,
  isSelection: false,
  namespaces: null,
};
const linesOf = (listeners: ListenerLine[], options = {}) =>
  formatListenerTable(listeners, { ...plain, ...options }).split("\n");

describe("formatListenerTable", () => {
  it("shows each listener on one line under headings", () => {
    expect(
      formatListenerTable([line({ acceptQueue: { length: 2, limit: 1, capacity: 2 }, drops: 6 })], plain),
    ).toBe(
      "LISTENER        ACCEPT QUEUE  LIMIT  SET BY       SYN QUEUE  DROPS  PROCESS\n" +
        "127.0.0.1:8080  2 of 2 FULL       1  application  0 of 129       6  node 42\n",
    );
  });

  it("puts the fullest first, by share and not by number, then the lowest port", () => {
    const lines = linesOf([
      line({ port: 3 }),
      line({ port: 2 }),
      line({ port: 4, acceptQueue: { length: 60, limit: 128, capacity: 129 } }),
      line({ port: 5, acceptQueue: { length: 2, limit: 1, capacity: 2 } }),
    ]);
    expect(lines.slice(1, 5).map((text) => text.split(" ")[0])).toEqual([
      "127.0.0.1:5",
      "127.0.0.1:4",
      "127.0.0.1:2",
      "127.0.0.1:3",
    ]);
  });

  it("says that there is none, or none of those asked for", () => {
    expect(linesOf([])[0]).toBe("no listeners here");
    expect(linesOf([], { isSelection: true })[0]).toBe("no such listener here");
  });

  it("prints ? for what is not known", () => {
    const unknown = line({ synQueue: { length: null, capacity: null }, drops: null, process: null });
    expect(linesOf([unknown])[1]).toMatch(/\? of \? +\? +\?$/);
  });

  it("says why processes are missing: other users' need root, others are not visible at all", () => {
    const hidden = [line({ process: null }), line({ process: null, port: 1 }), line({ port: 2 })];
    expect(linesOf(hidden, { hiddenProcesses: 9 }).at(-2)).toBe(
      "the processes of 2 listeners are hidden from this user; run it as root to see all",
    );
    expect(linesOf([line({ process: null })]).at(-2)).toMatch(/another PID namespace/);
    expect(linesOf([line({})], { hiddenProcesses: 9 })).toHaveLength(3);
  });

  it("breaks what stands below the table where the terminal ends", () => {
    expect(linesOf([line({ process: null })], { columns: 60 }).slice(-3)).toEqual([
      "the process of one listener is not visible here: the",
      "kernel's own, or in another PID namespace",
      "",
    ]);
  });

  it("explains the unknown SYN queue of a reuseport member", () => {
    const text = linesOf([line({ group: "127.0.0.1:8080", synQueue: { length: null, capacity: 129 } })]).join(
      "\n",
    );
    expect(text).toContain("(reuseport)");
    expect(text).toMatch(/which member of a reuseport group/);
  });

  it("marks MPTCP and IPv6-only listeners", () => {
    expect(linesOf([line({ protocol: "mptcp" })])[1]).toContain("127.0.0.1:8080 (mptcp)");
    expect(linesOf([line({ address: "::", v6only: true })])[1]).toContain("[::]:8080 (IPv6 only)");
    expect(linesOf([line({ address: "::1", v6only: true })])[1]).not.toContain("only");
  });

  it("fits a narrow terminal by giving up SET BY, then LIMIT, then the end of the process's name, never its pid", () => {
    const listeners = [line({ process: { pid: 123_456, name: "a-long-name-xyz" } })];
    const widest = (columns: number) =>
      Math.max(...linesOf(listeners, { columns }).map((text) => text.length));
    expect(linesOf(listeners, { columns: 200 })[0]).toContain("SET BY");
    for (const columns of [80, 70, 62]) expect(widest(columns)).toBeLessThanOrEqual(columns);
    expect(linesOf(listeners, { columns: 80 })[0]).not.toContain("SET BY");
    expect(linesOf(listeners, { columns: 62 })[1]).toMatch(/ a-long… 123456$/);
  });

  it("does not let a process's name steer the terminal or break the table", () => {
    const text = linesOf([line({ process: { pid: 1, name: "a\u001b[2J\nb" } })]);
    expect(text[1]).toMatch(/a\ufffd\[2J\ufffdb 1$/);
    expect(text).toHaveLength(3);
  });

  it("paints a full queue, a filling one and the headings, each in its tone", () => {
    const tones: string[] = [];
    const paint = (tone: string, text: string) => {
      tones.push(`${tone} ${text}`);
      return text;
    };
    linesOf(
      [
        line({ acceptQueue: { length: 2, limit: 1, capacity: 2 } }),
        line({ acceptQueue: { length: 3, limit: 3, capacity: 4 } }),
        line({}),
      ],
      { paint },
    );
    expect(tones).toContain("bad 2 of 2 FULL");
    expect(tones).toContain("warning 3 of 4");
    expect(tones.filter((tone) => !tone.startsWith("title"))).toHaveLength(2);
  });
});
