/**
 * What a whole sample costs (all listeners, counters, owners, peaks) beside the process `ss -lntpH`, and whether thousands of
 * established connections make the look at the listeners dearer.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Namespace } from "../dist/system/linux/namespace/namespace.js";
import { SockDiag } from "../dist/system/linux/netlink/sock-diag.js";
import { writeSysctl } from "../dist/system/linux/proc/sysctl.js";
import { acceptFrom, closeSocket, openListener } from "../dist/system/linux/socket/tcp-socket.js";
import { ListenerSampler } from "../dist/system/observe/sampler/listener-sampler.js";
import { figure, isTooManyFiles, repeats, runBench } from "./bench.mjs";
import { isInstalled, runFromNode } from "./c-program.mjs";
import { openListeners } from "./listeners.mjs";
import { pairedRatios, summary } from "./statistics.mjs";

const ROUNDS = repeats(21);
const SS = ["ss", "-lntpH"];
const CONNECTIONS = 10_000;
const PORT = 9_000;

async function measure() {
  const figures = [];
  const notes = [];
  for (const work of [() => measureSize(1_000), () => measureSize(10_000), measureEstablished]) {
    try {
      figures.push(...(await work()));
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

async function measureEstablished() {
  const namespace = Namespace.create();
  const listeners = openListeners(namespace, 100);
  const diag = namespace.inside(() => new SockDiag());
  const dump = (states) => () => diag.forEachRow(states, ["ipv4"], () => undefined);
  const take = (states) => {
    for (let warmUp = 0; warmUp < 200; warmUp += 1) dump(states)();
    return Array.from({ length: 201 }, () => timeOf(dump(states)));
  };
  const before = [take(["LISTEN"]), take(["SYN_RECV"])];
  const established = await connectMany(namespace);
  const after = [take(["LISTEN"]), take(["SYN_RECV"])];
  established.close();
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

/** The clients are another process's, because most systems give one process fewer descriptors than both ends need. */
async function connectMany(namespace) {
  const listener = namespace.inside(() => {
    writeSysctl("net.core.somaxconn", CONNECTIONS);
    return openListener({ address: "127.0.0.1", port: PORT, backlog: CONNECTIONS });
  });
  const clients = namespace.inside(() =>
    spawn(process.execPath, ["--input-type=module", "-e", CLIENTS], { stdio: ["pipe", "pipe", "inherit"] }),
  );
  await once(clients.stdout, "data");
  const fds = [listener];
  for (let accepted = acceptFrom(listener); typeof accepted !== "number"; accepted = acceptFrom(listener))
    fds.push(accepted.fd);
  if (fds.length <= CONNECTIONS) throw new Error(`${fds.length - 1} of ${CONNECTIONS} connections were made`);
  return {
    close() {
      clients.kill();
      for (const fd of fds) closeSocket(fd);
    },
  };
}

/** Says when all of them are connected, and holds them until it is killed. */
const CLIENTS = `
import { connectTo, openTcpSocket } from ${JSON.stringify(new URL("../dist/system/linux/socket/tcp-socket.js", import.meta.url).href)};
for (let made = 0; made < ${CONNECTIONS}; made += 1) connectTo(openTcpSocket("127.0.0.1"), "127.0.0.1", ${PORT});
process.stdout.write("connected");
process.stdin.resume();`;

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
