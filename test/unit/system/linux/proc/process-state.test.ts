import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, readdir } from "node:fs/promises";
import process from "node:process";
import { afterEach, describe, expect, it } from "vitest";
import { readProcessState } from "../../../../../src/system/linux/proc/process-state.ts";

/** In a shell of its own, which says when it has done this, and ends with its input. */
async function shellThat(does: string): Promise<ReturnType<typeof spawn>> {
  const shell = spawn("bash", ["-c", `${does}; echo done; read -r _`], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (shell.stdout !== null) await once(shell.stdout, "data");
  return shell;
}

describe("the open files of a process", () => {
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  it("are counted, however many", async () => {
    const before = readProcessState(process.pid).openFiles ?? 0;
    const files = await Promise.all(Array.from({ length: 40 }, () => open("/dev/null")));
    const after = readProcessState(process.pid).openFiles;
    await Promise.all(files.map((file) => file.close()));
    expect(after).toBe(before + 40);
  });

  it.each([
    ["exec 20</dev/null 200</dev/null", Infinity],
    // What was inherited above the limit takes no room.
    ["exec 20</dev/null 200</dev/null; ulimit -Sn 100", 100],
  ])("are those below the soft limit: %s", async (does, limit) => {
    const shell = await shellThat(does);
    ends.push(() => {
      const closed = once(shell, "close");
      shell.stdin?.end();
      return closed;
    });
    const numbers = (await readdir(`/proc/${shell.pid}/fd`)).map(Number);
    expect(numbers).toContain(200);
    expect(readProcessState(shell.pid ?? 0).openFiles).toBe(
      numbers.filter((number) => number < limit).length,
    );
  });
});
