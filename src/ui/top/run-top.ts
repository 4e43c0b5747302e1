/**
 * Puts `top` on the terminal and takes it away again: a screen of its own, so that what was there before comes back, also
 * while Ctrl-Z has stopped it.
 *
 * @module
 */
import process from "node:process";
import type { Instance } from "ink";
import type { ReactNode } from "react";
import type { TopProps } from "./app.ts";

/** How to run it. */
export interface RunTopOptions extends Omit<TopProps, "onSuspend" | "onResize"> {
  readonly hasColours: boolean;
  /** Ends it as `q` does. */
  readonly signal: AbortSignal;
}

const ENTER_SCREEN = "\u001b[?1049h\u001b[H";
const LEAVE_SCREEN = "\u001b[?25h\u001b[?1049l";
const CLEAR_SCREEN = "\u001b[2J\u001b[H";
const HIDE_CURSOR = "\u001b[?25l";

/** Runs until the user quits, or until the signal, which may have come before. */
export async function runTop({ hasColours, signal, ...props }: RunTopOptions): Promise<void> {
  // What Ink reads while it is loaded: its colours know this variable, not NO_COLOR, and with CI it would draw only at the end.
  for (const name of ["CI", "CONTINUOUS_INTEGRATION"]) process.env[name] = "false";
  process.env["FORCE_COLOR"] = hasColours ? (process.env["FORCE_COLOR"] ?? "1") : "0";
  const [{ render }, { createElement }, { Top }] = await Promise.all([
    import("ink"),
    import("react"),
    import("./app.ts"),
  ]);
  // Loading takes a while, and Ctrl-C is still a signal then.
  if (signal.aborted) return;
  process.stdout.write(ENTER_SCREEN);
  let app: Instance | null = null;
  const redraw = () => {
    process.stdout.write(CLEAR_SCREEN);
    app?.clear();
    app?.rerender(screen);
  };
  const screen: ReactNode = createElement(Top, {
    onResize: redraw,
    ...props,

    onSuspend: () => suspend(redraw),
  });
  try {
    app = render(screen, { exitOnCtrlC: false, patchConsole: false });
    const stop = () => app?.unmount();
    signal.addEventListener("abort", stop);
    await app.waitUntilExit();
    signal.removeEventListener("abort", stop);
  } finally {
    process.stdout.write(LEAVE_SCREEN);
  }
}

/** Stops the whole job, as Ctrl-Z does where it is a signal, and takes the screen again when it goes on. */
function suspend(redraw: () => void): void {
  process.stdout.write(LEAVE_SCREEN);
  process.stdin.setRawMode(false);
  process.once("SIGCONT", () => {
    process.stdin.setRawMode(true);
    process.stdout.write(ENTER_SCREEN + HIDE_CURSOR);
    redraw();
  });
  process.kill(0, "SIGTSTP");
}
