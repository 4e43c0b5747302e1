// Takes pictures of each kind of report, light and dark, wide and narrow, into a folder (build/screenshots). Needs Debian's chromium,
// playwright-core (PLAYWRIGHT names another place) and a built command; as root, or where ordinary users may make namespaces. Names
// of kinds after the folder take those alone; TOP=1000 takes only so many pixels from the top.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { CHROMIUM_OPTIONS } from "./served-page.mjs";

const [folder = "build/screenshots", ...wanted] = process.argv.slice(2);
const { chromium } = await import(process.env["PLAYWRIGHT"] ?? "playwright-core");
const TOP = Number(process.env["TOP"] ?? 0);

/** The kinds, and the commands that make them. */
const KINDS = {
  experiment: ["lab", "run", "overflow-drop"],
  eras: ["simulate", "overflow-loopback", "--kernel", "3.10,6.14"],
  dropped: ["explain", "test/fixtures/seed/tcpdump-drop.txt"],
  unanswered: ["explain", "test/fixtures/captures/firewall-drops-syns.pcap"],
  flood: ["explain", "test/fixtures/captures/syn-flood-redis.pcap"],
  completed: ["explain", "test/fixtures/captures/slow-serial-server.pcap"],
};

const pages = mkdtempSync(join(tmpdir(), "listenq-reports-"));
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch(CHROMIUM_OPTIONS);
try {
  for (const [name, command] of Object.entries(KINDS))
    if (wanted.length === 0 || wanted.includes(name)) await takePictures(name, command);
} finally {
  await browser.close();
  rmSync(pages, { recursive: true });
}

async function takePictures(name, command) {
  const file = join(pages, `${name}.html`);
  // A claim that does not hold on an old kernel is an exit code too; without a page, opening it fails.
  spawnSync(process.execPath, ["dist/cli/main.js", ...command, "--report", file], { stdio: "ignore" });
  for (const colorScheme of ["light", "dark"])
    for (const width of [1280, 390]) {
      const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
      await page.goto(`file://${file}`);
      const path = join(folder, `report-${name}-${colorScheme}-${width}.png`);
      const clip = TOP > 0 ? { clip: { x: 0, y: 0, width, height: TOP } } : {};
      await page.screenshot({ path, fullPage: true, ...clip });
      console.log(path);
      await page.close();
    }
}
