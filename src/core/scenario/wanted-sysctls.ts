/**
 * The sysctls that a scenario asks for: its own, and what the use of TCP Fast Open needs.
 *
 * @module
 */
import type { Scenario } from "./scenario.ts";

/**
 * What tcp_fastopen must permit where a scenario uses Fast Open: client (0x1) and server (0x2), and neither wants a cookie
 * (0x4, 0x200), so that the first connection already carries its data. 0x400, which opens every listener, stays off: which
 * listener takes such data is the scenario's to say.
 *
 * @kernel include/net/tcp.h TFO_SERVER_COOKIE_NOT_REQD v6.18
 */
const FAST_OPEN_WITHOUT_COOKIES = 0x1 | 0x2 | 0x4 | 0x200;

/** What both hosts are to have, by the kernel's name. */
export function wantedSysctls({ sysctls, listeners, clients }: Scenario): Readonly<Record<string, number>> {
  const usesFastOpen = listeners.some((one) => one.fastOpenQueue > 0) || clients.some((one) => one.fastOpen);
  return usesFastOpen ? { "net.ipv4.tcp_fastopen": FAST_OPEN_WITHOUT_COOKIES, ...sysctls } : sysctls;
}
