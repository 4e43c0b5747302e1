import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROGRAM, run } from "../support/cli.ts";

const folder = mkdtempSync(join(tmpdir(), "listenq-completion-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(() => {
  chmodSync(PROGRAM, 0o755);
  symlinkSync(PROGRAM, join(folder, "listenq"));
});

/** What a real bash offers after these words. The two functions are bash's and bash-completion's, as they are at a prompt. */
function offeredByBash(...words: string[]): string[] {
  const script = join(folder, "ask.sh");
  writeFileSync(
    script,
    `PATH=${folder}:$PATH
compopt() { :; }
_get_comp_words_by_ref() { words=("\${COMP_WORDS[@]}"); cword=$COMP_CWORD; cur=\${COMP_WORDS[COMP_CWORD]}; prev=\${COMP_WORDS[COMP_CWORD-1]}; }
source <(listenq completion bash)
COMP_WORDS=(listenq ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}
__listenq_complete
printf '%s\\n' "\${COMPREPLY[@]}"
`,
  );
  return execFileSync("bash", [script], { encoding: "utf8" }).trim().split("\n");
}

describe("listenq completion", () => {
  it("lets bash complete commands, options, experiments and kernels", () => {
    expect(offeredByBash("sim")).toEqual(["simulate"]);
    expect(offeredByBash("lab", "r")).toEqual(["run"]);
    expect(offeredByBash("ls", "--net")).toEqual(["--netns"]);
    expect(offeredByBash("lab", "run", "overflow-a")).toEqual(["overflow-abort"]);
    expect(offeredByBash("simulate", "--kernel", "3.1")).toEqual(["3.10"]);
  });

  it.each(["bash", "zsh", "fish"])("has a script for %s", async (shell) => {
    const { code, stdout, stderr } = await run(["completion", shell]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("listenq complete");
  });

  it("refuses another shell in one line", async () => {
    const { code, stdout, stderr } = await run(["completion", "tcsh"]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^listenq: .*tcsh.*bash, zsh, fish.*\n$/);
  });

  it("is in the help, and the shell's own question is not", async () => {
    const { stdout } = await run(["--help"]);
    expect(stdout).toContain("completion");
    expect(stdout).not.toMatch(/^\s+complete /m);
  });
});
