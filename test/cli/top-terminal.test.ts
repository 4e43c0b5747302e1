import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { afterEach, describe, expect, it } from "vitest";
import { PROGRAM } from "../support/cli.ts";

const hasScript = spawnSync("script", ["--version"]).status === 0;

/** A terminal of 80 columns in which `top` runs, by util-linux's script. */
class TerminalRun {
  readonly #script;
  readonly closed: Promise<unknown[]>;
  #said = "";

  constructor() {
    const command = `stty rows 24 cols 80; exec ${process.execPath} ${PROGRAM} top --every 200ms`;
    this.#script = spawn("script", ["-qfec", command, "/dev/null"], {
      env: { ...process.env, TERM: "xterm", SHELL: "/bin/sh" },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.closed = once(this.#script, "close");
    this.#script.stdout.setEncoding("utf8").on("data", (text) => {
      this.#said += text;
    });
  }

  /** All that was written so far. */
  get said(): string {
    return this.#said;
  }

  /** Waits until something was written after what had been there before. */
  async until(text: string, from = 0): Promise<number> {
    while (!this.#said.includes(text, from))
      await Promise.race([
        once(this.#script.stdout, "data"),
        this.closed.then(() => Promise.reject(this.#said)),
      ]);
    return this.#said.indexOf(text, from) + text.length;
  }

  press(keys: string): void {
    this.#script.stdin.write(keys);
  }

  kill(): void {
    this.#script.kill("SIGKILL");
  }
}

/** The screen is left, and nothing but the cursor is touched afterwards. */
const LEFT_SCREEN = new RegExp(`${"\u001b"}\\[\\?1049l(${"\u001b"}\\[\\?25h)*$`);

describe.skipIf(!hasScript)("top on a terminal", () => {
  let run: TerminalRun | null = null;
  afterEach(() => run?.kill());

  it("takes the screen, does nothing for F-keys, explains itself, and gives the screen back on q", async () => {
    run = new TerminalRun();
    const shown = await run.until("of a core");
    run.press("\u001bOP\u001b[[A\u001b[15~?");
    await run.until("any key: back", shown);
    run.press("x");
    run.press("q");
    expect((await run.closed)[0]).toBe(0);
    expect(run.said).toMatch(LEFT_SCREEN);
  });

  it("ends on Ctrl-C with 130, with the screen as it was", async () => {
    run = new TerminalRun();
    await run.until("of a core");
    run.press("\u0003");
    expect((await run.closed)[0]).toBe(130);
    expect(run.said).toMatch(LEFT_SCREEN);
  });
});
