/**
 * A run as a script for packetdrill, with which kernel developers test TCP: sysctls, the server's calls, and one client's packets as
 * they reach and leave the listener.
 *
 * @module
 */
import type { Scenario } from "../../scenario/index.ts";
import type { Arrival, Trace, TraceCall, TracePacket } from "../../trace/index.ts";
import { seqAdd } from "../../wire/packet/sequence.ts";
import { type ScriptLine, scriptTimes } from "./script-clock.ts";
import { chooseSubject, type ScriptSubject } from "./script-subject.ts";

/** What is written. */
export interface ScriptedRun {
  readonly name: string;
  readonly question: string;
  readonly scenario: Scenario;
  readonly trace: Trace;
  /** On what the run was made, in words. */
  readonly kernel: string;
}

/** A timer of 3 s fires within this much of its time: docs/verify.md has the formula. */
const TOLERANCE_USECS = 150_000;
/** packetdrill's own address and port for the listener, where its options say nothing else. */
const LISTENER_ADDRESS = "192.168.0.1";
const LISTENER_PORT = 8080;
/** They last longer than the script. */
const FILLER_SECONDS = 60;

/** Writes the script. @throws {UsageError} for a run that such a script cannot say */
export function packetdrillScript(run: ScriptedRun): string {
  const subject = chooseSubject(run.name, run.scenario, run.trace);
  const lines = scriptTimes([...filling(subject), ...events(run.trace, subject)], subject.beganAtMs);
  const body = lines.map(({ atMs, text }) => `${(atMs / 1000).toFixed(3)} ${text}`);
  const end = subject.endsBecause === null ? [] : [`// It ends here: ${subject.endsBecause}.`];
  const parts = [...head(run, subject), "", ...sysctls(run.scenario), ...setUp(subject), "", ...body, ...end];
  return `${parts.join("\n")}\n`;
}

function head(
  { name, question, kernel }: ScriptedRun,
  { clientName, filledAtMs, arrivals }: ScriptSubject,
): string[] {
  const refused = arrivals.filter(({ outcome }) => outcome === "final-refused").length;
  return [
    `// listenq's experiment ${name}, as ${kernel} has it.`,
    `// ${question}`,
    `// packetdrill speaks for ${clientName}. Loopback connections that wait in the accept queue: ${filledAtMs.length}.`,
    ...(refused > 0
      ? [`// ListenOverflows and ListenDrops of the namespace rise by ${refused} at refused final ACKs.`]
      : []),
    "// Run it in a network namespace of its own: it sets sysctls.",
    `--tolerance_usecs=${TOLERANCE_USECS}`,
  ];
}

/** packetdrill runs one command before the first event. */
function sysctls({ sysctls: wanted }: Scenario): string[] {
  const settings = Object.entries(wanted).map(([name, value]) => `sysctl -q ${name}=${value}`);
  return settings.length === 0 ? [] : [`\`${["ip link set lo up", ...settings].join(" && ")}\``];
}

/** The calls up to listen(), before anything else. */
function setUp({ listener: { backlog, deferAcceptS } }: ScriptSubject): string[] {
  const calls = [
    "socket(..., SOCK_STREAM, IPPROTO_TCP) = 3",
    "setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0",
    ...(deferAcceptS > 0 ? [`setsockopt(3, SOL_TCP, TCP_DEFER_ACCEPT, [${deferAcceptS}], 4) = 0`] : []),
    "bind(3, ..., ...) = 0",
    `listen(3, ${backlog}) = 0`,
  ];
  return calls.map((text) => `0.000 ${text}`);
}

function filling({ filledAtMs, listener }: ScriptSubject): ScriptLine[] {
  // TCP_DEFER_ACCEPT lets only those in who have said something.
  const says = listener.deferAcceptS > 0 ? "printf . >&5; " : "";
  const connect = `exec 5<>/dev/tcp/${LISTENER_ADDRESS}/${LISTENER_PORT}; ${says}sleep ${FILLER_SECONDS}`;
  return filledAtMs.map((atMs) => ({ atMs, kind: "fill", text: `\`bash -c '${connect}' &\`` }));
}

/** The subject's packets and the calls that concern it, until it is accepted. */
function events(trace: Trace, subject: ScriptSubject): ScriptLine[] {
  const accepted = trace.calls.find(
    ({ call, result, remote }) =>
      call === "accept4" && typeof result === "number" && remote === subject.client,
  );
  const endsAtMs = Math.min(subject.endsAtMs, accepted?.endedAt ?? Number.POSITIVE_INFINITY);
  const isIn = ({ atMs }: ScriptLine) => atMs <= endsAtMs;
  return [...packetLines(trace.packets, subject), ...callLines(trace.calls, subject)].filter(isIn);
}

function packetLines(packets: readonly TracePacket[], { client, arrivals }: ScriptSubject): ScriptLine[] {
  const own = packets.filter(({ from, to }) => from === client || to === client);
  const clientIsn = own.find(({ from, flags }) => from === client && flags === "S")?.seq ?? 0;
  const serverIsn = own.find(({ to, flags }) => to === client && flags === "S.")?.seq ?? 0;
  return own.flatMap((packet) => {
    const isInbound = packet.from === client;
    const atMs = isInbound ? packet.arrivedAt : packet.at;
    if (atMs === null) return [];
    const [seqFrom, ackFrom] = isInbound ? [clientIsn, serverIsn] : [serverIsn, clientIsn];
    const numbers = { seq: seqAdd(packet.seq, -seqFrom), ack: seqAdd(packet.ack ?? 0, -ackFrom) };
    const kind = isInbound ? "drive" : "expect";
    return [{ atMs, kind, text: packetText(packet, isInbound, numbers) + remark(packet, arrivals) }];
  });
}

function packetText(
  { flags, length, ack }: TracePacket,
  isInbound: boolean,
  numbers: { readonly seq: number; readonly ack: number },
): string {
  const isSyn = flags.includes("S");
  const range = `${numbers.seq}:${numbers.seq + length}(${length})`;
  const parts = [isInbound ? "<" : ">", flags, range, ...(ack === null ? [] : [`ack ${numbers.ack}`])];
  if (!isInbound) return [...parts, ...(flags.includes("R") ? [] : ["<...>"])].join(" ");
  return [...parts, "win 64240", ...(isSyn ? ["<mss 1460,sackOK,nop,nop,nop,wscale 7>"] : [])].join(" ");
}

const REMARKS: Partial<Readonly<Record<Arrival["outcome"], string>>> = {
  "final-refused": "the accept queue is full",
  "final-deferred": "TCP_DEFER_ACCEPT waits for data",
  "syn-refused-accept-queue-full": "the accept queue is full: no answer",
  "syn-unanswered": "no answer",
};

function remark({ number }: TracePacket, arrivals: readonly Arrival[]): string {
  const outcome = arrivals.find(({ packet }) => packet.number === number)?.outcome;
  const words = outcome === undefined ? undefined : REMARKS[outcome];
  return words === undefined ? "" : ` // ${words}`;
}

/** listen() again, close(), and the accept() of the subject. */
function callLines(calls: readonly TraceCall[], { listener, client }: ScriptSubject): ScriptLine[] {
  const kind: ScriptLine["kind"] = "drive";
  const own = calls.filter(({ host, actor }) => host === "server" && actor === listener.name);
  const [, ...again] = own.filter(({ call }) => call === "listen");
  const lines = own.flatMap(({ at: atMs, call, result, remote }): ScriptLine[] => {
    if (call === "close" && remote === null) return [{ atMs, kind, text: "close(3) = 0" }];
    const isOfSubject = call === "accept4" && typeof result === "number" && remote === client;
    return isOfSubject ? [{ atMs, kind, text: "accept(3, ..., ...) = 4" }] : [];
  });
  return [
    ...lines,
    ...again.map(({ at: atMs, argument }) => ({ atMs, kind, text: `listen(3, ${argument}) = 0` })),
  ];
}
