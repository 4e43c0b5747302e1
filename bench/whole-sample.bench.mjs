/**
 * What a whole sample costs (all listeners, counters, owners, peaks) beside the process `ss -lntpH`, and whether thousands of
 * established connections make the look at the listeners dearer.
 *
 * @module
 */
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Namespace } from "../dist/linux/namespace.js";
import { SockDiag } from "../dist/linux/sock-diag.js";
import { acceptFrom, closeSocket, connectTo, openListener, openTcpSocket } from "../dist/linux/tcp-socket.js";
import { ListenerSampler } from "../dist/observe/sampler/listener-sampler.js";
import { figure, isTooManyFiles, runBench } from "./bench.mjs";
import { isInstalled, runFromNode } from "./c-program.mjs";
import { openListeners } from "./listeners.mjs";
import { pairedRatios, summary } from "./statistics.mjs";

const ROUNDS = 21;
const SS = ["ss", "-lntpH"];
const CONNECTIONS = 10_000;
const PORT = 9_000;

async function measure() {
  const figures = [];
  const notes = [];
  for (const work of [() => measureSize(1_000), () => measureSize(10_000), measureEstablished]) {
    try {
      figures.push(...work());
    } catch (error) {
      if (!isTooManyFiles(error)) throw error;
      notes.push("too many open files for this process: a figure is left out. Try: ulimit -n 25000");
    }
  }
  return { figures, notes };
}

function measureSize(count) {
  const namespace = Namespace.create();
  const listeners = openListeners(namespace, count);
  const sampler = namespace.inside(() => new ListenerSampler());
  const ours = [];
  const theirs = [];
  for (let round = -5; round < ROUNDS; round += 1) {
    const [one, other] = [
      timeOf(() => sampler.sample()),
      isInstalled("ss") ? namespace.inside(() => runFromNode(SS)) / 1e6 : null,
    ];
    if (round < 0) continue;
    ours.push(one);
    if (other !== null) theirs.push(other);
  }
  sampler.close();
  listeners.close();
  namespace.close();
  const name = `${count.toLocaleString("en")} listeners`;
  const figures = [figure(`sample-${count}`, `${name}: a whole sample`, "ms", summary(ours))];
  if (theirs.length === 0) return figures;
  return [
    ...figures,
    figure(`ss-${count}`, `${name}: ss -lntpH, a process`, "ms", summary(theirs)),
    figure(
      `ss/sample-${count}`,
      `${name}: ss -lntpH / a whole sample`,
      "x",
      summary(pairedRatios(theirs, ours)),
    ),
  ];
}

function measureEstablished() {
  const namespace = Namespace.create();
  const listeners = openListeners(namespace, 100);
  const diag = namespace.inside(() => new SockDiag());
  const dump = (states) => () => diag.forEachRow(states, ["ipv4"], () => undefined);
  const take = (states) => {
    for (let warmUp = 0; warmUp < 200; warmUp += 1) dump(states)();
    return Array.from({ length: 201 }, () => timeOf(dump(states)));
  };
  const before = [take(["LISTEN"]), take(["SYN_RECV"])];
  const fds = namespace.inside(connectMany);
  const after = [take(["LISTEN"]), take(["SYN_RECV"])];
  for (const fd of fds) closeSocket(fd);
  diag.close();
  listeners.close();
  namespace.close();
  const beside = `beside ${CONNECTIONS.toLocaleString("en")} connections / without`;
  return [
    figure("established", `LISTEN dump of 100, ${beside}`, "x", summary(pairedRatios(after[0], before[0])), {
      atMost: 1.1,
    }),
    figure("established-syn", `SYN_RECV dump, ${beside}`, "x", summary(pairedRatios(after[1], before[1]))),
  ];
}

function connectMany() {
  const listener = openListener({ address: "127.0.0.1", port: PORT, backlog: 128 });
  const fds = [listener];
  for (let made = 0; made < CONNECTIONS; made += 1) {
    const client = openTcpSocket("127.0.0.1");
    fds.push(client);
    connectTo(client, "127.0.0.1", PORT);
    const accepted = acceptFrom(listener);
    if (typeof accepted !== "number") fds.push(accepted.fd);
  }
  return fds;
}

function timeOf(work) {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

await runBench({
  name: "whole-sample",
  title: "A whole sample, and what does not make it dearer",
  file: fileURLToPath(import.meta.url),
  measure,
});
