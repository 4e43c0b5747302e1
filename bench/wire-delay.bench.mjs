/**
 * How exactly the lab's wire keeps its delay: a real scenario, recorded as any other, with clients that come at random
 * moments, are served at once and let go. The error of a packet is `arrivedAt - at - delayMs` of the trace: from the kernel's
 * stamp at the wire's near end to the moment in which it is put out at the far end.
 *
 * Beside each run a C program does nothing but sleep until each next millisecond: what it misses, this machine misses.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { parseScenario } from "../dist/core/scenario/index.js";
import { runScenario } from "../dist/system/lab/run-scenario.js";
import { figure, isTooManyFiles, repeats, runBench } from "./bench.mjs";
import { compile, numbersOf } from "./c-program.mjs";
import { percentile, summary } from "./statistics.mjs";

const DELAY_MS = 20;
const SECONDS = 4;
const ROUNDS = repeats(7);
/** SYN, SYN+ACK, ACK; request and its ACK; answer; FIN and its ACK, FIN and its ACK. */
const PACKETS_PER_CLIENT = 10;
const LOADS = [
  { packetsPerSecond: 100, aim: null },
  { packetsPerSecond: 1_000, aim: { atLeast: 99 } },
  { packetsPerSecond: 5_000, aim: null },
];

const SCENARIO = `
scenario: Clients come at random moments; each is served at once.
wire: { delay: ${DELAY_MS}ms }
listener: { backlog: 4096, accept: { how: at-once, hold: 0ms } }
clients: [{ at: 0ms, send: 82B }]
duration: ${SECONDS + 5}s
`;

async function measure() {
  const timer = compile("timer.c");
  const notes = timer === null ? ["cc is not installed: the C timer is left out."] : [];
  const rounds = new Map(LOADS.map((load) => [load, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const load of LOADS) rounds.get(load).push(await runOnce(load.packetsPerSecond, round, timer));
  }
  return { figures: LOADS.flatMap((load) => figuresOf(rounds.get(load), load)), notes };
}

async function runOnce(packetsPerSecond, round, timer) {
  const scenario = scenarioFor(packetsPerSecond, round);
  try {
    const [{ trace }, ticks] = await Promise.all([
      runScenario(scenario),
      timer === null ? null : numbersOf(timer, [String(SECONDS)]),
    ]);
    return { ...wireNumbers(trace), bare: ticks === null ? null : (100 * ticks[1]) / ticks[0] };
  } catch (error) {
    if (!isTooManyFiles(error)) throw error;
    const need = `${scenario.clients.length} clients need as many open files and a few more`;
    throw new Error(`${need}, which this process may not have; raise ulimit -n`, { cause: error });
  }
}

/** The same moments for the same round, so that two machines carry the same. */
function scenarioFor(packetsPerSecond, round) {
  const template = parseScenario(SCENARIO, "wire-delay");
  const [client] = template.clients;
  const chance = seededChance(packetsPerSecond + round);
  const count = Math.round((packetsPerSecond * SECONDS) / PACKETS_PER_CLIENT);
  const times = Array.from({ length: count }, () => chance() * SECONDS * 1000).sort((a, b) => a - b);
  const clients = times.map((atMs, place) => ({ ...client, name: `client ${place + 1}`, atMs }));
  return { ...template, clients };
}

/** A linear congruential generator. */
function seededChance(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

function wireNumbers(trace) {
  const arrived = trace.packets.filter((packet) => packet.arrivedAt !== null);
  const errors = arrived.map((packet) => packet.arrivedAt - packet.at - DELAY_MS);
  return {
    carried: arrived.length / SECONDS,
    within: (100 * errors.filter((error) => Math.abs(error) <= 1).length) / errors.length,
    least: percentile(errors, 0),
    median: percentile(errors, 0.5),
    p99: percentile(errors, 0.99),
    p999: percentile(errors, 0.999),
    most: percentile(errors, 1),
    framesLost: trace.recording.framesLost,
  };
}

function figuresOf(rounds, { packetsPerSecond, aim }) {
  const name = `${packetsPerSecond.toLocaleString("en")} packets/s`;
  const ofRounds = (key, text, unit, its = null) =>
    figure(
      `wire-${packetsPerSecond}-${key}`,
      `${name}: ${text}`,
      unit,
      summary(rounds.map((one) => one[key])),
      its,
    );
  const figures = [
    ofRounds("carried", "carried", "/s"),
    ofRounds("within", "within 1 ms of the asked delay", "%", aim),
    ofRounds("least", "error, least", "ms"),
    ofRounds("median", "error, median", "ms"),
    ofRounds("p99", "error, p99", "ms"),
    ofRounds("p999", "error, p99.9", "ms"),
    ofRounds("most", "error, most", "ms"),
    ofRounds("framesLost", "frames that the recording lost", ""),
  ];
  if (rounds.some(({ bare }) => bare === null)) return figures;
  return [...figures, ofRounds("bare", "C timer in the same seconds, within 1 ms", "%")];
}

await runBench({
  name: "wire-delay",
  title: `The wire's delay: ${DELAY_MS} ms asked for; medians and quartiles of ${ROUNDS} runs of ${SECONDS} s at each load`,
  file: fileURLToPath(import.meta.url),
  measure,
});
