/**
 * Samples and scrapes for a long time while listeners, processes, pids and namespaces come and go, and says whether memory and
 * descriptors stayed flat and every owner was right: `node scripts/soak.mjs [SECONDS]`, 7,200 if left out. Needs root: it works
 * in PID and network namespaces of its own, so that nobody else's listeners are in its way. Exit code 0 if all is well, 1 if
 * not. A build must be there. What happens is in `soak-churn.mjs`.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Links } from "../dist/system/linux/netlink/links.js";
import { startExporter } from "../dist/system/metrics/exporter/exporter.js";
import { ListenerSampler } from "../dist/system/observe/sampler/listener-sampler.js";
import { takeSnapshot } from "../dist/system/observe/snapshot.js";
import { Churn } from "./soak-churn.mjs";

const INSIDE = "LISTENQ_SOAK_INSIDE";
const ROUND_MS = 20;
const MOST_GROWTH_BYTES = 4 * 1024 * 1024;
const MOST_MORE_FILES = 3;
/** The owner of a socket is checked every two seconds, so one that is wrong for longer is a mistake. */
const WRONG_FOR_MS = 6_000;

const seconds = Number(process.argv[2] ?? 7_200);
/** Readings of memory and descriptors in the whole time; each takes some seconds of quiet. */
const READINGS = seconds < 300 ? 4 : 12;
/** Code is compiled and caches fill in the first readings. */
const WARM_UP_READINGS = READINGS / 4;
function runInside() {
  const program = [process.execPath, "--expose-gc", fileURLToPath(import.meta.url), String(seconds)];
  const options = ["--pid", "--fork", "--kill-child", "--mount-proc", "--net"];
  const { status } = spawnSync("unshare", [...options, ...program], {
    stdio: "inherit",
    env: { ...process.env, [INSIDE]: "1" },
  });
  return status ?? 1;
}

async function soak() {
  const links = new Links();
  links.setUp(1);
  links.close();
  const sampler = new ListenerSampler({ netns: "all", unix: true });
  const exporter = await startExporter({
    scope: "all",
    unix: true,
    everyMs: 100,
    mostShare: 0.02,
    maxListeners: 50,
    version: "soak",
    address: "127.0.0.1",
    port: 0,
    onTrouble: () => {},
  });
  const watch = new Watch(sampler, `http://${exporter.endpoint}/metrics`);
  const readings = [];
  const startedMs = performance.now();
  for (let reading = 1; reading <= READINGS; reading += 1) {
    const churn = watch.churn;
    while (performance.now() - startedMs < (seconds * 1_000 * reading) / READINGS) {
      await churn.turn(() => watch.look());
      await pause(ROUND_MS);
    }
    await churn.end();
    readings.push(await watch.quietReading());
    process.stdout.write(`${told(readings.at(-1), performance.now() - startedMs)}\n`);
  }
  sampler.close();
  await exporter.close();
  return verdict(readings, watch);
}

/** Looks, scrapes, and holds each owner that a sample names against a fresh search of /proc. */
class Watch {
  churn = new Churn();
  looks = 0;
  drops = 0;
  wrongOwners = 0;
  #sampler;
  #url;
  #doubted = new Map();

  constructor(sampler, url) {
    this.#sampler = sampler;
    this.#url = url;
  }

  async look() {
    this.looks += 1;
    const sample = this.#sampler.sample();
    for (const listener of sample.listeners) this.drops += listener.rise?.raw ?? 0;
    if (this.looks % 10 === 0) await (await fetch(this.#url)).text();
    if (this.looks % 50 === 0) this.#checkOwners(sample);
  }

  /** Both samplers hold descriptors for each namespace, so they must have noticed first that no child's is there any more. */
  async quietReading() {
    const isQuiet = async () =>
      this.#sampler.sample().namespaces.length === 1 && (await this.#scrapedNamespaces()) === 1;
    for (let tries = 0; tries < 60 && !(await isQuiet()); tries += 1) await pause(1_100);
    globalThis.gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    return { heapBytes: heapUsed, rssBytes: rss, files: readdirSync("/proc/self/fd").length };
  }

  /** How many namespaces the exporter's own sampler still holds. */
  async #scrapedNamespaces() {
    const text = await (await fetch(this.#url)).text();
    return new Set(text.match(/^listenq_tcpext_total\{netns="[^"]*"/gm)).size;
  }

  #checkOwners({ listeners }) {
    const holders = new Map(
      takeSnapshot({ netns: "all", unix: true, process: "nobody" }).snapshot.listeners.map((one) => [
        one.cookie.toString(16),
        one.holders.map(({ pid }) => pid),
      ]),
    );
    const doubted = new Map();
    for (const { cookie, process: owner } of listeners) {
      const isWrong = owner !== null && holders.get(cookie)?.includes(owner.pid) === false;
      if (isWrong) doubted.set(cookie, this.#doubted.get(cookie) ?? performance.now());
    }
    this.#doubted = doubted;
    for (const since of doubted.values()) if (performance.now() - since > WRONG_FOR_MS) this.wrongOwners += 1;
  }
}

function told({ heapBytes, rssBytes, files }, elapsedMs) {
  const mb = (bytes) => (bytes / 2 ** 20).toFixed(2);
  return `${(elapsedMs / 1_000).toFixed(0)} s: heap ${mb(heapBytes)} MB, resident ${mb(rssBytes)} MB, ${files} descriptors`;
}

/** A single reading has noise in it, so the lowest of each half counts: a leak raises the lowest too. */
function verdict(readings, watch) {
  const settled = readings.slice(WARM_UP_READINGS);
  const half = Math.floor(settled.length / 2);
  const lowest = (some, name) => Math.min(...some.map((one) => one[name]));
  const grown = lowest(settled.slice(half), "heapBytes") - lowest(settled.slice(0, half), "heapBytes");
  const moreFiles = lowest(settled.slice(half), "files") - lowest(settled.slice(0, half), "files");
  const isFlat = grown < MOST_GROWTH_BYTES && moreFiles <= MOST_MORE_FILES && watch.wrongOwners === 0;
  process.stdout.write(
    `${watch.churn.rounds} rounds, ${watch.looks} samples, ${watch.drops} drops seen; heap grew by ${grown} bytes, ` +
      `descriptors by ${moreFiles}, wrong owners ${watch.wrongOwners}: ${isFlat ? "flat" : "NOT FLAT"}\n`,
  );
  return isFlat ? 0 : 1;
}

process.exitCode = process.env[INSIDE] === "1" ? await soak() : runInside();
