// Takes pictures of every part of the local page, light and dark, wide and narrow, into a folder (build/screenshots). Needs
// Debian's chromium and a built command. Names of parts after the folder take those alone; docs/pictures as the folder takes the few
// that the documentation shows, small.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { CHROMIUM_OPTIONS, servePage } from "./served-page.mjs";

const [folder = "build/screenshots", ...wanted] = process.argv.slice(2);
const leftovers = [];
const DOCS = "docs/pictures";
/** Parts that the documentation shows, and how much of each, in pixels. */
const SHOWN = { silent: [1120, 590], lesson: [1000, 760], live: [1120, 560], eras: [1120, 780] };
const CAPTURE = "test/fixtures/captures/slow-serial-server.pcap";

/** What is shown, and what is done before the picture is taken. */
const PARTS = {
  learn: { hash: "#/learn", prepare: async () => undefined },
  lesson: { hash: "#/learn", prepare: async (page) => await runLesson(page, "The silent drop") },
  play: { hash: "#/play", prepare: async (page) => await playTo(page, 0.42) },
  silent: {
    hash: "#/play?experiment=overflow-drop",
    prepare: async (page) => await playTo(page, 0.45),
  },
  eras: {
    hash: "#/play?experiment=overflow-loopback&beside=3.10",
    prepare: async (page) => await playTo(page, 0.5),
  },
  live: { hash: "#/live", prepare: fillListener },
  reports: {
    hash: "#/reports",
    prepare: async (page) => await page.locator("select:enabled").first().waitFor(),
  },
  explained: {
    hash: "#/reports",
    prepare: async (page) => {
      await page.getByLabel("A capture, a listing or a report").setInputFiles(CAPTURE);
      await page.getByRole("button", { name: "Save this report" }).waitFor();
    },
  },
};

mkdirSync(folder, { recursive: true });
for (const [name, part] of Object.entries(PARTS).filter(([name]) =>
  folder === DOCS ? name in SHOWN : wanted.length === 0 || wanted.includes(name),
))
  await takePictures(name, part);

async function takePictures(name, { hash, prepare }) {
  const { url, origin, stop } = await servePage();
  const browser = await chromium.launch(CHROMIUM_OPTIONS);
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    page.on("pageerror", (error) => console.error(`${name}: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") console.error(`${name}: ${message.text()}`);
    });
    await page.goto(url);
    await page.getByRole("navigation").waitFor();
    await page.goto(`${origin}${hash}`);
    await page.reload();
    await page.getByRole("navigation").waitFor();
    await prepare(page);
    const sizes =
      folder === DOCS
        ? [SHOWN[name]]
        : [
            [1280, 900],
            [390, 844],
          ];
    for (const colorScheme of folder === DOCS ? ["light"] : ["light", "dark"])
      for (const [width, height] of sizes) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height });
        await page.evaluate(
          "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))",
        );
        const path = join(folder, folder === DOCS ? `${name}.png` : `${name}-${colorScheme}-${width}.png`);
        await page.screenshot({ path, fullPage: process.env["WHOLE"] === "1" });
        console.log(path);
      }
  } finally {
    for (const end of leftovers.splice(0)) end();
    await browser.close();
    stop();
  }
}

/** The figure of a lesson, run to its end. */
async function runLesson(page, title) {
  const figure = page.getByRole("article", { name: title });
  await figure.getByRole("radio").nth(1).check();
  await figure.getByRole("button", { name: "Run it" }).click();
  await figure.getByRole("button", { name: "Go there" }).click();
  await figure.getByText("Proof on a kernel").waitFor();
  await figure.scrollIntoViewIfNeeded();
}

/** The slow server with more clients than it has places, for some seconds, and its row opened. */
async function fillListener(page) {
  const slow = spawn(
    process.execPath,
    ["dist/cli/main.js", "server", "--port", "0", "--backlog", "3", "--hold", "900ms", "--json"],
    {
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
  leftovers.push(() => slow.kill("SIGINT"));
  const first = await new Promise((resolve) => slow.stdout.once("data", (text) => resolve(String(text))));
  const [, port] = /:(\d+)/.exec(first) ?? [];
  const row = page.getByRole("row", { name: new RegExp(`:${port}`) });
  await row.waitFor();
  for (let wave = 0; wave < 4; wave += 1) {
    for (let client = 0; client < 3 + wave; client += 1) {
      const socket = connect(Number(port), "127.0.0.1").on("error", () => undefined);
      socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      leftovers.push(() => socket.destroy());
    }
    await new Promise((resolve) => setTimeout(resolve, 1_500));
  }
  await row.getByRole("button").click();
  await page.getByRole("region", { name: /^Listener 1/ }).waitFor();
  // Until the chart has something to show, and the kernel has named those that it refused.
  await new Promise((resolve) => setTimeout(resolve, 6_000));
}

/** The share of the run that is over in the picture. */
async function playTo(page, share) {
  const time = page.getByRole("slider", { name: "Time" });
  await time.waitFor();
  const most = Number(await time.getAttribute("max"));
  await time.evaluate((input, value) => {
    input.value = String(value);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }, share * most);
}
