import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readSegment } from "../../src/observe/record/segment-format.ts";

const MAIN = new URL("../../dist/cli/main.js", import.meta.url).pathname;
const isRoot = process.getuid?.() === 0;
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "listenq-record-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const intervalsIn = (where: string) =>
  readdirSync(where)
    .filter((name) => name.endsWith(".lqr"))
    .map((name) => readSegment(readFileSync(join(where, name))));

describe("listenq record and replay", () => {
  it("leaves a recording that is readable to the last interval when it is killed", async () => {
    const child: ChildProcess = spawn(process.execPath, [MAIN, "record", folder, "--every", "100ms"], {
      stdio: "ignore",
    });
    await expect
      .poll(() => intervalsIn(folder).flatMap(({ intervals }) => intervals).length, { timeout: 30_000 })
      .toBeGreaterThanOrEqual(5);
    child.kill("SIGKILL");
    await once(child, "exit");
    const whole = intervalsIn(folder).flatMap(({ intervals }) => intervals).length;
    const { status, stdout } = spawnSync(process.execPath, [MAIN, "replay", folder, "--json"], {
      encoding: "utf8",
    });
    expect(status).toBe(0);
    const document = JSON.parse(stdout) as { schema: string; samples: unknown[] };
    expect(document.schema).toBe("listenq.replay/1");
    expect(document.samples).toHaveLength(whole);
  });

  it.skipIf(!isRoot)("says one clear line when the disk is full, and leaves what it wrote intact", () => {
    const script = `mount -t tmpfs -o size=16k none ${folder} && ${process.execPath} ${MAIN} record ${folder}/r --every 100ms --for 60s; code=$?; ${process.execPath} ${MAIN} replay ${folder}/r; exit $code`;
    const { status, stderr, stdout } = spawnSync("unshare", ["--mount", "sh", "-c", script], {
      encoding: "utf8",
    });
    expect(stderr).toMatch(/listenq: .*no space left \(ENOSPC\); what was recorded before is intact\n/);
    expect(stderr).not.toContain("cut off");
    expect(status).toBe(2);
    expect(stdout).toMatch(/\d+ samples from 2/);
  });

  it.each([
    [["replay", "/nowhere"], "cannot read /nowhere"],
    [["replay", tmpdir(), "--since", "yesterday"], "--since must be a time"],
    [["record", "/tmp/x", "--max-size", "much"], "--max-size must be a size"],
    [["record", "/tmp/x", "--every", "1ms"], "--every must be at least 100 ms"],
  ])("says what is wrong with %j", (args, expected) => {
    const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8" });
    expect(stderr).toContain(expected);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(status).toBe(2);
  });
});
