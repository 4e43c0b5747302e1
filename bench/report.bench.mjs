/**
 * What a report of a large capture costs: how long `explain --report` takes for 100,000 packets, how large the page is, and how
 * long a browser takes to open it. The browser is Debian's chromium, driven by playwright-core;
 * without them that figure is not measured.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { figure, repeats, runBench } from "./bench.mjs";
import { writeConnections } from "./connections-capture.mjs";
import { summary } from "./statistics.mjs";

const PACKETS = 100_000;
const RUNS = repeats(7);
const PROGRAM = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
/** Looked for where it is needed: nothing else needs it. */
const PLAYWRIGHT = process.env["PLAYWRIGHT"] ?? "playwright-core";
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

async function measure() {
  const folder = mkdtempSync(join(tmpdir(), "listenq-bench-"));
  try {
    const [capture, report] = [join(folder, "many.pcap"), join(folder, "many.html")];
    writeConnections(capture, PACKETS);
    const made = times(() =>
      execFileSync(process.execPath, [PROGRAM, "explain", capture, "--report", report], { stdio: "ignore" }),
    );
    const playwright = existsSync(CHROMIUM) ? await import(PLAYWRIGHT).catch(() => null) : null;
    const opened = playwright === null ? null : await openingTimes(playwright.chromium, report);
    return {
      figures: [
        figure("made", "explain --report, the whole command", "s", spreadOf(made), { atMost: 3 }),
        figure("size", "the page", "MB", { value: statSync(report).size / 1e6 }, { atMost: 2 }),
        figure("opened", "opened in headless Chromium", "s", spreadOf(opened), { atMost: 2 }),
      ],
      notes: opened === null ? [`${CHROMIUM} or ${PLAYWRIGHT} is not installed: nothing was opened.`] : [],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Until the page is laid out and painted, in a browser that is running already. */
async function openingTimes(chromium, report) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  const seconds = [];
  for (let run = 0; run < RUNS; run += 1) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const from = performance.now();
    await page.goto(`file://${report}`);
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    seconds.push((performance.now() - from) / 1000);
    await page.close();
  }
  await browser.close();
  return seconds;
}

function times(work) {
  return Array.from({ length: RUNS }, () => {
    const from = performance.now();
    work();
    return (performance.now() - from) / 1000;
  });
}

function spreadOf(values) {
  return values === null ? { value: null } : summary(values);
}

await runBench({
  name: "report",
  title: `A report of a capture of ${PACKETS.toLocaleString("en")} packets`,
  file: fileURLToPath(import.meta.url),
  measure,
});
