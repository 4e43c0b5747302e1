/**
 * A packetdrill script carried out on the model, as packetdrill carries it out on a kernel: what the script puts in is given to the
 * host, and what the script expects must have been sent within its tolerance.
 *
 * @module
 */
import { type KernelRules, type ModelSegment, ServerHost } from "../../src/core/model/index.ts";
import { seqAdd } from "../../src/core/wire/packet/sequence.ts";
import { formatTcpFlags, parseTcpFlags, TCP_FLAG } from "../../src/core/wire/packet/tcp-flags.ts";
import type { PacketdrillEvent, PacketdrillScript } from "./packetdrill-grammar.ts";

const ENDPOINT = "192.168.0.1:8080";
const CLIENT = "192.0.2.1:1";
const [CLIENT_ISN, SERVER_ISN] = [1000, 9000];

interface Out {
  readonly atS: number;
  readonly segment: ModelSegment;
}

/**
 * What of the expected packets did not come, and what came that nobody expected; both empty where the script passes. Bare ACKs are not
 * looked for: a connection sends them, and the model is of the listener.
 */
export function runOnModel(script: PacketdrillScript, rules: KernelRules): string[] {
  const host = ServerHost.create(rules, { initialSequence: () => SERVER_ISN });
  for (const [, name, value] of (script.initCommand ?? "").matchAll(/sysctl -q ([\w.]+)=(\d+)/g))
    host.setSysctl(name ?? "", Number(value));
  const toleranceS = Number(script.options["tolerance_usecs"]) / 1e6;
  const sent: Out[] = [];
  const problems: string[] = [];
  for (const event of script.events) {
    fireUntil(host, event.atS + (isExpected(event) ? toleranceS : 0), sent);
    if (isExpected(event) && event.kind === "packet" && event.flags === ".") continue;
    if (isExpected(event)) {
      const at = sent.findIndex((one) => fits(one, event, toleranceS));
      if (at < 0) problems.push(`line ${event.line}: nothing such was sent`);
      else sent.splice(at, 1);
    } else drive(host, event, sent);
  }
  return [...problems, ...sent.map(({ atS, segment }) => `sent at ${atS}: ${formatTcpFlags(segment.flags)}`)];
}

function isExpected(event: PacketdrillEvent): boolean {
  return event.kind === "packet" && event.direction === "out";
}

function drive(host: ServerHost, event: PacketdrillEvent, sent: Out[]): void {
  const atMs = event.atS * 1000;
  if (event.kind === "command") connectOther(host, event.line, atMs);
  if (event.kind === "call" && event.name === "listen")
    host.listen({ name: "listener", endpoint: ENDPOINT, backlog: Number(event.args[1]) });
  if (event.kind !== "packet") return;
  const ack = event.ack === null ? 0 : seqAdd(SERVER_ISN, event.ack);
  const { length } = event;
  const flags = parseTcpFlags(event.flags);
  const segment = { from: CLIENT, to: ENDPOINT, flags, seq: seqAdd(CLIENT_ISN, event.seq), ack, length };
  for (const one of host.onSegment(segment, atMs).sent) sent.push({ atS: event.atS, segment: one.segment });
}

function connectOther(host: ServerHost, place: number, atMs: number): void {
  const other = { from: `192.168.0.1:${40_000 + place}`, to: ENDPOINT, length: 0 };
  host.onSegment({ ...other, flags: TCP_FLAG.SYN, seq: 1, ack: 0 }, atMs);
  host.onSegment({ ...other, flags: TCP_FLAG.ACK, seq: 2, ack: SERVER_ISN + 1 }, atMs);
}

function fireUntil(host: ServerHost, atS: number, sent: Out[]): void {
  const due = () => host.timers().filter(({ dueMs }) => dueMs <= atS * 1000);
  for (let timers = due(); timers.length > 0; timers = due())
    for (const timer of timers)
      for (const { segment } of host.fire(timer, timer.dueMs).sent)
        sent.push({ atS: timer.dueMs / 1000, segment });
}

function fits({ atS, segment }: Out, event: PacketdrillEvent, toleranceS: number): boolean {
  if (event.kind !== "packet") return false;
  const isAlike =
    formatTcpFlags(segment.flags) === event.flags && segment.seq === seqAdd(SERVER_ISN, event.seq);
  return isAlike && Math.abs(atS - event.atS) <= toleranceS;
}
