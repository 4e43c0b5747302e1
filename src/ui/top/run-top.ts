/**
 * Puts `top` on the terminal and takes it away again: a screen of its own, so that what was there before comes back.
 *
 * @module
 */
import type { TopProps } from "./app.ts";

/** How to run it. */
export interface RunTopOptions extends TopProps {
  readonly hasColours: boolean;
  /** Ends it as `q` does. */
  readonly signal: AbortSignal;
}

const ENTER_SCREEN = "\u001b[?1049h\u001b[H";
const LEAVE_SCREEN = "\u001b[?1049l";

/** Runs until the user quits. */
export async function runTop({ hasColours, signal, ...props }: RunTopOptions): Promise<void> {
  // Ink's colours know this variable, not NO_COLOR, and read it while they are loaded.
  if (!hasColours) process.env["FORCE_COLOR"] = "0";
  const [{ render }, { createElement }, { Top }] = await Promise.all([
    import("ink"),
    import("react"),
    import("./app.ts"),
  ]);
  process.stdout.write(ENTER_SCREEN);
  try {
    const app = render(createElement(Top, props), { exitOnCtrlC: false, patchConsole: false });
    const stop = () => app.unmount();
    signal.addEventListener("abort", stop);
    await app.waitUntilExit();
    signal.removeEventListener("abort", stop);
  } finally {
    process.stdout.write(LEAVE_SCREEN);
  }
}
