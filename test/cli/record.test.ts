import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readSegment } from "../../src/system/record/segment-format.ts";
import { NOBODY, nobodyCanRun, run as runProgram } from "../support/cli.ts";
import { STANDS_STILL, startServer } from "../support/servers.ts";

const MAIN = new URL("../../dist/cli/main.js", import.meta.url).pathname;
const isRoot = process.getuid?.() === 0;
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "listenq-record-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface ReplayDocument {
  readonly samples: readonly unknown[];
  readonly listeners: readonly {
    readonly port: number | null;
    readonly findings: readonly { readonly code: string }[];
  }[];
}

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
      .poll(() => intervalsIn(folder).flatMap(({ intervals }) => intervals).length)
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

  it("replays a window as findings, and lets --fail-on decide the exit code", async () => {
    const server = await startServer(STANDS_STILL);
    const port = Number(server.said);
    const recorder = spawn(process.execPath, [MAIN, "record", folder, "--every", "200ms"], {
      stdio: "ignore",
    });
    const recorded = (): number => intervalsIn(folder).flatMap(({ intervals }) => intervals).length;
    await expect.poll(recorded).toBeGreaterThanOrEqual(1);
    const clients = await startServer(
      `let made = 0; for (let i = 0; i < 6; i++) require("net").connect(${port}, "127.0.0.1", () => ++made === 2 && console.log("on")).on("error", () => {});`,
    );
    // Long enough to say that nobody accepts, and for the SYNs that were refused to come again.
    const [since, before] = [new Date().toISOString(), recorded()];
    await expect.poll(recorded).toBeGreaterThanOrEqual(before + 12);
    recorder.kill("SIGINT");
    await once(recorder, "exit");
    await Promise.all([clients.close(), server.close()]);
    const { code, stdout } = await runProgram([
      "replay",
      folder,
      "--since",
      since,
      "--json",
      "--fail-on",
      "critical",
    ]);
    const { listeners, samples } = JSON.parse(stdout) as ReplayDocument;
    const codes = listeners.find((one) => one.port === port)?.findings.map((one) => one.code);
    expect(samples.length).toBeGreaterThan(5);
    expect(codes).toEqual(
      expect.arrayContaining(["nobody-accepts", "accept-queue-full", "accept-queue-overflow"]),
    );
    expect(code).toBe(1);
    const text = await runProgram(["replay", folder]);
    expect(text.code).toBe(0);
    expect(text.stdout).toContain("critical accept-queue-overflow");
    const none = await runProgram(["replay", folder, "--until", "2020-01-01T00:00Z", "--fail-on", "info"]);
    expect(none).toMatchObject({ code: 0, stdout: "no samples in this window\n" });
  });

  it.skipIf(!isRoot)("says one clear line when the disk is full, and leaves what it wrote intact", () => {
    const script = `mount -t tmpfs -o size=16k none ${folder} && ${process.execPath} ${MAIN} record ${folder}/r --every 100ms --for 60s; code=$?; ${process.execPath} ${MAIN} replay ${folder}/r; exit $code`;
    const { status, stderr, stdout } = spawnSync("unshare", ["--mount", "sh", "-c", script], {
      encoding: "utf8",
    });
    expect(stderr).toMatch(/listenq: .*no space left \(ENOSPC\); what was recorded before is intact\n/);
    expect(stderr).not.toMatch(/cut off|within its header/);
    expect(status).toBe(2);
    expect(stdout).toMatch(/\d+ samples from 2/);
  });

  it("prints and writes nothing at all for a folder that cannot be read", () => {
    const file = join(folder, "kept.parquet");
    writeFileSync(file, "an export of yesterday");
    for (const more of [["--json"], ["--export", file], []]) {
      const { status, stdout } = spawnSync(process.execPath, [MAIN, "replay", "/nowhere", ...more], {
        encoding: "utf8",
      });
      expect([status, stdout]).toEqual([2, ""]);
    }
    expect(readFileSync(file, "utf8")).toBe("an export of yesterday");
  });

  it("exports what it recorded, at the end", () => {
    const file = join(folder, "out.parquet");
    const args = ["record", join(folder, "r"), "--every", "100ms", "--for", "300ms", "--export", file];
    const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8" });
    expect([status, stderr]).toEqual([0, expect.stringMatching(/\d+ rows in .*out\.parquet\n$/)]);
    expect(readFileSync(file).toString("latin1", 0, 4)).toBe("PAR1");
  });

  it("says what an ordinary user's recording lacks, before it begins", async (context) => {
    if (!isRoot || !nobodyCanRun()) context.skip("needs root, and a checkout that an ordinary user may read");
    const hidden = spawn("unshare", ["--net", "cat"], { stdio: ["pipe", "ignore", "inherit"] });
    chmodSync(folder, 0o777);
    const args = ["record", join(folder, "r"), "--netns", "all", "--every", "100ms", "--for", "100ms"];
    const { code, stderr } = await runProgram(args, { uid: NOBODY });
    hidden.stdin.end();
    expect(code).toBe(0);
    expect(stderr).toMatch(/the namespaces of .* are hidden from this user; run it as root to see all\n/);
  });

  it("makes no folder where there is nothing to look at", () => {
    const wanted = join(folder, "new");
    const nobody = "4194305";
    const args = [MAIN, "record", wanted, "--netns", nobody, "--for", "1s"];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect(stderr).toBe(`listenq: --netns ${nobody}: there is no process ${nobody}\n`);
    expect(status).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    [["record", "/tmp/x", "--export", "/nowhere/x.parquet"], "--export: cannot write /nowhere/x.parquet"],
    [["record", "/proc/x"], "cannot record to /proc/x: there is no such file or folder (ENOENT)"],
    [["replay", "/nowhere"], "cannot read /nowhere"],
    [["replay", tmpdir(), "--since", "yesterday"], "--since must be a time"],
    [["replay", tmpdir(), "--json", "--top"], "'--json' cannot be used with option '--top'"],
    [["replay", tmpdir(), "--export", "x", "--fail-on", "info"], "cannot be used with option '--fail-on"],
    [["record", "/tmp/x", "--max-size", "much"], "--max-size must be a size"],
    [["record", "/tmp/x", "--every", "1ms"], "--every must be at least 100 ms"],
  ])("says what is wrong with %j", (args, expected) => {
    const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8" });
    expect(stderr).toContain(expected);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(status).toBe(2);
  });
});
