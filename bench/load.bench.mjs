/**
 * The load generator against ab (and httperf, where it is installed) at one nginx on loopback, by turns in one run: connections
 * a second, one request each. Then how punctual an open loop is at 5,000 connections a second.
 *
 * Beside other work: `chrt -r 5 node bench/load.bench.mjs` puts nginx and all clients before it alike. Equals do not
 * interrupt each other there, as they do in the usual order, so the open loop is put one above nginx then.
 *
 * @module
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { figure, repeats, runBench } from "./bench.mjs";
import { summary as measured } from "./statistics.mjs";

const PROGRAM = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const PORT = 18_090;
const URL_TEXT = `http://127.0.0.1:${PORT}/`;
const PAIRS = repeats(7);
const REQUESTS = 40_000;
const AT_ONCE = 50;
const RATE = 5000;

const has = (program) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;

async function startNginx(folder) {
  const file = join(folder, "nginx.conf");
  writeFileSync(
    file,
    `daemon off; worker_processes 2; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 20000; }
http { access_log off; keepalive_timeout 0;
  server { listen 127.0.0.1:${PORT} backlog=4096; location / { return 200 "hello\\n"; } } }\n`,
  );
  const child = spawn("nginx", ["-c", file, "-e", `${folder}/error.log`], { stdio: "ignore" });
  for (;;) {
    const socket = createConnection({ port: PORT, host: "127.0.0.1" });
    const isOpen = await new Promise((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return child;
    await wait(50);
  }
}

function rateOf(command, args, pattern) {
  const { stdout } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1 << 28 });
  const found = pattern.exec(stdout)?.[1];
  if (found === undefined) throw new Error(`${command} said no rate: ${stdout.slice(0, 300)}`);
  return Number(found);
}

const byAb = () =>
  rateOf(
    "ab",
    ["-q", "-n", String(REQUESTS), "-c", String(AT_ONCE), URL_TEXT],
    /Requests per second: +([\d.]+)/,
  );

const byListenq = (threads) =>
  rateOf(
    process.execPath,
    [PROGRAM, "load", "-n", String(REQUESTS), "-c", String(AT_ONCE), "--threads", String(threads), URL_TEXT],
    /Requests per second: +([\d.]+)/,
  );

/** Beyond the last of these httperf runs out of descriptors: its select() knows 1,024. */
const HTTPERF_RATES = [14_000, 16_000, 18_000, 20_000, 24_000];

/** httperf is an open loop: it is asked for several rates, and the best that it reached counts, also where it failed to open some. */
function byHttperf() {
  const target = ["--server", "127.0.0.1", "--port", String(PORT), "--timeout", "5"];
  const reached = HTTPERF_RATES.map((rate) => {
    const args = [...target, "--num-conns", String(REQUESTS), "--rate", String(rate)];
    const { stdout } = spawnSync("httperf", args, { encoding: "utf8" });
    const [, replies, seconds] = /replies (\d+) test-duration ([\d.]+) s/.exec(stdout) ?? [];
    if (replies === undefined) throw new Error(`httperf said no rate: ${stdout.slice(0, 300)}`);
    return Number(replies) / Number(seconds);
  });
  return Math.max(...reached);
}

/** Whether this process has a real-time class, by its field of /proc. */
function hasRealTimeClass() {
  const [, rest] = readFileSync("/proc/self/stat", "utf8").split(/\) (?=[A-Z] )/);
  return Number(rest.split(" ")[38]) > 0;
}

/** The generator's own verdict, in milliseconds. */
function startErrorP99() {
  const args = [PROGRAM, "load", "--rate", `${RATE}/s`, "--duration", "4s", "--json", URL_TEXT];
  const [program, ...before] = hasRealTimeClass()
    ? ["chrt", "-r", "6", process.execPath]
    : [process.execPath];
  const { stdout } = spawnSync(program, [...before, ...args], { encoding: "utf8", maxBuffer: 1 << 28 });
  return JSON.parse(stdout).verdict.p99Ms;
}

async function measure() {
  if (!has("nginx") || !has("ab"))
    return { figures: [], notes: ["nginx and ab are needed; nothing was measured."] };
  const folder = mkdtempSync(join(tmpdir(), "listenq-load-bench-"));
  const nginx = await startNginx(folder);
  try {
    const rows = Array.from({ length: PAIRS }, () => ({
      ab: byAb(),
      one: byListenq(1),
      two: byListenq(2),
      httperf: has("httperf") ? byHttperf() : null,
    }));
    const errors = Array.from({ length: PAIRS }, startErrorP99);
    const ratios = (name) => measured(rows.map((row) => row[name] / row.ab));
    const perSecond = (name) => measured(rows.map((row) => row[name]));
    return {
      figures: [
        figure("ab", `ab -c ${AT_ONCE}, connections a second`, "", perSecond("ab")),
        figure("listenq", "listenq load -c 50, two processes, connections a second", "", perSecond("two")),
        figure("listenq-ab", "listenq load / ab, two processes", "x", ratios("two"), { atLeast: 1.2 }),
        figure("listenq-ab-one", "listenq load / ab, one process", "x", ratios("one")),
        ...(has("httperf")
          ? [
              figure(
                "listenq-httperf",
                "listenq load, two processes / httperf",
                "x",
                measured(rows.map((row) => row.two / row.httperf)),
                { atLeast: 1 },
              ),
            ]
          : []),
        figure("start-error", `start error p99 at ${RATE}/s`, "ms", measured(errors), { atMost: 1 }),
      ],
      notes: has("httperf") ? [] : ["httperf is not installed."],
    };
  } finally {
    const ended = new Promise((resolve) => nginx.once("exit", resolve));
    nginx.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

await runBench({ name: "load", title: "Opening connections", file: fileURLToPath(import.meta.url), measure });
