/**
 * Who waits at the listeners of one port, read from the kernel.
 *
 * @module
 */
import { type PortLook, WAITING_COUNTERS } from "../../core/listener/waiting-look.ts";
import type { NamespaceEye } from "./namespace-eye.ts";

const FAMILIES = ["ipv4", "ipv6"] as const;

/** Looks at a port, for which the kernel walks its table of connections. @throws {SyscallError} */
export function lookAtPort(eye: NamespaceEye, port: number): PortLook {
  const options = { skmeminfo: false, localPort: port };
  const waiting = { ...options, info: true, onlyUntaken: true };
  const countersBefore = eye.counters(WAITING_COUNTERS);
  // Where TCP Fast Open is not in use, requests would be read for nothing.
  const hasFastOpen = countersBefore["TCPFastOpenPassive"] !== 0;
  const states = ["ESTABLISHED", "CLOSE_WAIT", ...(hasFastOpen ? (["SYN_RECV"] as const) : [])] as const;
  return {
    countersBefore,
    untaken: eye.diag.sockets(states, FAMILIES, waiting),
    listeners: eye.diag.sockets(["LISTEN"], FAMILIES, options),
    countersAfter: eye.counters(WAITING_COUNTERS),
  };
}
