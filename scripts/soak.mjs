/**
 * Samples for a long time while listeners, processes and namespaces come and go, and says whether memory and descriptors
 * stayed flat: `node --expose-gc scripts/soak.mjs [SECONDS]`, 7,200 if left out. Needs root, works in a namespace of its own.
 * Exit code 0 if they did, 1 if not. A build must be there.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { Links } from "../dist/linux/links.js";
import { Namespace } from "../dist/linux/namespace.js";
import { closeSocket, connectTo, openListener, openTcpSocket } from "../dist/linux/tcp-socket.js";
import { ListenerSampler } from "../dist/observe/sampler/listener-sampler.js";

const seconds = Number(process.argv[2] ?? 7_200);
/** Code is compiled and caches fill in the first part. */
const WARM_UP_SHARE = 0.25;
const MOST_GROWTH_BYTES = 8 * 1024 * 1024;
const MOST_MORE_FILES = 3;
const MOST_TRIES = 60;

Namespace.create().enter();
const links = new Links();
links.setUp(1);
links.close();
const sampler = new ListenerSampler({ netns: "all" });
const children = new Set();
const namespaces = sampler.sample().namespaces.length;
const startedMs = performance.now();
let rounds = 0;
let drops = 0;
let wrongOwners = 0;
let first = null;

while (performance.now() - startedMs < seconds * 1_000) {
  await churn();
  rounds += 1;
  if (first === null && performance.now() - startedMs > seconds * 1_000 * WARM_UP_SHARE)
    first = await quietReading();
}
const last = await quietReading();
sampler.close();
const grown = last.heapBytes - first.heapBytes;
const moreFiles = last.files - first.files;
const isFlat = grown < MOST_GROWTH_BYTES && moreFiles <= MOST_MORE_FILES && wrongOwners === 0;
process.stdout.write(
  `${rounds} rounds, ${drops} drops seen; heap ${first.heapBytes} to ${last.heapBytes} bytes, resident ${first.rssBytes} to ${last.rssBytes}, ` +
    `descriptors ${first.files} to ${last.files}, wrong owners ${wrongOwners}: ${isFlat ? "flat" : "NOT FLAT"}\n`,
);
process.exitCode = isFlat ? 0 : 1;

/** Three listeners overflow and close; a child with a namespace of its own comes, an older one goes. */
async function churn() {
  const ports = [1, 2, 3].map((place) => 20_000 + ((rounds * 3 + place) % 10_000));
  const fds = ports.map((port) => openListener({ address: "127.0.0.1", port, backlog: 1 }));
  sampler.sample();
  for (const port of ports) for (let made = 0; made < 4; made += 1) fds.push(connect(port));
  if (rounds % 5 === 0) beginChild();
  await pause(20);
  for (const listener of sampler.sample().listeners.filter(({ port }) => ports.includes(port))) {
    drops += listener.dropsSinceStart;
    if (listener.process !== null && listener.process.pid !== process.pid) wrongOwners += 1;
  }
  for (const fd of fds) closeSocket(fd);
}

function connect(port) {
  const fd = openTcpSocket("127.0.0.1");
  connectTo(fd, "127.0.0.1", port);
  return fd;
}

function beginChild() {
  const [oldest] = children;
  if (children.size >= 3) oldest.kill();
  const child = spawn("unshare", ["--net", "sleep", "60"], { stdio: "ignore" });
  children.add(child);
  child.once("exit", () => children.delete(child));
}

/** The sampler holds descriptors for each namespace, so both readings are taken when no child's is there any more. */
async function quietReading() {
  for (const child of children) child.kill();
  for (let tries = 0; tries < MOST_TRIES && sampler.sample().namespaces.length > namespaces; tries += 1)
    await pause(500);
  return reading();
}

function reading() {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { heapBytes: heapUsed, rssBytes: rss, files: readdirSync("/proc/self/fd").length };
}
