/**
 * What a namespace that was just made tells of the kernel's rules without a packet: the defaults of its sysctls, and which
 * counters exist. Rules that only show in what the kernel does are in rule-probes.ts.
 *
 * @module
 */

import type { KernelRules } from "../../core/model/index.ts";
import { Namespace } from "../linux/namespace/namespace.ts";
import { readCounters } from "../linux/proc/counters.ts";
import { readSysctlNumber } from "../linux/proc/sysctl.ts";

/** Values by name; null for what this kernel or namespace does not have. */
type Values = Readonly<Record<string, number | null>>;

/** What a new namespace shows of itself. */
export interface NewNamespace {
  readonly sysctls: Values;
  readonly counters: Values;
}

const LINEAR_TIMEOUTS = "net.ipv4.tcp_syn_linear_timeouts";

/** The sysctls whose default is a rule. Older kernels hide some in a new namespace, so only a value that is there tells. */
const DEFAULTS = {
  "net.core.somaxconn": "somaxconnDefault",
  "net.ipv4.tcp_syncookies": "syncookiesDefault",
  "net.ipv4.tcp_syn_retries": "synRetriesDefault",
} as const satisfies Readonly<Record<string, keyof KernelRules>>;

/** The counters whose existence is a rule. */
const COUNTERS = {
  TCPReqQFullDrop: "countsSynQueueFull",
  TCPSynRetrans: "countsSynRetrans",
  TCPSYNChallenge: "challengesSyns",
} as const satisfies Readonly<Record<string, keyof KernelRules>>;

/** Makes a namespace, reads it and lets go of it. @throws {NotSupportedError} when this user may not make one */
export function readNewNamespace(): NewNamespace {
  const namespace = Namespace.create();
  try {
    return namespace.inside(() => ({
      sysctls: Object.fromEntries(
        [...Object.keys(DEFAULTS), LINEAR_TIMEOUTS].map((name) => [name, readSysctlNumber(name)]),
      ),
      counters: readCounters("thread-self", Object.keys(COUNTERS)),
    }));
  } finally {
    namespace.close();
  }
}

/**
 * The rules that can be read off. tcp_syn_linear_timeouts is in every new namespace of a kernel that has it, so its absence
 * tells as well.
 */
export function visibleRules({ sysctls, counters }: NewNamespace): Partial<Omit<KernelRules, "name">> {
  const defaults = Object.entries(DEFAULTS).flatMap(([name, rule]) => {
    const value = sysctls[name] ?? null;
    return value === null ? [] : [[rule, value] as const];
  });
  const counted = Object.entries(COUNTERS).map(
    ([name, rule]) => [rule, (counters[name] ?? null) !== null] as const,
  );
  return Object.fromEntries([
    ...defaults,
    ...counted,
    ["linearTimeoutsDefault", sysctls[LINEAR_TIMEOUTS] ?? 0] as const,
  ]);
}
