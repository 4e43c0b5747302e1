import type { SpawnSyncReturns } from "node:child_process";
import { mkdirSync, readdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it, type TestContext } from "vitest";
import { EXECUTABLE, ExecutableStage, mounted, PORT, timeless, whyNotTried } from "../support/executable.ts";

const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
/** Decimal megabytes. */
const LARGEST = 160e6;
const HOSTILE = {
  NODE_OPTIONS: "--require /nowhere/hostile.js --inspect --no-such-option",
  NODE_PATH: "/nowhere",
  ELECTRON_RUN_AS_NODE: "1",
};
const DOCUMENTS = [
  ["ls", "--json"],
  ["why", String(PORT), "--for", "300ms", "--json"],
  ["explain", "capture.pcap", "--json"],
];

const notTried = whyNotTried();
let stage: ExecutableStage;
beforeAll(async () => {
  if (notTried !== null) return;
  stage = new ExecutableStage();
  await stage.prepare();
});
afterAll(async () => await stage?.close());
beforeEach((context) => {
  if (notTried !== null) context.skip(notTried);
});

interface Surroundings {
  readonly name: string;
  /** The executable's arguments, to what is run. */
  readonly command: (args: readonly string[]) => string[];
  readonly env?: NodeJS.ProcessEnv;
  /** What the npm form is started by, where that makes a difference. */
  readonly user?: readonly string[];
  /** Keys of what cannot be known there. */
  readonly unknown?: readonly string[];
}

const here = (): string => join(stage.folder, "listenq");
const NOEXEC = "for folder in /tmp /var/tmp /dev/shm; do mount -t tmpfs -o noexec tmpfs $folder; done";
/** Lets a system call fail, as another kernel would. */
const failing = (what: string): string[] => ["strace", "-f", "-o", "/dev/null", "-e", `inject=${what}`];
const WITHOUT_MEMFD = failing("memfd_create:error=EACCES");
const SURROUNDINGS: readonly Surroundings[] = [
  { name: "an ordinary shell", command: (args) => [here(), ...args] },
  { name: "no environment at all", command: (args) => ["env", "-i", here(), ...args] },
  { name: "hostile NODE_OPTIONS and NODE_PATH", command: (args) => [here(), ...args], env: HOSTILE },
  {
    name: "a root with nothing but its libraries and /proc",
    // It is read below /sys/fs/cgroup.
    unknown: ["throttledPeriods"],
    command: (args) =>
      mounted(`mount --bind /proc ${stage.folder}/proc`, ["chroot", stage.folder, "/listenq", ...args]),
  },
  {
    name: "noexec temporary folders, and its own folder read-only",
    command: (args) =>
      mounted(`mount --bind ${stage.folder} /mnt; mount -o remount,bind,ro /mnt; cd /mnt; ${NOEXEC}`, [
        "/mnt/listenq",
        ...args,
      ]),
  },
  {
    name: "a read-only root",
    command: (args) => mounted("mount -o remount,bind,ro /; cd .", [here(), ...args]),
  },
  { name: "user 65534", command: (args) => [...NOBODY, here(), ...args], user: NOBODY },
  {
    name: "a PID namespace where files in memory are not executable",
    command: (args) => [
      ...["unshare", "-p", "-f", "--kill-child", "sh", "-c"],
      ...['echo 2 > /proc/sys/vm/memfd_noexec; exec "$@"', "sh", here(), ...args],
    ],
  },
];

function skipWithoutStrace(context: TestContext, { status, stderr }: SpawnSyncReturns<string>): void {
  if (status === null || /strace: not found|'strace'/.test(stderr)) context.skip("strace is not installed");
}

describe.each(SURROUNDINGS)("the executable in $name", ({ command, env, user = [], unknown = [] }) => {
  beforeEach((context) => {
    const canRun = notTried !== null || stage.run([...user, ...stage.npmForm, "--version"]).status === 0;
    if (!canRun) context.skip("that user cannot run this Node, so there is nothing to compare with");
  });

  it.each(DOCUMENTS)("prints what the npm form prints: %s %s", (...args) => {
    const expected = stage.run([...user, ...stage.npmForm, ...args]);
    const printed = stage.run(command(args), env);
    expect([printed.status, printed.stderr]).toEqual([expected.status, expected.stderr]);
    expect(expected.stdout).toContain('"schema"');
    expect(timeless(printed.stdout, unknown)).toEqual(timeless(expected.stdout, unknown));
  });

  it("leaves no file behind", () => {
    const before = readdirSync(stage.folder);
    stage.run(command(["ls"]), env);
    expect(readdirSync(stage.folder)).toEqual(before);
  });
});

describe("the executable", () => {
  it("prints in a terminal what it prints into a pipe, and colours there", () => {
    const piped = stage.run([here(), "ls"]);
    const shown = stage.run(["script", "-qec", `stty cols 120; ${here()} ls`, "/dev/null"], {
      TERM: "xterm",
    });
    const plain = stripVTControlCharacters(shown.stdout).replaceAll("\r", "");
    expect(shown.stdout).not.toBe(plain);
    expect(plain.split("\n")[1]).toBe(piped.stdout.split("\n")[1]);
  });

  it("runs the experiments of npm start as an ordinary user, by starting itself again", (context) => {
    const experiments = ["overflow-drop", "overflow-abort"];
    const { status, stdout, stderr } = stage.run([...NOBODY, here(), "lab", "run", ...experiments]);
    if (status === 3) context.skip(stderr);
    expect([status, stderr.includes("unknown")]).toEqual([0, false]);
    for (const name of experiments) expect(stdout).toContain(name);
    expect(stdout).toMatch(/(\d+) of \1 claims hold/);
  });

  it("asks its probes by starting itself again", () => {
    const { stdout } = stage.run([here(), "doctor", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      synQueueTest: { reason: expect.stringContaining("limit 0") },
    });
  });

  it("has the help of every command", () => {
    const names = [...stage.run([...stage.npmForm, "--help"]).stdout.matchAll(/^ {2}([a-z]+)[ |]/gm)];
    expect(names.map(([, name]) => name)).toEqual(expect.arrayContaining(["ls", "why", "lab", "exporter"]));
    for (const [, name = ""] of names.filter(([, name]) => name !== "help")) {
      const { status, stdout } = stage.run([here(), name, "--help"]);
      expect([name, status, stdout]).toEqual([name, 0, stage.run([...stage.npmForm, name, "--help"]).stdout]);
    }
  });

  it("prints the page of a finding, without the project beside it", () => {
    const { status, stdout } = stage.run(["chroot", stage.folder, "/listenq", "docs", "limit-clamped"]);
    expect([status, stdout.split("\n")[0]]).toEqual([0, "limit-clamped"]);
    expect(stdout).toContain("net.core.somaxconn");
  });

  it("is not larger than it may be", () => {
    expect(statSync(EXECUTABLE).size).toBeLessThan(LARGEST);
  });
});

describe("the executable without files in memory", () => {
  it("loads its addon from a folder of its own, and leaves nothing there", (context) => {
    const folder = join(stage.folder, "temporary");
    mkdirSync(folder);
    const result = stage.run([...WITHOUT_MEMFD, here(), "ls", "--json"], { XDG_RUNTIME_DIR: folder });
    skipWithoutStrace(context, result);
    expect([result.status, result.stderr]).toEqual([0, ""]);
    expect(timeless(result.stdout)).toEqual(timeless(stage.run([here(), "ls", "--json"]).stdout));
    expect(readdirSync(folder)).toEqual([]);
    // The folder itself was changed: the way over it was taken.
    expect(statSync(folder).mtimeMs).toBeGreaterThan(statSync(folder).birthtimeMs);
  });
});

describe("the executable says in one line what is missing", () => {
  const oneLine = (
    result: { status: number | null; stdout: string; stderr: string },
    words: RegExp,
  ): void => {
    expect(result.stdout).toBe("");
    expect(result.stderr).toMatch(words);
    expect(result.stderr.trim().split("\n")).toHaveLength(1);
  };

  it.each([["ls"], ["why", String(PORT)], ["top", "--once"], ["doctor"]])("no /proc: %s", (...args) => {
    const result = stage.run(["chroot", stage.folder, "/listenq", ...args]);
    expect(result.status).toBe(3);
    oneLine(result, /^listenq: there is no \/proc here.*mount -t proc proc \/proc\n$/);
  });

  it("no libstdc++", () => {
    const library = readdirSync(stage.folder, { recursive: true, encoding: "utf8" }).find((name) =>
      name.endsWith("/libstdc++.so.6"),
    );
    const path = join(stage.folder, library ?? "");
    renameSync(path, `${path}.away`);
    const result = stage.run(["chroot", stage.folder, "/listenq", "ls"]);
    renameSync(`${path}.away`, path);
    expect(result.status).toBe(127);
    oneLine(result, /libstdc\+\+\.so\.6: cannot open shared object file/);
  });

  it("no place from which its addon may be loaded", (context) => {
    const preparation = `mount --bind ${stage.folder} /mnt; mount -o remount,bind,ro /mnt; cd /mnt; ${NOEXEC}`;
    const result = stage.run(mounted(preparation, [...WITHOUT_MEMFD, "/mnt/listenq", "ls"]));
    skipWithoutStrace(context, result);
    expect(result.status).toBe(3);
    oneLine(result, /^listenq: .*koffi does not load: memfd_create failed; .*TMPDIR.*\n$/);
  });

  it("a kernel without sock_diag", (context) => {
    const result = stage.run([...failing("socket:error=EPROTONOSUPPORT"), here(), "ls"]);
    skipWithoutStrace(context, result);
    expect(result.status).toBe(3);
    oneLine(result, /^listenq: .*tcp_diag.*\n$/);
  });

  it("hidden processes", () => {
    const command = mounted("mount -t proc -o hidepid=2 proc /proc", [...NOBODY, here(), "ls"]);
    const { status, stdout, stderr } = stage.run(command);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(String(PORT));
    expect(stdout).toMatch(/process of one listener is hidden from this user/);
  });
});
