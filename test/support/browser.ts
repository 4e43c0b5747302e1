/**
 * The page of `listenq web` in a real browser.
 *
 * @module
 */
import type { Page } from "playwright-core";
import { newPage, startChromium } from "./chromium.ts";
import { type RunningWebPage, startWebPage } from "./web.ts";

/** A page of `listenq web` in a browser. */
export interface OpenedPage {
  readonly page: Page;
  readonly web: RunningWebPage;
  /** What the page complained of: errors of scripts and of the content security policy. */
  readonly complaints: string[];
  /** Goes to a part, such as `#/play?experiment=capacity`. */
  go(hash: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts the command, a browser, and opens what the command printed. */
export async function openPage(...args: string[]): Promise<OpenedPage> {
  const web = await startWebPage(...args);
  const browser = await startChromium();
  const complaints: string[] = [];
  const page = await newPage(browser, { viewport: { width: 1280, height: 900 } });
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(web.url);
  await page.getByRole("navigation", { name: "Parts" }).waitFor();
  return {
    page,
    web,
    complaints,
    go: async (hash) => {
      await page.goto(`http://127.0.0.1:${web.port}/${hash}`);
      await page.reload();
      await page.getByRole("navigation", { name: "Parts" }).waitFor();
    },
    close: async () => {
      await browser.close();
      await web.stop();
    },
  };
}

/** Moves the time of a run to its end, as the key End does. */
export async function goToEnd(page: Page): Promise<void> {
  await page.getByRole("slider", { name: "Time" }).press("End");
}
