/**
 * What many scenarios cost: making and letting go of a run's namespaces, when the kernel is really done with them, and
 * whole tiny runs one after the other and side by side. `listenq verify` lives on these numbers.
 *
 * A namespace ends in the kernel some time after it was closed. To see that, one end of a veth pair is kept in a namespace that
 * stays: it vanishes with the host that holds the other end.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseScenario } from "../dist/core/scenario/index.js";
import { buildNetwork } from "../dist/system/lab/host/network.js";
import { runMany } from "../dist/system/lab/run-many.js";
import { runScenario } from "../dist/system/lab/run-scenario.js";
import { Namespace } from "../dist/system/linux/namespace/namespace.js";
import { Links } from "../dist/system/linux/netlink/links.js";
import { figure, repeats, runBench } from "./bench.mjs";
import { summary } from "./statistics.mjs";

const ONE_AFTER_OTHER = 20;
const SIDE_BY_SIDE = 50;
const WAVES = repeats(5);
const BATCH = 600;
const BATCH_PARALLEL = 300;
const WATCHER_PREFIX = "gone";

function tinyScenario(topology) {
  const text = `
scenario: One client is served at once.
topology: ${topology}
wire: { delay: 0ms }
listener: { backlog: 1, accept: { how: at-once, hold: 0ms } }
clients: [{ at: 0ms, send: 82B }]
duration: 5s
`;
  return parseScenario(text, "run-many");
}

async function measure() {
  const figures = [];
  for (const topology of ["loopback", "wire"]) {
    const scenario = tinyScenario(topology);
    await runScenario(scenario);
    figures.push(...(await measureNetworks(topology, scenario)), ...(await measureRuns(topology, scenario)));
  }
  figures.push(...(await measureBatch()));
  const settling =
    "A run ends 60 ms after its last client, to catch the last packets: that is part of each whole run.";
  return { figures, notes: [settling] };
}

async function measureNetworks(topology, scenario) {
  const [build, close, gone] = [[], [], []];
  const watchers = Namespace.create();
  try {
    for (let round = 0; round < ONE_AFTER_OTHER; round += 1) {
      const [network, buildMs] = timed(() => buildNetwork(scenario));
      watch(watchers, network, round);
      const [, closeMs] = timed(() => network.close());
      const start = process.hrtime.bigint();
      while (countWatched(watchers) > 0) await sleep(1);
      build.push(buildMs);
      close.push(closeMs);
      gone.push(since(start));
    }
    const waves = [];
    for (let left = WAVES; left > 0; left -= 1) waves.push(await measureWave(watchers, scenario));
    return networkFigures(topology, { build, close, gone, waves });
  } finally {
    watchers.close();
  }
}

/** Many networks at once: what each costs to build, and how long the kernel needs until the last one is gone. */
async function measureWave(watchers, scenario) {
  const networks = [];
  const start = process.hrtime.bigint();
  for (let place = 0; place < SIDE_BY_SIDE; place += 1) networks.push(buildNetwork(scenario));
  const buildEachMs = since(start) / SIDE_BY_SIDE;
  networks.forEach((network, place) => {
    watch(watchers, network, place);
  });
  const closing = process.hrtime.bigint();
  for (const network of networks) network.close();
  while (countWatched(watchers) > 0) await sleep(1);
  return { buildEachMs, goneMs: since(closing) };
}

/** Scenarios that mostly wait, as `listenq verify` has them: 8 s each, six clients, resends, no regular samples. */
async function measureBatch() {
  const text = `
scenario: Six clients meet a small listener that accepts late.
listener: { backlog: 1, calls: [{ at: 2s, accept: 1 }, { at: 4s, accept: 2 }] }
clients: [{ at: 0ms, send: 82B }, { at: 200ms, send: 82B, count: 3 }, { at: 1s, count: 2 }]
duration: 8s
`;
  const scenario = parseScenario(text, "batch");
  const late = [];
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  const batch = Array.from({ length: BATCH }, () => scenario);
  await runMany(batch, { parallel: BATCH_PARALLEL, sampleEveryMs: null }, ({ recording, error }) => {
    if (error !== null) throw error;
    for (const { at, arrivedAt } of recording.trace.packets) {
      if (arrivedAt !== null) late.push(arrivedAt - at - scenario.wire.delayMs);
    }
  });
  const seconds = since(start) / 1000;
  const spent = process.cpuUsage(cpu);
  const each = (spent.user + spent.system) / 1000 / BATCH;
  const words = `${BATCH} scenarios of 8 s, ${BATCH_PARALLEL} at a time`;
  return [
    figure("batch-rate", `${words}: scenarios a second`, "", summary([BATCH / seconds]), { atLeast: 25 }),
    figure("batch-cpu", `${words}: CPU time each`, "ms", summary([each])),
    figure("batch-late", `${words}: a packet beyond its delay`, "ms", summary(late)),
  ];
}

function watch(watchers, network, place) {
  watchers.inside(() => {
    const links = new Links();
    const number = place.toString(16).padStart(2, "0");
    const near = { name: `${WATCHER_PREFIX}${place}`, mac: `02:00:00:00:02:${number}` };
    const far = { name: "watched", mac: `02:00:00:00:03:${number}` };
    try {
      links.createVeth(near, far, network.server.fd);
    } finally {
      links.close();
    }
  });
}

function countWatched(watchers) {
  const devices = watchers.inside(() => readFileSync("/proc/thread-self/net/dev", "utf8"));
  return devices.split(WATCHER_PREFIX).length - 1;
}

async function measureRuns(topology, scenario) {
  const alone = [];
  for (let left = ONE_AFTER_OTHER; left > 0; left -= 1) {
    const start = process.hrtime.bigint();
    await runScenario(scenario);
    alone.push(since(start));
  }
  const together = [];
  for (let left = WAVES; left > 0; left -= 1) {
    const start = process.hrtime.bigint();
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => runScenario(scenario)));
    together.push(since(start) / SIDE_BY_SIDE);
  }
  return [
    figure(`${topology}-run`, `${topology}: a whole run, one after the other`, "ms", summary(alone)),
    figure(
      `${topology}-together`,
      `${topology}: a whole run, ${SIDE_BY_SIDE} side by side, each`,
      "ms",
      summary(together),
    ),
  ];
}

function networkFigures(topology, { build, close, gone, waves }) {
  const one = (id, words, values) =>
    figure(`${topology}-${id}`, `${topology}: ${words}`, "ms", summary(values));
  const buildEach = waves.map(({ buildEachMs }) => buildEachMs);
  const goneTogether = waves.map(({ goneMs }) => goneMs);
  return [
    one("build", "build the network", build),
    one("close", "close it", close),
    one("gone", "until the kernel has taken it down", gone),
    one("wave-build", `build ${SIDE_BY_SIDE}, each`, buildEach),
    one("wave-gone", `until the kernel has taken all ${SIDE_BY_SIDE} down`, goneTogether),
  ];
}

function timed(work) {
  const start = process.hrtime.bigint();
  const result = work();
  return [result, since(start)];
}

function since(start) {
  return Number(process.hrtime.bigint() - start) / 1e6;
}

await runBench({
  name: "run-many",
  title: `Many runs: ${ONE_AFTER_OTHER} tiny scenarios one after the other, ${SIDE_BY_SIDE} side by side`,
  file: fileURLToPath(import.meta.url),
  measure,
});
