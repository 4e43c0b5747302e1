/**
 * Sysctls that a scenario changes on the way. Each is recorded as a call of its host, named like the sysctl.
 *
 * @module
 */

import type { SysctlChange } from "../../../core/scenario/index.ts";
import type { HostName } from "../../../core/trace/index.ts";
import type { Namespace } from "../../linux/namespace/namespace.ts";
import { writeSysctl } from "../../linux/proc/sysctl.ts";
import type { Agenda } from "./agenda.ts";
import type { CallRecord } from "./recorded-calls.ts";

/** What is needed to carry the changes out. */
export interface ChangeDependencies {
  readonly agenda: Agenda;
  readonly hosts: Readonly<Record<HostName, Namespace>>;
  readonly callsOf: (host: HostName) => CallRecord;
}

/** Makes an appointment for each change. A sysctl that cannot be set ends the run with the error that says why. */
export function planChanges(changes: readonly SysctlChange[], dependencies: ChangeDependencies): void {
  const { agenda, hosts, callsOf } = dependencies;
  for (const { atMs, host, name, value } of changes) {
    const write = () => {
      hosts[host].inside(() => writeSysctl(name, value));
      return 0;
    };
    agenda.at(atMs, () => callsOf(host).plain(name, { argument: value }, write));
  }
}
