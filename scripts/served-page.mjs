/**
 * `listenq web` as a child process on any free port, for scripts that look at the page in a browser.
 *
 * @module
 */
import { spawn } from "node:child_process";
import process from "node:process";

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** How Debian's Chromium is started; its own sandbox wants rights that a container's root lacks. */
export const CHROMIUM_OPTIONS = { executablePath: CHROMIUM, args: ["--no-sandbox"] };

/** Starts it: the printed address with its token, the address without it, and how to end it. */
export async function servePage() {
  const server = spawn(process.execPath, ["dist/cli/main.js", "web", "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const url = await new Promise((resolve) =>
    server.stdout.once("data", (text) => resolve(String(text).trim())),
  );
  return { url, origin: url.split("#")[0], stop: () => server.kill("SIGINT") };
}
