/**
 * What each kernel of the museum is expected to do, written down before the run. docs/kernels.md sets it beside what was found, and
 * lists what was wrong: a prediction is corrected only by a run.
 *
 * @module
 */
import type { KernelFacts } from "./results/facts-result.ts";

/** One expectation about every kernel. */
export interface Prediction {
  readonly id: string;
  readonly about: string;
  /** Where it comes from. */
  readonly because: string;
  /** What is expected of a kernel, by its id. */
  readonly expected: (kernel: string) => string;
  /** What was found. */
  readonly found: (facts: KernelFacts) => string;
}

/** All of them. */
export const PREDICTIONS: readonly Prediction[] = [
  {
    id: "syn-queue-test",
    about: "the SYN queue keeps so many requests",
    because: "Debian's changelogs: changed in 5.10.234, 6.1.125 and 6.12.10",
    expected: (kernel) => (isBefore(kernel, "5.10.234") ? "the limit" : "the limit + 1"),
    found: ({ synQueueTest }) =>
      synQueueTest === ">=" ? "the limit" : synQueueTest === ">" ? "the limit + 1" : "not known",
  },
  {
    id: "linear-timeouts",
    about: "a client's first SYNs go again after 1 s each",
    because: "tcp_syn_linear_timeouts, by the kernel's documentation since 6.5",
    expected: (kernel) => yesFrom(kernel, "6.5.0"),
    found: ({ linearTimeouts }) => yesOrNo(linearTimeouts),
  },
  {
    id: "somaxconn-in-user-namespace",
    about: "net.core.somaxconn is visible in a user namespace",
    because: "read: a patch of 6.3",
    expected: (kernel) => yesFrom(kernel, "6.3.0"),
    found: ({ visitor }) => visitor["net.core.somaxconn of a new namespace"] ?? "not known",
  },
  {
    id: "listen-overflow-reason",
    about: "a refused packet has the reason TCP_LISTEN_OVERFLOW",
    because: "read: commit a11a791ca81e of March 2025, in 6.15",
    expected: (kernel) => yesFrom(kernel, "6.15.0"),
    found: ({ root }) => root["the reason TCP_LISTEN_OVERFLOW"] ?? "not known",
  },
  {
    id: "child-ehash",
    about: "a namespace can have a socket table of its own (tcp_child_ehash_entries)",
    because: "the kernel's documentation: since 6.1",
    expected: (kernel) => yesFrom(kernel, "6.1.0"),
    found: ({ root }) => root["tcp_child_ehash_entries"] ?? "not known",
  },
  {
    id: "pidfd-getfd",
    about: "another process's socket can be had by pidfd_getfd",
    because: "the manual page: since 5.6",
    expected: (kernel) => yesFrom(kernel, "5.6.0"),
    found: ({ root }) => root["a copy of a listener by pidfd_getfd"] ?? "not known",
  },
  {
    id: "challenges-resets",
    about: "a reset in SYN_RECV with a number that is not exact is answered, not taken",
    because: "read in 6.1.192, and not in 6.18.24; seen on 6.12.117 and 7.3.4",
    expected: (kernel) => (["6.1.192", "6.12.118", "7.2.6", "7.3.4"].includes(kernel) ? "yes" : "no"),
    found: ({ challengesResets }) => yesOrNo(challengesResets),
  },
  {
    id: "hurried-syn",
    about: "a SYN that is answered by a wrong ACK number goes again at once",
    because: "read: the patch 9603d47bad46 of February 2020, which is in 5.7",
    expected: (kernel) => yesFrom(kernel, "5.7.0"),
    found: ({ hurriesSyn }) => yesOrNo(hurriesSyn),
  },
  {
    id: "fin-waits",
    about: "a FIN waits while data that timed out is not acknowledged",
    because: "read: commit 22555032c513 of April 2024, in 6.10; seen on 6.1.192 and 6.18.44",
    expected: (kernel) => yesFrom(kernel, "6.10.0"),
    found: ({ finWaits }) => yesOrNo(finWaits),
  },
  {
    id: "migration-counters",
    about: "TCPMigrateReqSuccess is counted",
    because: "the kernel's history: since 5.14",
    expected: (kernel) => yesFrom(kernel, "5.14.0"),
    found: ({ countsMigration }) => yesOrNo(countsMigration),
  },
  {
    id: "tcp-info",
    about: "the size of TCP_INFO in bytes",
    because: "seen on ten kernels before this table was written",
    expected: (kernel) => (isBefore(kernel, "6.7.0") ? "232" : isBefore(kernel, "6.18.0") ? "248" : "280"),
    found: ({ tcpInfoBytes }) => (tcpInfoBytes === null ? "not known" : String(tcpInfoBytes)),
  },
];

function yesFrom(kernel: string, first: string): string {
  return isBefore(kernel, first) ? "no" : "yes";
}

function yesOrNo(seen: boolean | null): string {
  return seen === null ? "not known" : seen ? "yes" : "no";
}

/** By number, not by letter. */
export function isBefore(kernel: string, other: string): boolean {
  const [one, two] = [kernel, other].map((version) => version.split(".").map(Number));
  const place = [0, 1, 2].find((at) => (one?.[at] ?? 0) !== (two?.[at] ?? 0));
  return place !== undefined && (one?.[place] ?? 0) < (two?.[place] ?? 0);
}
