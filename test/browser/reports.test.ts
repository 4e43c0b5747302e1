/**
 * Reports as a browser shows them: a real Chromium measures the boxes of every label.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newPage, startChromium, whyNoChromium } from "../support/chromium.ts";
import { run as listenq } from "../support/cli.ts";

const folder = mkdtempSync(join(tmpdir(), "listenq-browser-"));
const at = (name: string) => join(folder, name);

/** Some 15,000 packets: bursts that a queue refuses, and loss. */
const CROWD = `scenario: Clients in bursts meet a listener that serves one at a time.
listener: { backlog: 64, accept: { how: one-at-a-time, hold: 5ms, answer: 130B } }
wire: { delay: 10ms, loss: 0.02, seed: 7 }
clients:
  - { at: 0ms, count: 120, send: 82B }
  - { at: 700ms, count: 200, send: 82B }
  - { at: 2s, count: 400, send: 82B }
  - { at: 4s, count: 480, send: 82B }
duration: 12s
`;

/** A sentence that tries to become a script or an attribute. */
const HOSTILE = `</title><script>document.title="owned"</script><img src=x onerror="document.title=1">`;

async function makePages(): Promise<void> {
  writeFileSync(at("crowd.yaml"), CROWD);
  writeFileSync(at("hostile.yaml"), CROWD.replace(/scenario: .*/, `scenario: '${HOSTILE}'`));
  const commands = [
    ["simulate", at("crowd.yaml"), "--report", at("crowd.html"), "--pcap", at("crowd.pcap")],
    ["simulate", at("hostile.yaml"), "--report", at("hostile.html")],
    ["explain", at("crowd.pcap"), "--report", at("crowd-capture.html")],
    ["simulate", "overflow-loopback", "--kernel", "3.10,6.14", "--report", at("eras.html")],
  ];
  for (const command of commands) expect((await listenq(command)).stderr).toContain("wrote ");
}

/** Runs in the browser: labels that lie on each other, by their texts, and labels that reach out of their picture. */
const LABEL_FAULTS = `[...document.querySelectorAll("svg")].flatMap((svg) => {
  const frame = svg.getBoundingClientRect();
  const labels = [...svg.querySelectorAll("text")]
    .map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 0)
    .sort((a, b) => a.box.top - b.box.top);
  return labels.flatMap((one, place) => {
    const isOut = one.box.left < frame.left - 1 || one.box.right > frame.right + 1;
    const below = labels.slice(place + 1);
    const end = below.findIndex((other) => other.box.top >= one.box.bottom - 1.5);
    const on = below.slice(0, end < 0 ? below.length : end).filter(
      (other) => one.box.left < other.box.right - 0.5 && other.box.left < one.box.right - 0.5,
    );
    return [...(isOut ? ["out: " + one.text] : []), ...on.map((other) => one.text + " on " + other.text)];
  });
})`;
const UNFOLD = `document.querySelectorAll("details").forEach((one) => { one.open = true; })`;
const WIDTH = "document.documentElement.scrollWidth";
const LEAST_TEXT_PX = `Math.min(...[...document.querySelectorAll("svg text")]
  .map((text) => text.getBoundingClientRect().height).filter((height) => height > 0))`;

describe.skipIf(whyNoChromium !== null)(
  `a report in Chromium${whyNoChromium === null ? "" : ` (${whyNoChromium})`}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      await makePages();
      browser = await startChromium();
    });
    afterAll(async () => {
      await browser?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    async function open(name: string, width: number): Promise<Page> {
      const page = await newPage(browser, { viewport: { width, height: 900 } });
      await page.goto(`file://${at(name)}.html`);
      await page.evaluate(UNFOLD);
      return page;
    }

    it.each(
      ["crowd", "crowd-capture", "eras"].flatMap((name) =>
        [1280, 390].map((width) => [name, width] as const),
      ),
    )("has no two labels on each other, and none cut off: %s at %d px", async (name, width) => {
      const page = await open(name, width);
      expect(await page.evaluate(LABEL_FAULTS)).toEqual([]);
      // The page itself does not scroll sideways; only a table may.
      expect(await page.evaluate(WIDTH)).toBeLessThanOrEqual(width);
      await page.close();
    });

    it("shows text of at least 11 px on a telephone", async () => {
      const page = await open("crowd-capture", 390);
      expect(await page.evaluate(LEAST_TEXT_PX)).toBeGreaterThanOrEqual(11);
      await page.close();
    });

    it("runs nothing and fetches nothing, whatever a scenario is called", async () => {
      const page = await newPage(browser);
      const asked: string[] = [];
      const said: string[] = [];
      page.on("request", (request) => asked.push(request.url()));
      page.on("console", (message) => said.push(message.text()));
      await page.goto(`file://${at("hostile.html")}`);
      expect(await page.title()).toContain("</title><script>");
      expect(asked).toEqual([`file://${at("hostile.html")}`]);
      // The page's own policy has nothing to complain of.
      expect(said).toEqual([]);
      await page.close();
    });
  },
);
