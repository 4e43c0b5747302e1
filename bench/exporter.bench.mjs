/**
 * What watching costs: the exporter with 1,000 listeners, scraped as Prometheus does, as a share of a core; node_exporter's
 * scrape beside it; and what the library takes from a busy node:http server.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, get } from "node:http";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Registry } from "prom-client";
import { registerListenerMetrics } from "../dist/prometheus.js";
import { Namespace } from "../dist/system/linux/namespace/namespace.js";
import { figure, repeats, runBench } from "./bench.mjs";
import { isInstalled } from "./c-program.mjs";
import { openListeners } from "./listeners.mjs";
import { pairedRatios, summary } from "./statistics.mjs";

const LISTENERS = 1_000;
const EXPORTER = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const SCRAPE_EVERY_MS = 15_000;
const WINDOW_MS = 30_000;
const WINDOWS = repeats(5);
/** An exporter runs for months: what compiles its code in the first minute is shown by itself. */
const WARM_UP_SCRAPES = 12;
const ROUNDS = repeats(61);
const WARM_UP_ROUNDS = 4;
const ROUND_MS = 500;
/** After its first look, which is not what a service pays for all its life. */
const SETTLE_MS = 300;
const LIBRARY_MS = 10_000;

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

/** Two scrapes in each window, as often as Prometheus scrapes by default settings of most. */
async function measureExporter() {
  const args = [EXPORTER, "exporter", "--listen", "127.0.0.1:9842", "--max-listeners", "2000"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  await once(child.stderr, "data");
  const url = "http://127.0.0.1:9842/metrics";
  const first = await shareWhileScraped(child.pid, url);
  for (let left = WARM_UP_SCRAPES; left > 0; left -= 1) await fetchText(url).then(() => sleep(1_100));
  const shares = [];
  while (shares.length < WINDOWS) shares.push((await shareWhileScraped(child.pid, url)).share);
  child.kill();
  await once(child, "close");
  return exporterFigures(first, shares);
}

function exporterFigures({ text, share: firstShare }, shares) {
  const series = text.split("\n").filter((line) => line.startsWith("listenq_")).length;
  const every = Number(/listenq_look_interval_seconds\{look="all"\} (\S+)/.exec(text)?.[1]);
  const looks = { value: 1 / every };
  return [
    figure("exporter-cpu", "exporter, 1,000 listeners, of a core", "%", summary(shares), { atMost: 2 }),
    figure("exporter-first", "the same in its first 30 s", "%", { value: firstShare }),
    figure("exporter-looks", "its looks at all listeners, per second", "", looks, { atLeast: 10 }),
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
  const { share } = await shareWhileScraped(child.pid, url);
  child.kill();
  await once(child, "close");
  return [figure("node-exporter-cpu", "node_exporter, the same scrapes, of a core", "%", { value: share })];
}

/** What of a core a process takes in one window, and the last text. */
async function shareWhileScraped(pid, url) {
  const before = cpuMs(pid);
  const startedAt = performance.now();
  let text = "";
  for (let left = WINDOW_MS / SCRAPE_EVERY_MS; left > 0; left -= 1) {
    text = await fetchText(url);
    await sleep(SCRAPE_EVERY_MS);
  }
  return { text, share: (100 * (cpuMs(pid) - before)) / (performance.now() - startedAt) };
}

/**
 * A busy server by turns with and without metrics of its own listeners. What a request costs in CPU time of this process tells
 * what they take; requests per second tell the same beside all else that the machine does meanwhile.
 */
async function measureLibrary() {
  const server = createServer((_request, response) => response.end("hello\n"));
  server.listen(3_000, "127.0.0.1");
  await once(server, "listening");
  const client = spawn(process.execPath, ["-e", CLIENT], { stdio: ["pipe", "pipe", "inherit"] });
  const { bare, watched } = await serveByTurns(client);
  client.kill();
  server.closeAllConnections();
  server.close();
  const costs = pairedRatios(cpuPerRequest(watched), cpuPerRequest(bare)).map((ratio) => 100 * (ratio - 1));
  const rates = pairedRatios(requests(watched), requests(bare)).map((ratio) => 100 * (1 - ratio));
  const own = { value: await libraryShare() };
  return [
    figure("library-cost", "node:http: CPU time a request, more with the library", "%", summary(costs), AIM),
    figure("library-loss", "node:http: requests/s lost to the library", "%", summary(rates), AIM),
    figure("library-cpu", "the library's own looks, of a core", "%", own, AIM),
  ];
}

const AIM = { atMost: 1 };
const cpuPerRequest = (turns) => turns.map(({ cpuMs: spentMs, answered }) => spentMs / answered);
const requests = (turns) => turns.map(({ answered }) => answered);

/** Each round has both turns, and who begins changes from round to round. */
async function serveByTurns(client) {
  const [bare, watched] = [[], []];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    const turns = [
      async () => bare.push(await serve(client)),
      async () => watched.push(await serveWatched(client)),
    ];
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
  }
  return { bare: bare.slice(WARM_UP_ROUNDS), watched: watched.slice(WARM_UP_ROUNDS) };
}

async function serveWatched(client) {
  const metrics = registerListenerMetrics(new Registry());
  try {
    return await serve(client);
  } finally {
    metrics.close();
  }
}

async function serve(client) {
  await sleep(SETTLE_MS);
  const before = process.cpuUsage();
  client.stdin.write(`${ROUND_MS}\n`);
  const [answered] = await once(client.stdout, "data");
  const { user, system } = process.cpuUsage(before);
  return { answered: Number(String(answered)), cpuMs: (user + system) / 1_000 };
}

/** CPU time of this process while it does nothing but look, as a share of a core. */
async function libraryShare() {
  const metrics = registerListenerMetrics(new Registry());
  await sleep(SETTLE_MS);
  const [startedAt, before] = [performance.now(), process.cpuUsage()];
  await sleep(LIBRARY_MS);
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

/** All threads, to the nanosecond: clock ticks are too coarse for 2 % of a core. A thread that ended is not counted. */
function cpuMs(pid) {
  const threads = readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}/schedstat`);
  return threads.reduce((sum, file) => sum + Number(readFileSync(file, "utf8").split(" ")[0]) / 1e6, 0);
}

await runBench({
  name: "exporter",
  title: "Exporter and library: what watching costs",
  file: fileURLToPath(import.meta.url),
  measure,
});
