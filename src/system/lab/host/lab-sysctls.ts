/**
 * The sysctls with which every scenario begins, each with its reason. A scenario's own come on top.
 * A name that this kernel or namespace lacks is passed over here; one that the scenario itself asks for is not.
 *
 * @module
 */

import { NotSupportedError } from "../../../core/errors.ts";
import { type Scenario, wantedSysctls } from "../../../core/scenario/index.ts";
import { readSysctlNumber, writeSysctl } from "../../linux/proc/sysctl.ts";

/** What a host starts with, whatever the machine's own settings are. */
const HOST_DEFAULTS: Readonly<Record<string, number>> = {
  // The kernel's own defaults, stated, so that a trace does not depend on the machine's sysctl.d.
  "net.core.somaxconn": 4096,
  "net.ipv4.tcp_max_syn_backlog": 1024,
  "net.ipv4.tcp_syncookies": 1,
  "net.ipv4.tcp_abort_on_overflow": 0,
  "net.ipv4.tcp_synack_retries": 5,
  "net.ipv4.tcp_syn_retries": 6,
  "net.ipv4.tcp_syn_linear_timeouts": 4,
  "net.ipv4.tcp_fastopen": 1,
  // What earlier connections learnt about a peer must not change how a later one is treated.
  "net.ipv4.tcp_no_metrics_save": 1,
};

/** No duplicate address detection, nobody looks for a router. */
const QUIET_IPV6: Readonly<Record<string, number>> = {
  "net.ipv6.conf.all.accept_dad": 0,
  "net.ipv6.conf.default.accept_dad": 0,
  "net.ipv6.conf.all.router_solicitations": 0,
  "net.ipv6.conf.default.router_solicitations": 0,
};

/** What a trace tells of the server host. */
const TOLD = [
  "net.core.somaxconn",
  "net.ipv4.tcp_max_syn_backlog",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.tcp_abort_on_overflow",
  "net.ipv4.tcp_synack_retries",
  "net.ipv4.tcp_syn_retries",
  "net.ipv4.tcp_syn_linear_timeouts",
  "net.ipv4.tcp_fastopen",
] as const;

/** What a namespace has that was just made, by name; null for what this kernel or namespace lacks. */
export type FreshSysctls = Readonly<Record<string, number | null>>;

/** Reads what a fresh namespace has of all that is set or told here. Run it inside one. */
export function readFreshSysctls(): FreshSysctls {
  const names = new Set([...Object.keys(HOST_DEFAULTS), ...Object.keys(QUIET_IPV6), ...TOLD]);
  return Object.fromEntries([...names].map((name) => [name, readSysctlNumber(name)]));
}

/**
 * Sets a host's sysctls. Run it inside the host's namespace. What a fresh namespace has already is not written: each access
 * costs the kernel a walk past the same name of every other namespace, 0.3 ms with a few hundred of them.
 *
 * @throws {NotSupportedError} when the scenario's own cannot be set
 */
export function setHostSysctls(scenario: Scenario, fresh: FreshSysctls): void {
  const wanted = wantedSysctls(scenario);
  for (const [name, value] of Object.entries({ ...HOST_DEFAULTS, ...ipv6Sysctls(scenario) })) {
    if (fresh[name] !== value && !(name in wanted)) writeIfPresent(name, value);
  }
  for (const [name, value] of Object.entries(wanted)) {
    // A value that already holds need not be written, which matters too where somaxconn is visible but read-only.
    if ((name in fresh ? fresh[name] : readSysctlNumber(name)) !== value) writeSysctl(name, value);
  }
}

/** The sysctls of the calling thread's namespace that a trace tells: read back where they were written, else as it was born. */
export function tellSysctls(scenario: Scenario, fresh: FreshSysctls): Record<string, number | null> {
  const set: Readonly<Record<string, number>> = { ...HOST_DEFAULTS, ...wantedSysctls(scenario) };
  const names = new Set([...TOLD, ...Object.keys(wantedSysctls(scenario))]);
  const told = (name: string) => {
    const born = fresh[name];
    return born === undefined || (name in set && set[name] !== born) ? readSysctlNumber(name) : born;
  };
  return Object.fromEntries([...names].map((name) => [name, told(name)]));
}

/** Only the scenario's own packets belong on the wire. */
function ipv6Sysctls({ family }: Scenario): Readonly<Record<string, number>> {
  return family === "ipv6" ? QUIET_IPV6 : { "net.ipv6.conf.all.disable_ipv6": 1 };
}

/** Writes a sysctl where this kernel and namespace have it. */
export function writeIfPresent(name: string, value: number): void {
  try {
    writeSysctl(name, value);
  } catch (error) {
    if (!(error instanceof NotSupportedError)) throw error;
  }
}
