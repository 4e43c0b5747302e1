/**
 * What a server waits for, where the kernel function in which it sleeps leaves no doubt. Pure.
 *
 * @module
 */
import type { OwnerFacts } from "../../listener/facts.ts";
import { shellLine } from "../remedies/shell-line.ts";

interface SleepPlace {
  readonly functions: RegExp;
  /** In words that follow "it". */
  readonly words: string;
  /** How to see more of it; null where the general lines do. */
  readonly look: ((pid: number) => string) | null;
}

/**
 * Functions of event loops are left out: a server that waits there may wait for anything.
 *
 * @kernel fs/pipe.c anon_pipe_write() v6.18
 * @kernel fs/locks.c locks_lock_inode_wait() v6.18
 * @kernel fs/fuse/dev.c request_wait_answer() v6.18
 * @kernel mm/memcontrol-v1.c mem_cgroup_oom_synchronize() v6.18
 * @kernel net/sunrpc/sched.c rpc_wait_bit_killable() v6.18
 * @kernel net/unix/af_unix.c unix_wait_for_peer() v6.18
 * @kernel net/core/sock.c sock_alloc_send_pskb() v6.18
 * @kernel net/ipv4/inet_connection_sock.c inet_csk_accept() v6.18
 * @kernel kernel/sched/wait.c wait_woken() v6.18
 * @kernel kernel/time/hrtimer.c hrtimer_nanosleep() v6.18
 */
const SLEEP_PLACES: readonly SleepPlace[] = [
  {
    functions: /^(anon_|fifo_)?pipe_write$/,
    words: "writes into a full pipe that nobody empties",
    look: (pid) =>
      shellLine(
        `ls -l /proc/${pid}/fd | grep pipe`,
        "which pipes it has, most often of a log: who should read the other end stands still",
      ),
  },
  {
    functions: /^(locks_lock_inode_wait|fcntl_setlk|do_lock_file_wait)$/,
    words: "waits for the lock of a file",
    look: () =>
      shellLine("cat /proc/locks", "who has it: the pid of the line above those with an arrow, which wait"),
  },
  {
    functions: /^request_wait_answer$/,
    words: "waits for a FUSE file system that does not answer",
    look: () => shellLine("grep fuse /proc/mounts", "which one: its daemon stands still"),
  },
  {
    functions: /^rpc_wait_bit_killable$/,
    words: "waits for an NFS server that does not answer",
    look: () => shellLine("grep nfs /proc/mounts", "which one"),
  },
  {
    functions: /^(unix_wait_for_peer|sock_alloc_send_pskb)$/,
    words: "waits for room in a unix socket that nobody empties",
    look: () => shellLine("ss -xp", "which one, with its Recv-Q: /dev/log is the daemon of the system's log"),
  },
  {
    functions: /^inet_csk_accept$/,
    words: "waits for a connection at another listener",
    look: (pid) => shellLine(`ss -ltnp | grep -F pid=${pid},`, "which listeners it has"),
  },
  {
    functions: /^wait_woken$/,
    words: "waits for the other end of a connection",
    look: (pid) =>
      shellLine(`ss -tnp | grep -F pid=${pid},`, "which connections it has, to clients and to servers"),
  },
  {
    functions: /^unix_stream_read_generic$/,
    words: "waits for what comes through a unix socket",
    look: (pid) => shellLine(`ss -xp | grep -F pid=${pid},`, "which unix sockets it has"),
  },
  {
    functions: /^mem_cgroup_oom_synchronize$/,
    words: "waits for memory, as its control group is at its limit and no process is killed for it",
    look: (pid) =>
      shellLine(
        `grep memory /proc/${pid}/cgroup`,
        "which one: raise its memory.limit_in_bytes, or write 0 into its memory.oom_control",
      ),
  },
  { functions: /^(anon_|fifo_)?pipe_read$/, words: "waits for what comes through a pipe", look: null },
  { functions: /^wait_for_partner$/, words: "opens a FIFO at whose other end nobody is", look: null },
  { functions: /^_*do_semtimedop$/, words: "waits for a System V semaphore", look: null },
  { functions: /^hrtimer_nanosleep$/, words: "sleeps of its own accord", look: null },
  { functions: /^do_wait$/, words: "waits for a process that it has started to end", look: null },
];

/** A process, and where its main thread sleeps. */
export type Sleeper = Pick<OwnerFacts, "process" | "sleepsIn" | "threads">;

/** What a process with one thread waits for, in words that follow "it"; null where that is not known. */
export function sleepWords(sleeper: Sleeper | null): string | null {
  return placeOf(sleeper)?.words ?? null;
}

/** How to see more of that. */
export function sleepLines(sleeper: Sleeper | null): string[] {
  const look = placeOf(sleeper)?.look ?? null;
  return sleeper === null || look === null ? [] : [look(sleeper.process.pid)];
}

/** Of several threads the main one may sleep anywhere while another one accepts. */
function placeOf(sleeper: Sleeper | null): SleepPlace | null {
  const { sleepsIn = null, threads = null } = sleeper ?? {};
  if (sleepsIn === null || threads !== 1) return null;
  return SLEEP_PLACES.find(({ functions }) => functions.test(sleepsIn)) ?? null;
}
