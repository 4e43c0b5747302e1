import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { run } from "../support/cli.ts";
import type { ExperimentEntry } from "../support/lab.ts";
import { inFolder, labRun, USERS } from "../support/lab.ts";
import { theOne } from "../support/lookups.ts";

const list = await run(["lab", "list", "--json"]);
const { experiments } = JSON.parse(list.stdout) as { experiments: { name: string; question: string }[] };

/** Every claim holds, each with evidence that is in the trace. */
function expectHolds({ verdict, claims, trace }: ExperimentEntry): void {
  const failing = claims.filter((claim) => !claim.holds).map(({ id, evidence }) => `${id}: ${evidence.text}`);
  expect(failing).toEqual([]);
  expect(verdict).toBe("holds");
  expect(claims.length).toBeGreaterThan(0);
  for (const { evidence } of claims) {
    for (const number of evidence.packets) expect(trace.packets[number - 1]?.number).toBe(number);
    for (const call of evidence.calls) expect(trace.calls).toContainEqual(call);
    for (const sample of evidence.samples) expect(trace.samples).toContainEqual(sample);
  }
}

describe("the built-in experiments", () => {
  it("are listed, the published one among them", () => {
    expect(list.code).toBe(0);
    expect(experiments.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["overflow-drop", "overflow-abort"]),
    );
  });
});

describe.concurrent("on this kernel every claim holds", () => {
  it.for(experiments)("of $name", async ({ name, question }, ctx) => {
    const { document, code, stderr } = await labRun(ctx, [name]);
    const entry = theOne(document.experiments);
    expectHolds(entry);
    expect([entry.name, entry.question]).toEqual([name, question]);
    expect(entry.artifacts).toEqual({ pcap: null, report: null });
    expect(code, stderr).toBe(0);
  });

  it("of overflow-abort over IPv6", async (ctx) => {
    const { document, code } = await labRun(ctx, ["overflow-abort", "--ipv6"]);
    const entry = theOne(document.experiments);
    expectHolds(entry);
    expect(entry.trace.packets.every(({ from }) => from.startsWith("[2001:db8::"))).toBe(true);
    expect(code).toBe(0);
  });

  it.for(USERS)("of overflow-abort, as $user", async ({ uid }, ctx) => {
    const { document, code } = await labRun(ctx, ["overflow-abort"], { uid });
    expectHolds(theOne(document.experiments));
    expect(code).toBe(0);
  });

  it("of two runs of one experiment side by side, in two processes and in one", async (ctx) => {
    const [one, other] = await Promise.all([
      labRun(ctx, ["overflow-abort"]),
      labRun(ctx, ["overflow-abort", "overflow-drop"]),
    ]);
    for (const { document, code } of [one, other]) {
      for (const entry of document.experiments) expectHolds(entry);
      expect(code).toBe(0);
    }
    expect(other.document.experiments.map(({ name }) => name)).toEqual(["overflow-abort", "overflow-drop"]);
  });

  it("and tshark reads the capture: as many frames, none malformed, no wrong checksum, our comments", async (ctx) => {
    if (!(await hasTshark())) ctx.skip("tshark is not installed");
    await inFolder(async (folder) => {
      const pcap = join(folder, "drop.pcapng");
      const { document } = await labRun(ctx, ["overflow-drop", "--pcap", pcap]);
      const { trace } = theOne(document.experiments);
      const rows = await tsharkRows(pcap, ["frame.number", "frame.comment", "tcp.seq_raw", "tcp.len"]);
      expect(rows.map(([number, , seq, length]) => [Number(number), Number(seq), Number(length)])).toEqual(
        trace.packets.map(({ number, seq, length }) => [number, seq, length]),
      );
      expect(rows.map(([, comment]) => comment)).toEqual(trace.packets.map(({ note }) => note ?? ""));
      expect(rows.map(([, comment]) => comment)).toContain("final ACK dropped: accept queue 2 of 2");
      const bad = "_ws.malformed || tcp.checksum.status == Bad || ip.checksum.status == Bad";
      expect(await tsharkRows(pcap, ["frame.number"], bad), "frames that Wireshark complains of").toEqual([]);
    });
  });
});

const runFile = promisify(execFile);

async function hasTshark(): Promise<boolean> {
  return await runFile("tshark", ["--version"]).then(
    () => true,
    () => false,
  );
}

async function tsharkRows(file: string, fields: readonly string[], filter = ""): Promise<string[][]> {
  const checks = ["-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"];
  const shown = fields.flatMap((field) => ["-e", field]);
  const { stdout } = await runFile("tshark", ["-r", file, ...checks, "-Y", filter, "-T", "fields", ...shown]);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split("\t"));
}
