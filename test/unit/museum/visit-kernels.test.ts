import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { AptArchive } from "../../../scripts/museum/archive/apt-archive.ts";
import type { MuseumKernel } from "../../../scripts/museum/kernels.ts";
import type { MuseumContext } from "../../../scripts/museum/museum-context.ts";
import { readResults } from "../../../scripts/museum/results/result-files.ts";
import type { VerifyResult } from "../../../scripts/museum/results/verify-result.ts";
import { type MuseumTask, runTasks } from "../../../scripts/museum/runs/task.ts";

const ANSWER = '{"job":"say","exitCode":0,"stdout":"well","stderr":"","elapsedMs":1,"isOverdue":false}';
const DONE = `echo '${ANSWER}' >&3; echo "museum: the runner ended with 0"`;

const said: string[] = [];

beforeEach(() => {
  said.length = 0;
  const keep = (words: string | Uint8Array) => said.push(String(words)) > 0;
  vi.spyOn(process.stderr, "write").mockImplementation(keep);
  vi.spyOn(process.stdout, "write").mockImplementation(keep);
  onTestFinished(() => void vi.restoreAllMocks());
});

const SAY: MuseumTask = {
  name: "say",
  jobsOf: () => [{ name: "say", command: ["say"], limitMs: 1 }],
  take: async ({ record, answerOf }) => {
    const isWell = answerOf("say") === "well";
    return { part: { isWell }, isWell, lines: [`${record.kernel} ${isWell ? "is well" : "is not"}`] };
  },
};

/**
 * Kernels that are in the cache, each with a shell script that stands for its guest; null stands for one that is in no cache and whose
 * archive cannot be reached.
 */
function museumOf(
  scripts: Readonly<Record<string, string | null>>,
  modules: readonly string[] = ["veth"],
): MuseumContext {
  const folder = mkdtempSync(join(tmpdir(), "listenq-museum-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const kernels = Object.keys(scripts).map((id): MuseumKernel => {
    return {
      id,
      suite: "none",
      series: id,
      packages: [{ name: "none", version: id, sha256: id }],
      why: "a test",
    };
  });
  for (const [id, script] of Object.entries(scripts))
    if (script !== null) addKernel(folder, id, script, modules);
  const qemu = join(folder, "qemu");
  writeFileSync(qemu, '#!/bin/sh\nwhile [ "$1" != -kernel ]; do shift; done\n. "$2"\n');
  chmodSync(qemu, 0o755);
  const { signal } = new AbortController();
  const archive = new AptArchive(join(folder, "apt"), signal);
  archive.refresh = () => Promise.reject(new Error("the archive cannot be reached"));
  return {
    ...{ kernels, archive, signal, cache: folder, results: join(folder, "results"), programs: "" },
    save: join(folder, "mismatches"),
    ...{ limitMs: 600_000, guests: 2, teeth: false, batch: { scenarios: 1, seed: 1, parallel: 1 } },
    ...{ tools: { qemu, firmware: [], env: {}, busybox: "" }, common: Buffer.from("") },
  };
}

/** As the cache has them: a kernel's folder is named after its packages' hashes. */
function modulesOf(cache: string, id: string): string {
  const hash = createHash("sha256").update(id).digest("hex").slice(0, 8);
  return join(cache, "kernels", `${id}-${hash}`, "lib/modules", id);
}

function addKernel(folder: string, id: string, script: string, modules: readonly string[]): void {
  const release = modulesOf(folder, id);
  mkdirSync(join(release, "kernel"), { recursive: true });
  const all = ["veth", "af_packet_diag", "inet_diag", "tcp_diag", "unix_diag", "tun", "sch_netem"];
  const builtIn = all.filter((name) => !modules.includes(name));
  writeFileSync(join(release, "modules.builtin"), builtIn.map((name) => `kernel/${name}.ko\n`).join(""));
  for (const name of modules) writeFileSync(join(release, `kernel/${name}.ko`), "\0depends=\0");
  writeFileSync(join(release, "vmlinuz"), script);
}

it("reports a kernel that panics with the end of its console, and the others go on", async () => {
  const panic = 'echo "Kernel panic - not syncing: no init"';
  const context = museumOf({ "5.10.1": panic, "6.1.1": DONE, "6.12.1": null, "7.1.1": DONE });
  expect(await runTasks(context, [SAY])).toBe(1);
  const kept = readResults<VerifyResult & { readonly isWell: boolean }>("say", context.results);
  expect(kept.map(({ kernel, how, isWell }) => [kernel, how, isWell])).toEqual([
    ["5.10.1", "panic", false],
    ["6.1.1", "done", true],
    ["6.12.1", "not fetched", false],
    ["7.1.1", "done", true],
  ]);
  expect(kept[0]?.console).toEqual(["Kernel panic - not syncing: no init"]);
  expect(kept[2]?.console).toEqual(["the archive cannot be reached"]);
  expect(said.join("")).toContain("  | Kernel panic - not syncing: no init");
});

it("reports a kernel that hangs", async () => {
  const context = { ...museumOf({ "5.10.1": "exec sleep 100000" }), limitMs: 1 };
  expect(await runTasks(context, [SAY])).toBe(1);
  expect(said.join("")).toContain("5.10.1: hung after");
});

it("names the modules that a package lacks, and those that do not load", async () => {
  const context = museumOf({ "5.10.1": `echo "museum: module veth does not load"; ${DONE}` }, [
    "veth",
    "tun",
  ]);
  rmSync(join(modulesOf(context.cache, "5.10.1"), "kernel/tun.ko"));
  expect(await runTasks(context, [SAY])).toBe(0);
  const [kept] = readResults<VerifyResult>("say", context.results);
  expect(kept?.lacking).toEqual(["tun", "veth"]);
});

it("says that nothing could be had where no kernel could be fetched", async () => {
  expect(await runTasks(museumOf({ "5.10.1": null, "6.1.1": null }), [SAY])).toBe(3);
});

it("runs several commands in one boot", async () => {
  const other: MuseumTask = { ...SAY, name: "other", jobsOf: () => [] };
  const context = museumOf({ "5.10.1": DONE });
  expect(await runTasks(context, [SAY, other])).toBe(0);
  expect(readResults("other", context.results)).toHaveLength(1);
  expect(said.filter((line) => line.includes("done after"))).toHaveLength(1);
});
