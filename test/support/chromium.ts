/**
 * Debian's Chromium without a screen, for what only a browser knows. No other browser is downloaded; CHROMIUM names another place.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { PATIENCE } from "./patience.ts";

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Why there is none here; null if there is one. */
export const whyNoChromium: string | null = existsSync(CHROMIUM)
  ? null
  : `${CHROMIUM} is not installed (apt-get install chromium)`;

/** Starts it. Its own sandbox wants rights that a container's root lacks; a user without a home can run it too. */
export async function startChromium(): Promise<Browser> {
  const env = { ...process.env, HOME: tmpdir() };
  return await chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu"],
    env,
    timeout: PATIENCE.timeout,
  });
}

/** A new page, which waits for as long as a busy machine takes: the browser's own limit is half a minute. */
export async function newPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(PATIENCE.timeout);
  return page;
}
