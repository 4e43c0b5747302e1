/**
 * How many half-open requests this kernel keeps: limit + 1 or limit. The version does not tell, because the change of
 * January 2025 was carried into many older kernels. So it is asked.
 *
 * @kernel include/net/inet_connection_sock.h inet_csk_reqsk_queue_is_full() v6.18
 * @module
 */
import type { SynQueueRule } from "../experiment/index.ts";
import { parseScenario } from "../scenario/index.ts";
import { runScenario } from "./run-scenario.ts";

/** With limit 0 and no cookies, a kernel that keeps `limit` requests can never complete a handshake. */
const PROBE = `
scenario: One client meets a listener with backlog 0 while SYN cookies are off.
topology: loopback
sysctls: { net.ipv4.tcp_syncookies: 0 }
listener: { backlog: 0 }
clients: [{ at: 0ms, close-after: 30ms }]
duration: 100ms
`;

let answer: Promise<SynQueueRule> | null = null;

/** The rule of the running kernel, asked once per process. @throws {NotSupportedError} when there can be no lab */
export function probeSynQueueRule(): Promise<SynQueueRule> {
  answer ??= runScenario(parseScenario(PROBE, "probe")).then(({ trace }) =>
    trace.packets.some((packet) => packet.flags === "S.") ? "limit + 1" : "limit",
  );
  return answer;
}
