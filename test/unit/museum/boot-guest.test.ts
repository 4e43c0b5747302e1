import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { bootGuest, type GuestEnding } from "../../../scripts/museum/machine/boot-guest.ts";

const ANSWER = '{"job":"lab","exitCode":0,"stdout":"x","stderr":"","elapsedMs":1,"isOverdue":false}';
const FOR_EVER = "exec sleep 100000";

/** Boots a shell script in qemu's place: its standard output is the console, descriptor 3 the second port. */
async function boot(
  script: string,
  { limitMs = 600_000, signal = new AbortController().signal } = {},
): Promise<GuestEnding & { readonly folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), "listenq-guest-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const qemu = join(folder, "qemu");
  writeFileSync(qemu, `#!/bin/sh\necho $$ > ${folder}/pid\n${script}\n`);
  chmodSync(qemu, 0o755);
  const tools = { qemu, firmware: [], env: {}, busybox: "" };
  const plan = { image: "vmlinuz", archives: [Buffer.from("one"), Buffer.from("two")], limitMs, signal };
  return { ...(await bootGuest(tools, plan)), folder };
}

/** Whether the process that stood for qemu is there; one that is ended early has not written its number. */
function isRunning(folder: string): boolean {
  const file = join(folder, "pid");
  const pid = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
  return pid !== "" && existsSync(`/proc/${pid}`);
}

it("takes the answers of a guest that comes to its end", async () => {
  const { how, answers } = await boot(`echo '${ANSWER}' >&3; echo "museum: the runner ended with 0"`);
  expect(how).toBe("done");
  expect(answers).toEqual([JSON.parse(ANSWER)]);
});

it("reports a panic with the end of the console, and what was answered before", async () => {
  const { how, console, answers } = await boot(
    `echo '${ANSWER}' >&3; echo "Kernel panic - not syncing: no init"; exit 0`,
  );
  expect(how).toBe("panic");
  expect(console.at(-1)).toBe("Kernel panic - not syncing: no init");
  expect(answers).toHaveLength(1);
});

it("ends a guest that hangs, and leaves nothing of it", async () => {
  const { how, folder } = await boot(FOR_EVER, { limitMs: 1 });
  expect(how).toBe("hung");
  expect(isRunning(folder)).toBe(false);
});

it("ends with the signal", async () => {
  const { how } = await boot(FOR_EVER, { signal: AbortSignal.abort() });
  expect(how).toBe("interrupted");
});

it("says so when a guest ends without having done its work", async () => {
  expect((await boot("echo museum: the runner ended with 137")).how).toBe("ended early");
});
