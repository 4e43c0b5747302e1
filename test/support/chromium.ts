/**
 * A real browser for what only a browser knows: Debian's Chromium, headless, driven by playwright-core. Neither is needed for
 * anything else, so both are looked for; PLAYWRIGHT and CHROMIUM name other places.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const PLAYWRIGHT = process.env["PLAYWRIGHT"] ?? "playwright-core";

/** What tests do with a page. */
export interface ChromiumPage {
  goto(url: string): Promise<unknown>;
  title(): Promise<string>;
  evaluate(script: string): Promise<unknown>;
  on(event: "request", listener: (request: { url(): string }) => void): void;
  on(event: "console", listener: (message: { text(): string }) => void): void;
  close(): Promise<void>;
}

/** What tests do with a browser. */
export interface ChromiumBrowser {
  newPage(options?: {
    readonly viewport: { readonly width: number; readonly height: number };
  }): Promise<ChromiumPage>;
  close(): Promise<void>;
}

interface Launcher {
  launch(options: object): Promise<ChromiumBrowser>;
}

const launcher: Launcher | null = await import(PLAYWRIGHT).then(
  (playwright: { readonly chromium: Launcher }) => playwright.chromium,
  () => null,
);

/** Why there is none here; null if there is one. */
export const whyNoChromium: string | null =
  launcher === null
    ? `${PLAYWRIGHT} is not installed`
    : existsSync(CHROMIUM)
      ? null
      : `${CHROMIUM} is not installed (apt-get install chromium)`;

/** Starts it. Its own sandbox wants rights that a container's root lacks; a user without a home can run it too. */
export async function startChromium(): Promise<ChromiumBrowser> {
  if (launcher === null) throw new Error(`${whyNoChromium}`);
  const env = { ...process.env, HOME: tmpdir() };
  return await launcher.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"], env });
}
