/**
 * What watching costs: the exporter with 1,000 listeners, scraped as Prometheus does, as a share of a core; node_exporter's
 * scrape beside it; and what the library takes from a busy node:http server.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, get } from "node:http";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Registry } from "prom-client";
import { Namespace } from "../dist/linux/namespace.js";
import { registerListenerMetrics } from "../dist/prometheus.js";
import { figure, runBench } from "./bench.mjs";
import { isInstalled } from "./c-program.mjs";
import { openListeners } from "./listeners.mjs";
import { pairedRatios, summary } from "./statistics.mjs";

const LISTENERS = 1_000;
const EXPORTER = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const SCRAPE_EVERY_MS = 15_000;
const WINDOW_MS = 30_000;
const ROUNDS = 31;
const ROUND_MS = 1_000;
/** After its first look, which is not what a service pays for all its life. */
const SETTLE_MS = 300;
const CLOCK_TICKS = 100;

async function measure() {
  const namespace = Namespace.create();
  namespace.enter();
  const opened = openListeners(namespace, LISTENERS);
  const notes = [];
  try {
    const figures = [...(await measureExporter()), ...(await measureNodeExporter(notes))];
    // The service of the last figure has one listener, as services have.
    opened.close();
    return { figures: [...figures, ...(await measureLibrary())], notes };
  } finally {
    namespace.close();
  }
}

/** Two scrapes in the window, as often as Prometheus scrapes by default settings of most. */
async function measureExporter() {
  const args = [EXPORTER, "exporter", "--listen", "127.0.0.1:9842", "--max-listeners", "2000"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  await once(child.stderr, "data");
  const url = "http://127.0.0.1:9842/metrics";
  await fetchText(url);
  await sleep(5_000);
  const before = cpuMs(child.pid);
  const startedAt = performance.now();
  const text = await scrapeFor(url);
  const share = (100 * (cpuMs(child.pid) - before)) / (performance.now() - startedAt);
  child.kill();
  await once(child, "close");
  const series = text.split("\n").filter((line) => line.startsWith("listenq_")).length;
  const every = Number(/listenq_look_interval_seconds\{look="all"\} (\S+)/.exec(text)?.[1]);
  return [
    figure("exporter-cpu", "exporter, 1,000 listeners, of a core", "%", { value: share }, { atMost: 2 }),
    figure(
      "exporter-looks",
      "its looks at all listeners, per second",
      "",
      { value: 1 / every },
      { atLeast: 10 },
    ),
    figure("exporter-series", "its series", "", { value: series }),
  ];
}

async function measureNodeExporter(notes) {
  if (!isInstalled("prometheus-node-exporter")) {
    notes.push("prometheus-node-exporter is not installed: left out.");
    return [];
  }
  const child = spawn("prometheus-node-exporter", ["--web.listen-address=127.0.0.1:9100"], {
    stdio: "ignore",
  });
  const url = "http://127.0.0.1:9100/metrics";
  while ((await fetchText(url).catch(() => "")) === "") await sleep(100);
  const before = cpuMs(child.pid);
  const startedAt = performance.now();
  await scrapeFor(url);
  const share = (100 * (cpuMs(child.pid) - before)) / (performance.now() - startedAt);
  child.kill();
  await once(child, "close");
  return [figure("node-exporter-cpu", "node_exporter, the same scrapes, of a core", "%", { value: share })];
}

async function scrapeFor(url) {
  let text = "";
  for (let left = WINDOW_MS / SCRAPE_EVERY_MS; left > 0; left -= 1) {
    text = await fetchText(url);
    await sleep(SCRAPE_EVERY_MS);
  }
  return text;
}

/**
 * Requests per second with and without metrics of this process's listeners, by turns; and the CPU time that the metrics take,
 * which is less noisy: the loop is busy, so what they take is what requests lose.
 */
async function measureLibrary() {
  const server = createServer((_request, response) => response.end("hello\n"));
  server.listen(3_000, "127.0.0.1");
  await once(server, "listening");
  const client = spawn(process.execPath, ["-e", CLIENT], { stdio: ["pipe", "pipe", "inherit"] });
  const count = async () => {
    client.stdin.write(`${ROUND_MS}\n`);
    return Number(String((await once(client.stdout, "data"))[0]));
  };
  await count();
  const [bare, watched] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const turns = [async () => bare.push(await count()), async () => watched.push(await countWatched(count))];
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
  }
  client.kill();
  server.closeAllConnections();
  server.close();
  const losses = pairedRatios(watched, bare).map((ratio) => 100 * (1 - ratio));
  return [
    figure("library-loss", "node:http requests/s lost to the library", "%", summary(losses), { atMost: 1 }),
    figure(
      "library-cpu",
      "the library's own looks, of a core",
      "%",
      { value: await libraryShare() },
      { atMost: 1 },
    ),
  ];
}

async function countWatched(count) {
  const metrics = registerListenerMetrics(new Registry());
  await sleep(SETTLE_MS);
  const requests = await count();
  metrics.close();
  return requests;
}

/** CPU time of this process while it does nothing but look, as a share of a core. */
async function libraryShare() {
  const metrics = registerListenerMetrics(new Registry());
  await sleep(SETTLE_MS);
  const [startedAt, before] = [performance.now(), process.cpuUsage()];
  await sleep(10 * ROUND_MS);
  const { user, system } = process.cpuUsage(before);
  metrics.close();
  return (user + system) / 10 / (performance.now() - startedAt);
}

/** 32 kept connections, each with one request under way; prints how many were answered in the time asked for. */
const CLIENT = `
const { Agent, get } = require("node:http");
const agent = new Agent({ keepAlive: true, maxSockets: 32 });
process.stdin.on("data", (text) => {
  let answered = 0, running = 32;
  const end = performance.now() + Number(text);
  const ask = () => get({ port: 3000, host: "127.0.0.1", agent }, (response) => {
    response.resume().on("end", () => {
      answered += 1;
      if (performance.now() < end) ask();
      else if (--running === 0) process.stdout.write(answered + "\\n");
    });
  });
  for (let at = 0; at < 32; at++) ask();
});`;

function fetchText(url) {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve(text));
    }).on("error", reject);
  });
}

function cpuMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / CLOCK_TICKS;
}

await runBench({
  name: "exporter",
  title: "Exporter and library: what watching costs",
  file: fileURLToPath(import.meta.url),
  measure,
});
