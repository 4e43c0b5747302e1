import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { PROGRAM, run } from "../support/cli.ts";
import { PATIENCE } from "../support/patience.ts";

const folder = mkdtempSync(join(tmpdir(), "listenq-completion-"));
const files = join(folder, "files");
const TERMINAL = ["-L", `listenq-${process.pid}`, "-f", "/dev/null"];

beforeAll(() => {
  chmodSync(PROGRAM, 0o755);
  symlinkSync(PROGRAM, join(folder, "listenq"));
  mkdirSync(join(files, "recordings"), { recursive: true });
  writeFileSync(join(files, "my capture.pcap"), "");
});
afterAll(async () => {
  spawnSync("tmux", [...TERMINAL, "kill-server"]);
  // A shell that was just told to end may still write its history into the folder.
  await vi.waitFor(() => rmSync(folder, { recursive: true, force: true }), PATIENCE);
});

function has(program: string): boolean {
  return spawnSync(program, ["-V"]).error === undefined;
}

function tmux(...args: string[]): string {
  // tmux starts its commands by this shell; that of an account such as nobody starts none.
  const env = { ...process.env, SHELL: "/bin/sh", PATH: `${folder}:${process.env["PATH"]}`, HOME: files };
  return execFileSync("tmux", [...TERMINAL, ...args], { encoding: "utf8", env });
}

interface Shell {
  /** How it is started, without anybody's own settings. */
  readonly start: string;
  /** Loads the script twice: it must not mind. */
  readonly load: string;
  /** Its words one by one. */
  readonly show: string;
}

const SHELLS: Readonly<Record<string, Shell>> = {
  bash: {
    start: "bash --noprofile --norc -i",
    load: "source <(listenq completion bash); source <(listenq completion bash)",
    show: "printf '<%s>' ",
  },
  zsh: {
    start: "zsh -f -i",
    load: `bindkey -e; autoload -Uz compinit; compinit -u -d ${folder}/dump; source <(listenq completion zsh); source <(listenq completion zsh)`,
    show: "printf '<%s>' ",
  },
  fish: {
    start: "fish --no-config -i",
    load: "listenq completion fish | source; listenq completion fish | source",
    show: "printf '<%s>' ",
  },
};

/** A prompt of a shell on a terminal of its own, with the completion loaded. */
async function promptOf(name: string): Promise<string> {
  const shell = SHELLS[name] as Shell;
  tmux("new-session", "-d", "-s", name, "-x", "150", "-y", "50", "-c", files, shell.start);
  tmux("send-keys", "-t", name, "-l", `${shell.load}; echo rea"dy"`);
  tmux("send-keys", "-t", name, "Enter");
  await vi.waitFor(() => expect(screen(name)).toMatch(/^ready$/m), PATIENCE);
  return name;
}

function screen(name: string): string {
  return tmux("capture-pane", "-p", "-J", "-t", name);
}

async function typed(
  name: string,
  text: string,
  key: string,
  isDone: (shown: string) => boolean,
): Promise<void> {
  if (text !== "") tmux("send-keys", "-t", name, "-l", text);
  tmux("send-keys", "-t", name, key);
  await vi.waitFor(() => expect(isDone(screen(name))).toBe(true), PATIENCE);
}

/** The words of a line after Tab, which the shell itself is made to print. */
async function afterTab(name: string, line: string): Promise<string> {
  // zsh takes a Tab for a character of the line while other keys wait, so each step is awaited.
  await typed(name, "clear", "Enter", (shown) => !shown.includes("<"));
  tmux("send-keys", "-t", name, "-l", line);
  await vi.waitFor(() => expect(screen(name)).toContain(line), PATIENCE);
  const before = screen(name);
  await typed(name, "", "Tab", (shown) => shown !== before);
  tmux("send-keys", "-t", name, "C-a");
  tmux("send-keys", "-t", name, "-l", (SHELLS[name] as Shell).show);
  tmux("send-keys", "-t", name, "Enter");
  const printed = /^((?:<[^<>%]*>)+)/m;
  await vi.waitFor(() => expect(screen(name)).toMatch(printed), PATIENCE);
  return (printed.exec(screen(name))?.[1] ?? "").slice(1, -1).replaceAll("><", " ").replace(/\/$/, "");
}

const LINES = [
  ["listenq sim", "listenq simulate"],
  ["listenq lab r", "listenq lab run"],
  ["listenq ls --netn", "listenq ls --netns"],
  ["listenq lab run overflow-a", "listenq lab run overflow-abort"],
  ["listenq simulate --kernel 3.10,2", "listenq simulate --kernel 3.10,2.6.32"],
  ["listenq why --fail-on crit", "listenq why --fail-on critical"],
  ["listenq ls --color=alw", "listenq ls --color=always"],
  ["listenq explain my", "listenq explain my capture.pcap"],
  ["listenq explain x --annotate my", "listenq explain x --annotate my capture.pcap"],
  ["listenq record rec", "listenq record recordings"],
] as const;

describe.each(Object.keys(SHELLS))("a real %s", (name) => {
  const isHere = has(name) && has("tmux");

  it.skipIf(!isHere)(
    "completes commands, options, their values, experiments, files and folders",
    async () => {
      await promptOf(name);
      const completed: string[] = [];
      for (const [line] of LINES) completed.push(await afterTab(name, line));
      expect(completed).toEqual(LINES.map(([, whole]) => whole));
    },
  );

  it.skipIf(!isHere)("evaluates nothing of what was typed", async () => {
    const trap = join(files, `evaluated-by-${name}`);
    tmux("send-keys", "-t", name, "-l", `listenq explain '$(touch ${trap})' "\`touch ${trap}\`" m`);
    tmux("send-keys", "-t", name, "Tab");
    await vi.waitFor(() => expect(screen(name).replaceAll("\n", "")).toMatch(/my.{1,2}capture/), PATIENCE);
    expect(existsSync(trap)).toBe(false);
  });
});

describe("listenq completion", () => {
  it.each(["bash", "zsh", "fish"])("has a script for %s", async (shell) => {
    const { code, stdout, stderr } = await run(["completion", shell]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("listenq complete");
    expect(stdout).not.toContain("eval");
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
