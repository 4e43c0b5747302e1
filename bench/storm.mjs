/**
 * One storm in a process of its own, for `simulation.bench.mjs`: prints what it cost, in time and memory. Arguments: how many
 * connections, and how often before to warm up with a smaller storm.
 *
 * @module
 */
import process from "node:process";
import { rulesOf, simulateStorm } from "../dist/core/model/index.js";
import { EventHeap } from "../dist/core/model/simulation/event-heap.js";

const PENDING = 300;

/** Connections that all complete: 50,000 a second, 64 workers that serve for 1 ms. */
function plan(connections) {
  return {
    rules: rulesOf("6.14"),
    connections,
    gapMs: () => 0.02,
    delayMs: 1,
    backlog: 4096,
    workers: 64,
    serviceMs: () => 1,
    sampleEveryMs: 10,
  };
}

/** Nanoseconds of a push and a pop on a heap of the storm's usual size, which does nothing else. */
function bareHeapNs(operations) {
  const heap = new EventHeap();
  for (let at = 0; at < PENDING; at += 1) heap.push(at / 100, at);
  const startedMs = performance.now();
  for (let at = 0; at < operations; at += 1) {
    const time = heap.nextTime;
    heap.pop();
    heap.push(time + 1 + ((at * 7919) % 1000) / 1000, at);
  }
  return ((performance.now() - startedMs) * 1e6) / operations;
}

const connections = Number(process.argv[2]);
const warmUps = Number(process.argv[3] ?? 0);
for (let run = 0; run < warmUps; run += 1) simulateStorm(plan(10_000));
const startedMs = performance.now();
const { events, outcomes, samples } = simulateStorm(plan(connections));
const elapsedMs = performance.now() - startedMs;
const rssMb = process.resourceUsage().maxRSS / 1000;
bareHeapNs(1_000_000);
const heapNs = bareHeapNs(Math.max(events, 1_000_000));
const result = { elapsedMs, events, served: outcomes.served, samples: samples.length, rssMb, heapNs };
process.stdout.write(`${JSON.stringify(result)}\n`);
