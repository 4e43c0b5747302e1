/**
 * How a process gets more file descriptors: its soft limit, which its own user may raise up to the hard one, then the hard
 * one, which takes CAP_SYS_RESOURCE (the root of most containers has it not) and ends at fs.nr_open. Pure.
 *
 * @module
 */
import type { LiveFacts, OwnerFacts } from "../../listener/facts.ts";
import { shellLine } from "./shell-line.ts";

/** What a busy server is given. */
const PLENTY = 65_536;
/** fs.nr_open where nobody has changed it. @kernel fs/file.c sysctl_nr_open v6.18 */
const USUAL_MOST = 1_048_576;

/** Lines that give a process with this soft limit more. */
export function fileLimitLines(
  { process: { pid }, hardFileLimit }: OwnerFacts,
  soft: number,
  { listener, machine }: Pick<LiveFacts, "listener" | "machine">,
): string[] {
  const most = machine?.mostOpenFiles ?? USUAL_MOST;
  const wanted = Math.min(most, Math.max(PLENTY, soft * 4));
  const hard = hardFileLimit ?? most;
  const reachable = Math.min(wanted, hard);
  return [
    ...(reachable > soft
      ? [
          shellLine(
            `prlimit --pid ${pid} --nofile=${reachable}:`,
            "now, without a restart, up to the hard limit",
          ),
        ]
      : []),
    ...(wanted > hard
      ? [
          shellLine(
            `prlimit --pid ${pid} --nofile=${wanted}:${wanted}`,
            "now, the hard limit too: as root with CAP_SYS_RESOURCE, which the root of most containers lacks",
          ),
        ]
      : []),
    ...(wanted > soft ? [forGood(listener, wanted)] : [atTheTop(pid, most)]),
  ];
}

function forGood({ container }: LiveFacts["listener"], wanted: number): string {
  if (container?.runtime === "systemd")
    return `for good: LimitNOFILE=${wanted} in systemctl edit ${container.id}, then systemctl restart ${container.id}`;
  return `for good: ulimit -n ${wanted} where it is started (docker: --ulimit nofile=${wanted}:${wanted}; nginx: worker_rlimit_nofile ${wanted};)`;
}

function atTheTop(pid: number, most: number): string {
  return `it stands at fs.nr_open (${most}), above which no limit goes: fewer connections in process ${pid}, or more processes`;
}
