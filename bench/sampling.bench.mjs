/**
 * How much one look at every listener costs: our dump in this process, the same dump by a plain C loop, and the process
 * `ss -lntH`. All look at the same listeners in a namespace of the bench's own, by turns, in one run.
 *
 * @module
 */
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Namespace } from "../dist/system/linux/namespace/namespace.js";
import { SockDiag } from "../dist/system/linux/netlink/sock-diag.js";
import { figure, isTooManyFiles, repeats, runBench } from "./bench.mjs";
import { CLoop, compile, isInstalled, runFromNode } from "./c-program.mjs";
import { openListeners } from "./listeners.mjs";
import { pairedRatios, summary } from "./statistics.mjs";

const ROUNDS = repeats(41);
const WARM_UP_DUMPS = 1_000;
const WARM_UP_ROUNDS = 3;
const SS = ["ss", "-lntH"];

/** `batch` is how many dumps a turn takes: enough for some milliseconds, so that a turn outweighs its own start. */
const SIZES = [
  { listeners: 10, batch: 200, aims: { c: null, ss: null } },
  { listeners: 1_000, batch: 20, aims: { c: { atMost: 1.3 }, ss: { atLeast: 10 } } },
  { listeners: 10_000, batch: 4, aims: { c: { atMost: 1.3 }, ss: { atLeast: 5 } } },
];

async function measure() {
  const program = compile("dump.c");
  const hasSs = isInstalled("ss");
  const notes = [];
  if (program === null) notes.push("cc is not installed: the C loop is left out, and ss is started by Node.");
  if (!hasSs) notes.push("ss (iproute2) is not installed: it is left out.");
  const figures = [];
  for (const size of SIZES) {
    const namespace = Namespace.create();
    try {
      figures.push(...(await measureSize(namespace, size, program, hasSs)));
    } catch (error) {
      if (!isTooManyFiles(error)) throw error;
      const need = `${size.listeners} listeners need as many open files and a few more`;
      notes.push(
        `${need}, which this process may not have: left out. Try: ulimit -n ${size.listeners + 1_000}`,
      );
    } finally {
      namespace.close();
    }
  }
  return { figures, notes };
}

async function measureSize(namespace, size, program, hasSs) {
  const opened = openListeners(namespace, size.listeners);
  try {
    return await compare(namespace, size, program, hasSs);
  } finally {
    opened.close();
  }
}

async function compare(namespace, { listeners, batch, aims }, program, hasSs) {
  const diag = namespace.inside(() => new SockDiag());
  const cLoop = program === null ? null : namespace.inside(() => new CLoop(program));
  const turns = {
    ours: () => dumpHere(diag, batch, listeners, { skmeminfo: true }),
    bare: () => dumpHere(diag, batch, listeners, { skmeminfo: false }),
    ...(cLoop === null ? {} : { c: () => dumpInC(cLoop, batch, listeners) }),
    ...(hasSs
      ? { ss: () => (cLoop === null ? namespace.inside(() => runFromNode(SS)) : cLoop.run(SS)) }
      : {}),
  };
  try {
    // V8 compiles the walk only after some rows: a sampler that matters runs for hours.
    dumpHere(diag, Math.max(WARM_UP_DUMPS / batch, batch), listeners, { skmeminfo: true });
    const nsOf = await takeTurns(turns);
    return figuresOf(listeners, nsOf, aims);
  } finally {
    cLoop?.close();
    diag.close();
  }
}

/** Who begins changes from round to round, so that nobody always follows the cache of the same other. */
async function takeTurns(turns) {
  const names = Object.keys(turns);
  const nsOf = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const ns = await turns[name]();
      if (round >= 0) nsOf[name].push(ns);
    }
  }
  return nsOf;
}

function dumpHere(diag, count, expectedRows, options) {
  let rows = 0;
  let sum = 0;
  const visit = (row) => {
    rows += 1;
    sum += row.receiveQueue + row.sendQueue + (row.drops ?? 0);
  };
  const start = process.hrtime.bigint();
  for (let left = count; left > 0; left -= 1) diag.forEachRow(["LISTEN"], ["ipv4"], visit, options);
  const ns = Number(process.hrtime.bigint() - start);
  if (rows !== count * expectedRows || sum === 0)
    throw new Error(`${rows} rows in ${count} dumps of ${expectedRows}`);
  return ns / count;
}

async function dumpInC(cLoop, count, expectedRows) {
  const { nsEach, rows } = await cLoop.dump(count);
  if (rows !== expectedRows) throw new Error(`${expectedRows} listeners, but ${rows} rows in C`);
  return nsEach;
}

function figuresOf(listeners, { ours, bare, c, ss }, aims) {
  const name = `${listeners.toLocaleString("en")} listeners`;
  const milliseconds = (values) => summary(values.map((ns) => ns / 1e6));
  const ratio = (id, text, one, other, aim) =>
    figure(`${id}-${listeners}`, `${name}: ${text}`, "x", summary(pairedRatios(one, other)), aim);
  const duration = (id, text, values) =>
    figure(`${id}-${listeners}`, `${name}: ${text}`, "ms", milliseconds(values));
  const figures = [
    duration("ours", "listenq, a dump", ours),
    duration("bare", "listenq without drop counters, a dump", bare),
  ];
  if (c !== undefined) {
    figures.push(duration("c", "C loop, a dump", c));
    figures.push(ratio("ours/c", "listenq / C loop", ours, c, aims.c));
  }
  if (ss !== undefined) {
    figures.push(duration("ss", "ss -lntH, a process", ss));
    figures.push(ratio("ss/ours", "ss / listenq", ss, ours, aims.ss));
    figures.push(ratio("ss/bare", "ss / listenq without drop counters", ss, bare, null));
  }
  return figures;
}

await runBench({
  name: "sampling",
  title: "Sampling: one look at every listener, by turns in one run",
  file: fileURLToPath(import.meta.url),
  measure,
});
