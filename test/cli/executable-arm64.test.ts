import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { PROGRAM } from "../support/cli.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const EXECUTABLE = `${root}build/listenq-linux-arm64`;
const CAPTURE = "test/fixtures/captures/defer-accept-nginx.pcap";
const EMULATOR = "qemu-aarch64-static";
/** Where Debian's libc6-arm64-cross, libstdc++6-arm64-cross and libatomic1-arm64-cross have theirs. */
const LIBRARIES = process.env["QEMU_LD_PREFIX"] ?? "/usr/aarch64-linux-gnu";

function whyNotTried(): string | null {
  if (!existsSync(EXECUTABLE)) return "build/listenq-linux-arm64 is not built (-- --arch arm64)";
  if (spawnSync(EMULATOR, ["--version"]).error !== undefined) return "qemu-user-static is not installed";
  return existsSync(`${LIBRARIES}/lib/libatomic.so.1`)
    ? null
    : `there are no arm64 libraries in ${LIBRARIES}`;
}

function run(
  program: readonly string[],
  ...args: string[]
): { status: number | null; stdout: string; stderr: string } {
  const [file = "", ...first] = program;
  return spawnSync(file, [...first, ...args], { cwd: root, encoding: "utf8" });
}

/** The emulator runs the program's instructions; system calls are those of this machine, less those that it does not know. */
describe("the executable for arm64, emulated", () => {
  const emulated = [EMULATOR, "-L", LIBRARIES, EXECUTABLE];
  const npmForm = [process.execPath, PROGRAM];

  beforeEach((context) => {
    const reason = whyNotTried();
    if (reason !== null) context.skip(reason);
  });

  it.each([
    ["--version"],
    ["ls", "--help"],
    ["docs", "limit-clamped"],
    ["explain", CAPTURE, "--json"],
    ["simulate", "overflow-drop", "--json"],
  ])("prints what the npm form prints: %s %s", (...args) => {
    const { status, stdout, stderr } = run(emulated, ...args);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toBe(run(npmForm, ...args).stdout);
  });

  it("loads its addon and asks the kernel, or says that this one does not answer", () => {
    const { status, stderr } = run(emulated, "ls");
    // The emulator's kernel has no sock_diag.
    expect([0, 3]).toContain(status);
    if (status === 3) expect(stderr).toContain("netlink socket: EPROTONOSUPPORT");
  });
});
