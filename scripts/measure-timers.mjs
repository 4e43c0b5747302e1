/**
 * How late this kernel's SYN+ACK timers fire: the measurement behind `latenessMs()` in src/core/compare/kernel/check/tolerance.ts. Runs
 * long ladders, and prints for each timeout how late the resend came, as a share of the timeout, beside what is allowed.
 * Needs a build and the right to a lab.
 *
 *     node scripts/measure-timers.mjs [ladders]
 *
 * @module
 */
import process from "node:process";
import { latenessMs } from "../dist/core/compare/kernel/check/tolerance.js";
import { parseScenario } from "../dist/core/scenario/index.js";
import { runMany } from "../dist/system/lab/run-many.js";

const LADDER = `scenario: A client whose final ACK is lost.
wire: { delay: 1ms, rules: [{ from: client, flags: ., do: drop }] }
listener: { backlog: 9 }
clients: [{ at: 0ms }, { at: 137ms }, { at: 251ms }, { at: 389ms }]
duration: 34s
`;
const count = Number(process.argv[2] ?? 40);
const ladders = Array.from({ length: count }, () => parseScenario(LADDER, "the ladder"));
/** By timeout in milliseconds: how late each firing was. */
const lateness = new Map();
await runMany(ladders, { parallel: count, sampleEveryMs: null }, ({ recording }) => {
  if (recording !== null) measure(recording.trace.packets);
});
console.log("timeout  firings    least   median      p99     most  allowed   (ms late)");
for (const [timeoutMs, late] of [...lateness].sort(([a], [b]) => a - b)) {
  late.sort((a, b) => a - b);
  const at = (share) => late[Math.min(late.length - 1, Math.floor(share * late.length))];
  const figures = [at(0), at(0.5), at(0.99), at(1), latenessMs(timeoutMs)];
  const words = figures.map((figure) => figure.toFixed(1).padStart(8)).join(" ");
  console.log(`${String(timeoutMs / 1000).padStart(5)} s ${String(late.length).padStart(8)} ${words}`);
}

/** A resend is due one timeout after the one before; the timeouts double. */
function measure(packets) {
  const last = new Map();
  for (const { flags, to, at } of packets) {
    if (flags !== "S.") continue;
    const before = last.get(to);
    last.set(to, { at, resends: before === undefined ? 0 : before.resends + 1 });
    if (before === undefined) continue;
    const timeoutMs = 1000 * 2 ** before.resends;
    const known = lateness.get(timeoutMs) ?? [];
    known.push(at - before.at - timeoutMs);
    lateness.set(timeoutMs, known);
  }
}
