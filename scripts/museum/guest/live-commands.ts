/**
 * Runs in the guest: the commands that look at a running machine, on a fixed set-up, each held against `ss`, the counters in /proc or
 * what the set-up is. Prints a list of checks.
 *
 * The set-up: 127.0.0.1:8001 with backlog 2, from which nobody accepts and to which eight clients connect, so that three wait and
 * five are refused; 127.0.0.1:8003 with backlog 10 and one client; 127.0.0.1:8005 with no client.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { openListener } from "../../../src/system/linux/socket/tcp-socket.ts";
import type { LiveCheck } from "../results/live-result.ts";

const COMMAND = "/listenq/dist/cli/main.js";
const AS_VISITOR = ["setpriv", "--reuid=1000", "--regid=1000", "--clear-groups"] as const;
const [FULL, CALM, IDLE] = [8001, 8003, 8005];
const CLIENTS = 8;
/** A refused client's SYN has gone again by then. */
const SETTLE_MS = 2500;

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Listed {
  readonly port: number;
  readonly acceptQueue: { readonly length: number; readonly limit: number };
}

const checks: LiveCheck[] = [];

openListener({ address: "127.0.0.1", port: FULL, backlog: 2 });
for (const port of [CALM, IDLE]) openListener({ address: "127.0.0.1", port, backlog: 10 });
const clients = connectAll();
await pause(SETTLE_MS);
await checkLs();
await checkWhy();
await checkTop();
await checkClients();
await checkRecord();
await checkExporter();
await checkVictims();
await checkExplain();
await checkVisitor();
await checkRaise();
clients.kill();
process.stdout.write(JSON.stringify(checks));
process.exit(0);

function connectAll(): ChildProcess {
  return connectTo([...Array.from({ length: CLIENTS }, () => FULL), CALM]);
}

/** In a process of their own: a server that itself waits for a full listener is something else to `why`. */
function connectTo(ports: readonly number[]): ChildProcess {
  const program = `for (const port of ${JSON.stringify(ports)})
    require("node:net").connect(port, "127.0.0.1").on("error", () => undefined);`;
  return spawn(process.execPath, ["-e", program], { stdio: "ignore" });
}

async function checkLs(): Promise<void> {
  const before = countersOfProc();
  const document = await json("ls", "--json");
  const after = countersOfProc();
  const shown = (document.listeners as Listed[]).map(
    ({ port, acceptQueue: { length, limit } }) => `${port}: ${length} of limit ${limit}`,
  );
  const told = [...(await run("ss", "-lntH")).stdout.matchAll(/^LISTEN +(\d+) +(\d+) +\S+:(\d+) /gm)].map(
    ([, length, limit, port]) => `${port}: ${length} of limit ${limit}`,
  );
  check("`ls` has the lengths and limits of `ss`", sorted(shown) === sorted(told), `${shown} and ${told}`);
  const counters = document.namespaces[0].counters as Record<string, number | null>;
  const wrong = Object.entries(counters).filter(([name, value]) => {
    const [least, most] = [before.get(name), after.get(name)];
    if (least === undefined || most === undefined) return value !== null;
    return value === null || value < least || value > most;
  });
  check(
    "`ls` has the counters of /proc, and null for those that are not there",
    wrong.length === 0,
    `${wrong}`,
  );
}

async function checkWhy(): Promise<void> {
  const { verdict } = await json("why", String(FULL), "--json");
  check("`why` says that nobody accepts", verdict.code === "nobody-accepts", verdict.code);
  const idle = await json("why", String(IDLE), "--json");
  const severity = idle.verdict?.severity ?? "none";
  check(
    "`why` finds nothing critical where nobody waits",
    severity !== "critical",
    String(idle.verdict?.code),
  );
}

async function checkTop(): Promise<void> {
  const { stdout } = await listenq("top", "--once");
  check("`top --once` shows 3 of 3", /127\.0\.0\.1:8001 +3\/3/.test(stdout), stdout.slice(0, 300));
}

async function checkClients(): Promise<void> {
  const document = await json("clients", "--json");
  const full = document.destinations.find((one: { remote: string }) => one.remote === `127.0.0.1:${FULL}`);
  const stuck = full?.connecting ?? 0;
  check("`clients` finds those whose SYN is refused", stuck === CLIENTS - 3, `${stuck}`);
}

async function checkRecord(): Promise<void> {
  await listenq("record", "/tmp/recording", "--for", "3s");
  const { stdout, exitCode } = await listenq("replay", "/tmp/recording");
  check(
    "`record` and `replay` show 3 of 3",
    /8001 .*3 of 3/.test(stdout),
    `${exitCode} ${stdout.slice(0, 300)}`,
  );
}

async function checkExporter(): Promise<void> {
  const exporter = spawn(process.execPath, [COMMAND, "exporter", "--listen", "127.0.0.1:9842"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  await said(exporter);
  const page = await (await fetch("http://127.0.0.1:9842/metrics")).text();
  exporter.kill("SIGTERM");
  const series = page.split("\n").find((line) => /^listenq_accept_queue_length\{.*port="8001"/.test(line));
  check("`exporter` serves the length", series?.endsWith(" 3") === true, series ?? "no series of port 8001");
}

/** Resolves when the exporter says where it serves, or ends. */
function said(exporter: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    exporter.stderr?.once("data", () => resolve());
    exporter.once("close", () => resolve());
  });
}

/** A client whose final ACK is dropped is told by the SYN+ACK that comes again; a refused SYN is told by its reason alone. */
async function checkVictims(): Promise<void> {
  const { stdout, exitCode, stderr } = await listenq("victims", "--for", "4s", "--json");
  const isDocument = exitCode === 0 && JSON.parse(stdout).schema === "listenq.victims/1";
  check("`victims` reads the kernel's trace events", isDocument, `${exitCode} ${stderr.slice(0, 300)}`);
}

/** A client of its own, whose first SYN is seen, too. */
async function checkExplain(): Promise<void> {
  const overflows = () => countersOfProc().get("ListenOverflows") ?? 0;
  const before = overflows();
  const watch = ["explain", "--interface", "lo", "--port", String(FULL), "--for", "6s", "--json"];
  const explain = spawn(process.execPath, [COMMAND, ...watch], { stdio: ["ignore", "pipe", "pipe"] });
  const document = text(explain.stdout);
  await said(explain);
  const client = connectTo([FULL]);
  const { handshakes, findings, kernelWord } = JSON.parse(await document);
  client.kill();
  const refused = handshakes.filter((one: { outcome: string }) => one.outcome === "syn-unanswered").length;
  const codes = findings.map(({ code }: { code: string }) => code);
  check(
    "`explain --interface lo` sees a refused client and names the overflow",
    refused > 0 && codes.includes("accept-queue-overflow"),
    `${refused} unanswered, ${codes}`,
  );
  check(
    "`explain --interface lo` counts overflows that /proc counts, too",
    kernelWord.overflows > 0 && kernelWord.overflows <= overflows() - before,
    `${kernelWord.overflows} and ${overflows() - before}`,
  );
}

async function checkVisitor(): Promise<void> {
  const { stdout, exitCode } = await run(...AS_VISITOR, process.execPath, COMMAND, "ls", "--json");
  const row =
    exitCode === 0 ? (JSON.parse(stdout).listeners as Listed[]).find(({ port }) => port === FULL) : null;
  check("an ordinary user's `ls` has the same length", row?.acceptQueue.length === 3, `${exitCode}`);
}

/** Last, since it makes room. */
async function checkRaise(): Promise<void> {
  await json("raise", String(FULL), "--to", "9", "--json");
  const { stdout } = await run("ss", "-lntH");
  const limit = /^LISTEN +\d+ +(\d+) +\S+:8001 /m.exec(stdout)?.[1];
  check("`raise` gives the listener another limit, as `ss` shows", limit === "9", limit ?? "no listener");
}

function check(about: string, isRight: boolean, found: string): void {
  checks.push(isRight ? { about, isRight } : { about, isRight, found });
}

// biome-ignore lint/suspicious/noExplicitAny: documents of the command, whose keys are what is checked
async function json(...args: string[]): Promise<any> {
  const { stdout, exitCode, stderr } = await listenq(...args);
  try {
    return JSON.parse(stdout);
  } catch (error) {
    throw new Error(`${args.join(" ")} ended with ${exitCode} and no document: ${stderr}`, { cause: error });
  }
}

function listenq(...args: string[]): Promise<Ended> {
  return run(process.execPath, COMMAND, ...args);
}

async function run(program: string, ...args: string[]): Promise<Ended> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { stdout, stderr, exitCode };
}

function sorted(rows: readonly string[]): string {
  return [...rows].sort((one, other) => one.localeCompare(other)).join(", ");
}

/** Every counter of both files, by name. */
function countersOfProc(): Map<string, number> {
  const lines = ["netstat", "snmp"].flatMap((file) =>
    readFileSync(`/proc/net/${file}`, "utf8").trim().split("\n"),
  );
  const pairs = lines.flatMap((names, place) => {
    const values = (lines[place + 1] ?? "").split(" ");
    const isHead = place % 2 === 0;
    return isHead ? names.split(" ").map((name, at) => [name, Number(values[at])] as const) : [];
  });
  return new Map(pairs);
}
