/**
 * The local page in Debian's Chromium, without a screen: how soon it is there, how evenly it draws 200 connections, what it costs
 * when nothing moves, how soon 100,000 connections are answered, and how large the playground is.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { gzippedSize } from "../scripts/gzipped-size.mjs";
import { CHROMIUM_OPTIONS, servePage } from "../scripts/served-page.mjs";
import { figure, repeats, runBench } from "./bench.mjs";

const PLAYGROUND = "build/playground";
const LOADS = repeats(5);
const LOOK_MS = 2_000;
const MANY = "#/play?clients=200&every=5ms&backlog=20&hold=50ms&accept=one-at-a-time";
/** A page in the background paints later than its buttons are there. */
const FIRST_PAINT = `new Promise((done) => new PerformanceObserver((list) => {
  for (const { name, startTime } of list.getEntries()) if (name === "first-contentful-paint") done(startTime);
}).observe({ type: "paint", buffered: true }))`;
const STORM = "#/play?clients=100000&every=1ms&backlog=128&hold=2ms&accept=at-once";

async function measure() {
  const { executablePath } = CHROMIUM_OPTIONS;
  if (!existsSync(executablePath))
    return { figures: [], notes: [`${executablePath} is not installed: nothing is measured.`] };
  const { url, origin, stop } = await servePage();
  const browser = await chromium.launch(CHROMIUM_OPTIONS);
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(url);
    return {
      figures: [
        figure(
          "first-paint",
          "first paint of the playground",
          "ms",
          { value: await firstPaint(page, origin) },
          { atMost: 1_000 },
        ),
        ...(await drawing(page, origin)),
        figure("storm", "100,000 connections answered", "ms", { value: await storm(page, origin) }),
        figure("size", "playground, gzipped", "kB", { value: playgroundSize() }, { atMost: 200 }),
      ],
      notes: [],
    };
  } finally {
    await browser.close();
    stop();
  }
}

async function firstPaint(page, origin) {
  const times = [];
  for (let load = 0; load < LOADS; load += 1) {
    await page.goto("about:blank");
    await page.goto(`${origin}#/play?experiment=overflow-drop`);
    await page.getByRole("button", { name: "Play" }).waitFor();
    times.push(await page.evaluate(FIRST_PAINT));
  }
  return times.sort((one, other) => one - other)[Math.floor(LOADS / 2)];
}

/** Frames while 200 connections are played, and the main thread's work: for each frame, then while they stand still. */
async function drawing(page, origin) {
  await page.goto("about:blank");
  await page.goto(`${origin}${MANY}`);
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const busyMs = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value * 1000;
  };
  await page.getByRole("button", { name: "Play" }).click();
  const beforePlay = await busyMs();
  const frames = await page.evaluate(COUNT_FRAMES);
  const played = await busyMs();
  await page.getByRole("button", { name: "Pause" }).click();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const beforeRest = await busyMs();
  await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  const idle = ((await busyMs()) - beforeRest) / LOOK_MS;
  const perFrame = (played - beforePlay) / frames;
  return [
    figure(
      "frames",
      "frames a second, 200 connections played",
      "/s",
      { value: frames / (LOOK_MS / 1000) },
      { atLeast: 58 },
    ),
    figure("frame-work", "main thread's work for each of them", "ms", { value: perFrame }, { atMost: 16.7 }),
    figure("idle", "main thread busy while nothing moves", "%", { value: idle * 100 }, { atMost: 0.5 }),
  ];
}

const COUNT_FRAMES = `new Promise((done) => {
  const times = [];
  const next = (now) => {
    times.push(now);
    if (now - times[0] < ${LOOK_MS}) requestAnimationFrame(next);
    else done(times.length - 1);
  };
  requestAnimationFrame(next);
})`;

async function storm(page, origin) {
  await page.goto("about:blank");
  const startedAt = performance.now();
  await page.goto(`${origin}${STORM}`);
  await page.getByText("Of 100000 clients").waitFor();
  return performance.now() - startedAt;
}

function playgroundSize() {
  execFileSync(process.execPath, ["scripts/build-web.mjs", PLAYGROUND], { stdio: "ignore" });
  return gzippedSize(PLAYGROUND) / 1000;
}

await runBench({
  name: "page",
  title: "The local page in Chromium",
  file: fileURLToPath(import.meta.url),
  measure,
});
