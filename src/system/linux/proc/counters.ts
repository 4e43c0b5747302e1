/**
 * The kernel's counters of TCP and of IPv4 of one network namespace: `/proc/net/netstat` and `/proc/net/snmp`.
 * Values are cumulative since the namespace was made; names are the kernel's.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { DecodeError } from "../../../core/errors.ts";
import { type Counters, LISTENER_COUNTERS } from "../../../core/wire/counter-names.ts";

/** The counters that say something about a listener's queues. */
export const QUEUE_COUNTERS: readonly string[] = [
  ...LISTENER_COUNTERS,
  "TCPRetransFail",
  "TCPMigrateReqSuccess",
  "TCPMigrateReqFailure",
  "TCPBacklogDrop",
];

/** The counters that say that clients fail for another reason than a listener's queues. */
export const ELSEWHERE_COUNTERS = [
  "IPReversePathFilter",
  "PAWSPassive",
  "PAWSEstab",
  "TCPMD5NotFound",
  "TCPMD5Unexpected",
  "TCPMD5Failure",
  "TCPAOBad",
  "TCPAORequired",
  "TCPTimeWaitOverflow",
  "TCPAbortOnMemory",
  "OutNoRoutes",
] as const;
/** Those of them that are IPv4's, not TCP's. */
const IP_COUNTERS: readonly string[] = ["OutNoRoutes"];

/**
 * Reads name-line, value-line pairs, as both files have them.
 *
 * @throws {DecodeError} when a name line has no value line of the same length, or a value is no number
 */
export function parseCounterFile(text: string, prefixes: readonly string[]): Map<string, number> {
  const lines = text.split("\n").filter((line) => line.length > 0);
  const found = new Map<string, number>();
  for (let at = 0; at < lines.length; at += 2) {
    const names = (lines[at] ?? "").split(" ");
    const values = (lines[at + 1] ?? "").split(" ");
    if (names[0] !== values[0] || names.length !== values.length) {
      throw new DecodeError("BAD_VALUE", "counter line", at, "names and values do not match");
    }
    if (!prefixes.includes((names[0] ?? "").replace(":", ""))) continue;
    names.slice(1).forEach((name, column) => {
      found.set(name, parseCounter(values[column + 1] ?? "", at + 1));
    });
  }
  return found;
}

/** Which lines of `/proc/net/snmp` have these counters: few are of IPv4, and every look reads the file. */
export function snmpPrefixes(names: readonly string[]): readonly string[] {
  return IP_COUNTERS.some((name) => names.includes(name)) ? ["Ip", "Tcp"] : ["Tcp"];
}

function parseCounter(text: string, line: number): number {
  if (/^-?\d+$/.test(text)) return Number(text);
  throw new DecodeError(
    "BAD_VALUE",
    "counter line",
    line,
    `a whole number expected, is ${JSON.stringify(text)}`,
  );
}

/** Those (the queue counters, if left out) of the namespace in which the calling thread is, or of a process. */
export function readCounters(
  process: "thread-self" | number = "thread-self",
  names: readonly string[] = QUEUE_COUNTERS,
): Counters {
  const folder = `/proc/${process}/net`;
  const all = new Map([
    ...parseCounterFile(readFileSync(`${folder}/snmp`, "utf8"), snmpPrefixes(names)),
    ...parseCounterFile(readFileSync(`${folder}/netstat`, "utf8"), ["TcpExt"]),
  ]);
  return Object.fromEntries(names.map((name) => [name, all.get(name) ?? null]));
}
