/**
 * Runs in the guest: what the predictions are held against, found by asking the kernel.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { release, version } from "node:os";
import { differingRules, NEWEST_ERA, rulesOf } from "../../../src/core/model/index.ts";
import { parseScenario } from "../../../src/core/scenario/index.ts";
import { runScenario } from "../../../src/system/lab/run-scenario.ts";
import { libc } from "../../../src/system/linux/ffi/libc.ts";
import { openTcpSocket } from "../../../src/system/linux/socket/tcp-socket.ts";
import { runningRules } from "../../../src/system/probe/running-rules.ts";
import type { FeatureAnswers, KernelFacts } from "../results/facts-result.ts";

interface Doctor {
  readonly synQueueTest: { readonly test: string | null };
  readonly features: readonly { readonly name: string; readonly answer: string }[];
}

/** The server is given another SYN than the client sent, so its answer has a number that is wrong for the client. */
const ANSWERED_WRONGLY = `
scenario: A SYN is answered with the number of another one.
wire: { delay: 5ms, rules: [{ from: client, client: client 1, flags: S, nth: 1, do: replace, seq-by: 10822, as: S }] }
listener: { backlog: 4 }
clients: [{ at: 20ms }]
duration: 1500ms
`;
/** Far from both a SYN that goes again at once and one that waits for its first timeout of 1 s. */
const HURRIED_MS = 500;

/** Data meets a full queue; the client closes between its first timeout and its second. */
const CLOSED_AFTER_TIMEOUT = `
scenario: A client closes after its data timed out.
wire: { delay: 5ms }
listener: { backlog: 2 }
clients: [{ at: 0ms }, { at: 20ms }, { at: 50ms }, { at: 51ms, name: last, send: 82B, close-after: 680ms }]
duration: 1100ms
`;
/** The first goes at once, the second as a probe, and the third at the timeout. */
const TIMEOUT_IS_SEND = 3;
const AT_ONCE_MS = 20;

const COMMAND = "/listenq/dist/cli/main.js";
const AS_VISITOR = ["--reuid=1000", "--regid=1000", "--clear-groups"];

const rules = await runningRules(runScenario);
const [root, visitor] = [askDoctor([]), askDoctor(["setpriv", ...AS_VISITOR])];
const newest = rulesOf(NEWEST_ERA);
const facts: KernelFacts = {
  release: release(),
  build: version(),
  rules: rules.name,
  differs: Object.fromEntries(differingRules(rules, newest).map((rule) => [rule, String(rules[rule])])),
  synQueueTest: root.synQueueTest.test,
  linearTimeouts: rules.linearTimeoutsDefault > 0,
  challengesResets: rules.challengesResets,
  hurriesSyn: await hurriesSyn(),
  finWaits: await finWaits(),
  countsMigration: readFileSync("/proc/net/netstat", "utf8").includes(" TCPMigrateReqSuccess"),
  tcpInfoBytes: tcpInfoBytes(),
  root: answersOf(root),
  visitor: answersOf(visitor),
};
process.stdout.write(JSON.stringify(facts));

/** Null where the client did not reset the wrong answer, or never sent its SYN again. */
async function hurriesSyn(): Promise<boolean | null> {
  const { trace } = await runScenario(parseScenario(ANSWERED_WRONGLY, "the probe of a hurried SYN"));
  const reset = trace.packets.find(({ flags }) => flags.startsWith("R"));
  const again = trace.packets.find(({ flags, at }) => flags === "S" && reset !== undefined && at > reset.at);
  return reset === undefined || again === undefined ? null : again.at - reset.at < HURRIED_MS;
}

/** Null where the client's data was not sent again before it closed, or its FIN was never seen. */
async function finWaits(): Promise<boolean | null> {
  const scenario = parseScenario(CLOSED_AFTER_TIMEOUT, "the probe of a FIN after a timeout");
  const { trace } = await runScenario(scenario);
  const closedAt = trace.calls.find(({ actor, call }) => actor === "last" && call === "close")?.at;
  const sent = trace.packets.filter(({ from, length }) => from.endsWith(":40004") && length === 82);
  const timedOut = sent.filter(({ at }) => closedAt !== undefined && at < closedAt).length >= TIMEOUT_IS_SEND;
  const fin = trace.packets.find(({ from, flags }) => from.endsWith(":40004") && flags.startsWith("F"));
  if (closedAt === undefined || !timedOut) return null;
  return fin === undefined || fin.at - closedAt > AT_ONCE_MS;
}

function askDoctor(prefix: readonly string[]): Doctor {
  const [program = "", ...args] = [...prefix, process.execPath, COMMAND, "doctor", "--json"];
  return JSON.parse(execFileSync(program, args, { encoding: "utf8", env: { ...process.env, HOME: "/tmp" } }));
}

function answersOf({ features }: Doctor): FeatureAnswers {
  return Object.fromEntries(features.map(({ name, answer }) => [name, answer]));
}

/** The kernel says how much of a buffer it has filled. */
function tcpInfoBytes(): number {
  const [IPPROTO_TCP, TCP_INFO, MORE_THAN_ANY] = [6, 11, 1024];
  const fd = openTcpSocket("127.0.0.1");
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, MORE_THAN_ANY, true);
  libc.getsockopt(fd, IPPROTO_TCP, TCP_INFO, new Uint8Array(MORE_THAN_ANY), length);
  libc.close(fd);
  return new DataView(length.buffer).getUint32(0, true);
}
