/**
 * Does the sampler see short bursts, and what does looking cost? A watched listener's queue is filled for 20 ms, a hundred
 * times; and 50 namespaces of 20 listeners are looked at for some seconds.
 *
 * @module
 */
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Namespace } from "../dist/system/linux/namespace/namespace.js";
import { Links } from "../dist/system/linux/netlink/links.js";
import {
  acceptFrom,
  closeSocket,
  connectTo,
  openListener,
  openTcpSocket,
} from "../dist/system/linux/socket/tcp-socket.js";
import { NamespaceEye } from "../dist/system/observe/namespace-eye.js";
import { ListenerSampler } from "../dist/system/observe/sampler/listener-sampler.js";
import { NamespaceLooker } from "../dist/system/observe/sampler/namespace-looker.js";
import { figure, runBench } from "./bench.mjs";
import { openListeners } from "./listeners.mjs";
import { summary } from "./statistics.mjs";

const BURSTS = 100;
const BURST_MS = 20;
const PORT = 7000;
const BACKLOG = 4;
/** What a looker looks at without being asked for more. */
const LOOKS = { unix: false, onlyPort: null, counters: [] };

async function measure() {
  return { figures: [...(await measureBursts()), ...measureSweeps()], notes: [] };
}

/** The sampler runs in this process, so that a burst is made between its looks and never during one. */
async function measureBursts() {
  const namespace = Namespace.create();
  const { listener, sampler } = namespace.inside(() => {
    const links = new Links();
    links.setUp(1);
    links.close();
    return {
      listener: openListener({ address: "127.0.0.1", port: PORT, backlog: BACKLOG }),
      sampler: new ListenerSampler({ watchPorts: [PORT], hearsEntries: true }),
    };
  });
  let seen = 0;
  let heard = 0;
  const shares = [];
  for (let burst = 0; burst < BURSTS; burst += 1) {
    await pause(100 + Math.random() * 50);
    sampler.sample();
    const clients = namespace.inside(fill);
    await pause(BURST_MS);
    empty(listener, clients);
    await pause(50);
    const sample = sampler.sample();
    const one = sample.listeners.find(({ port }) => port === PORT);
    if (one.intervalPeak >= one.acceptQueue.capacity) seen += 1;
    if (one.entries?.verdict === "counted" && one.entries.peakAtMost >= one.acceptQueue.capacity) heard += 1;
    shares.push(sample.coverage.cpuShare * 100);
  }
  sampler.sample();
  await pause(3_000);
  const quiet = sampler.sample().coverage.cpuShare * 100;
  sampler.close();
  closeSocket(listener);
  namespace.close();
  return [
    figure("bursts", `bursts of ${BURST_MS} ms seen, of ${BURSTS}`, "", { value: seen }, { atLeast: 95 }),
    figure(
      "heard",
      "the same told by the kernel's queue entries, agreed by its counter",
      "",
      { value: heard },
      { atLeast: BURSTS },
    ),
    figure("share", "looking, share of a core, one listener watched", "%", { value: quiet }, { atMost: 1 }),
    figure("share-bursts", "the same while it is also asked twice a burst", "%", summary(shares)),
  ];
}

function fill() {
  return Array.from({ length: BACKLOG + 1 }, () => {
    const fd = openTcpSocket("127.0.0.1");
    connectTo(fd, "127.0.0.1", PORT);
    return fd;
  });
}

function empty(listener, clients) {
  for (;;) {
    const accepted = acceptFrom(listener);
    if (typeof accepted === "number") break;
    closeSocket(accepted.fd);
  }
  for (const fd of clients) closeSocket(fd);
}

function measureSweeps() {
  const opened = Array.from({ length: 50 }, () => {
    const namespace = Namespace.create();
    const listeners = openListeners(namespace, 20);
    const eye = namespace.inside(() => new NamespaceEye());
    const seen = { inode: eye.inode, name: null, self: false, eye };
    return { namespace, listeners, looker: new NamespaceLooker(seen, () => performance.now(), LOOKS) };
  });
  const time = (work) => {
    const start = process.hrtime.bigint();
    for (const { looker } of opened) work(looker);
    return Number(process.hrtime.bigint() - start) / 1e6;
  };
  for (let warmUp = 0; warmUp < 20; warmUp += 1) time((looker) => looker.dump());
  const sweeps = Array.from({ length: 41 }, () => time((looker) => looker.dump()));
  const requests = Array.from({ length: 11 }, () => time((looker) => looker.countRequests()));
  for (const { namespace, listeners, looker } of opened) {
    looker.close();
    listeners.close();
    namespace.close();
  }
  return [
    figure("sweep", "50 namespaces of 20 listeners: accept queues, a sweep", "ms", summary(sweeps), {
      atMost: 20,
    }),
    figure(
      "syn-sweep",
      "the same: SYN queues, a sweep (spread over time by its budget of 0.3 %)",
      "ms",
      summary(requests),
    ),
  ];
}

await runBench({
  name: "bursts",
  title: "Sampler: bursts seen, and what looking costs",
  file: fileURLToPath(import.meta.url),
  measure,
});
