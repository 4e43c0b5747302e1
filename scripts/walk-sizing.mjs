// The walk of docs/sizing.md: three real servers that stand still for half a second every second, each overloaded, diagnosed,
// sized and healed. Everything happens in a network namespace of its own. Needs a build, nginx and redis-server for their
// parts, and root or user namespaces.
//
// usage: node scripts/walk-sizing.mjs [node] [redis] [nginx]
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const INSIDE = "LISTENQ_WALK_INSIDE";
const STALL_MS = 500;
const EVERY_MS = 1000;
const RATE = "400/s";
const SMALL = 64;

if (process.env[INSIDE] === undefined) {
  const asRoot = process.getuid?.() === 0 ? ["--net"] : ["--user", "--map-root-user", "--net"];
  const command = [...asRoot, process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const env = { ...process.env, [INSIDE]: "1", NO_COLOR: "1" };
  process.exit(spawnSync("unshare", command, { stdio: "inherit", env }).status ?? 1);
}
spawnSync("ip", ["link", "set", "lo", "up"]);

const folder = mkdtempSync(join(tmpdir(), "listenq-walk-"));

/** A Node server that does half a second of work on its event loop, every second. */
function startNode(backlog) {
  const source = `
import { createServer } from "node:http";
createServer((_, response) => response.setHeader("Connection", "close").end("hello\\n"))
  .listen({ host: "127.0.0.1", port: 8080, backlog: ${backlog} });
setInterval(() => { const end = Date.now() + ${STALL_MS}; while (Date.now() < end); }, ${EVERY_MS});`;
  const file = join(folder, "server.mjs");
  writeFileSync(file, source);
  const child = spawn(process.execPath, [file], { stdio: "ignore" });
  return { port: 8080, stop: () => end(child) };
}

/** Redis, to which somebody sends a script of half a second every second. */
async function startRedis(backlog) {
  const options = [
    "--port",
    "6379",
    "--bind",
    "127.0.0.1",
    "--tcp-backlog",
    String(backlog),
    "--save",
    "",
    "--dir",
    folder,
  ];
  const child = spawn("redis-server", options, { stdio: "ignore" });
  const script = `local t=redis.call('TIME') local s=t[1]*1000000+t[2] repeat t=redis.call('TIME') until t[1]*1000000+t[2]-s>=${STALL_MS * 1000} return 0`;
  const client = await connected(6379);
  const timer = setInterval(
    () => client.write(`*3\r\n$4\r\nEVAL\r\n$${script.length}\r\n${script}\r\n$1\r\n0\r\n`),
    EVERY_MS,
  );
  const stop = async () => {
    clearInterval(timer);
    client.destroy();
    await end(child);
  };
  return { port: 6379, stop };
}

/** nginx, whose only worker is stopped for half a second every second, as a full disk's write() does. */
async function startNginx(backlog) {
  const file = join(folder, "nginx.conf");
  writeFileSync(
    file,
    `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 8192; }
http { access_log off; keepalive_timeout 0;
  server { listen 127.0.0.1:8081 backlog=${backlog}; location / { return 200 "hello\\n"; } } }\n`,
  );
  const child = spawn("nginx", ["-c", file, "-e", `${folder}/error.log`], { stdio: "ignore" });
  (await connected(8081)).destroy();
  const { stdout } = spawnSync("pgrep", ["-P", String(child.pid)], { encoding: "utf8" });
  const worker = Number(stdout.trim());
  // Signals to process 0 would go to ourselves.
  if (!(worker > 1)) throw new Error("nginx has no worker");
  const timer = setInterval(() => {
    process.kill(worker, "SIGSTOP");
    setTimeout(() => process.kill(worker, "SIGCONT"), STALL_MS);
  }, EVERY_MS);
  const stop = async () => {
    clearInterval(timer);
    await wait(STALL_MS);
    await end(child, "SIGTERM");
  };
  return { port: 8081, stop };
}

const SERVERS = {
  node: { start: startNode, software: "node", send: [] },
  redis: { start: startRedis, software: "redis", send: ["--send", "QUIT\\r\\n"] },
  nginx: { start: startNginx, software: "nginx", send: [] },
};

async function end(child, signal = "SIGKILL") {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await ended;
}

/** Tries until somebody listens. */
async function connected(port) {
  for (;;) {
    const socket = createConnection({ port, host: "127.0.0.1" }).on("error", () => undefined);
    const isOpen = await new Promise((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    if (isOpen) return socket;
    await wait(50);
  }
}

/** Runs listenq and returns what it said; what it prints is real. */
function listenq(args) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ["ignore", "pipe", "ignore"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (piece) => {
    text += piece;
  });
  return new Promise((resolve) => child.once("exit", () => resolve(text)));
}

function show(args, text) {
  const words = args.map((arg) => (/[\s\\]/.test(arg) ? `'${arg}'` : arg));
  process.stdout.write(`$ listenq ${words.join(" ")}\n${text}\n`);
}

async function walk(name) {
  const { start, software, send } = SERVERS[name];
  process.stdout.write(`== ${name}, backlog ${SMALL}\n\n`);
  const small = await start(SMALL);
  const port = String(small.port);
  const load = ["load", "--rate", RATE, "--duration", "14s", "--timeout", "3s", ...send, `127.0.0.1:${port}`];
  const loading = listenq(load);
  await wait(1500);
  const why = ["why", port];
  const explain = ["explain", "--interface", "lo", "--port", port, "--for", "3s"];
  const plan = ["plan", "--from-port", port, "--for", "6s", "--patience", "3s", "--software", software];
  const [sayWhy, sayExplain, sayPlan] = await Promise.all([
    listenq(why),
    listenq(explain),
    listenq([...plan, "--what-if", `backlog=${SMALL}`]),
  ]);
  show(load, await loading);
  await small.stop();
  show(why, sayWhy);
  show(explain, sayExplain.split("\n").slice(0, 4).join("\n"));
  show(plan, sayPlan);
  const backlog = Number(/^backlog (\d+)/.exec(sayPlan)?.[1]);
  if (Number.isNaN(backlog)) throw new Error(`${name}: the plan has no answer`);
  process.stdout.write(`== ${name}, backlog ${backlog}\n\n`);
  const healed = await start(backlog);
  show(load, await listenq(load));
  await healed.stop();
}

const wanted = process.argv.slice(2);
try {
  for (const name of wanted.length === 0 ? Object.keys(SERVERS) : wanted) await walk(name);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
