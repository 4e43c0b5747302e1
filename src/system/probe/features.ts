/**
 * What this machine, kernel and user permit, found out by trying. Each answer is yes, no with the reason and the remedy, or
 * could not tell. The machine is not touched: whatever changes something runs in a namespace of a process that ends
 * with the probe.
 *
 * @module
 */

import { NAMESPACE_REMEDY } from "../linux/namespace/namespace.ts";
import { probeCopiedDescriptor } from "./features/copied-descriptor-probe.ts";
import type { FreshNamespaceAnswers } from "./features/fresh-namespace.ts";
import {
  probeDropsOfOwnListeners,
  probeOtherProcesses,
  probeSockDiag,
  probeSynCookies,
  probeUnixDiag,
  probeUnshareProgram,
} from "./features/own-namespace.ts";
import { couldNotTell, type Feature, no, type Probed, yes } from "./features/probe-answer.ts";
import { type ChildOutcome, runProbeChild } from "./features/run-probe-child.ts";
import { probeRefusalReason, probeTraceEvents } from "./features/trace-probe.ts";
import { rememberConclusive } from "./remember-conclusive.ts";
import type { ProbedSynQueueTest } from "./syn-queue-test.ts";

export type { Feature } from "./features/probe-answer.ts";

/** Everything that was probed. */
export interface Features {
  readonly features: readonly Feature[];
  readonly synQueueTest: ProbedSynQueueTest;
}

/**
 * Probes everything: it takes two short-lived child processes, some 0.3 s in all. Asked once per process, and again as long
 * as something could not be told.
 */
export const probeFeatures: () => Features = rememberConclusive(probeAll, isConclusive);

/** Whether every answer was seen. */
export function isConclusive({ features, synQueueTest }: Features): boolean {
  return synQueueTest.test !== null && features.every(({ answer }) => answer !== "could not tell");
}

function probeAll(): Features {
  const direct = runProbeChild("direct");
  const unshared = runProbeChild("unshare");
  const fresh = insideOf(direct) ?? insideOf(unshared);
  return {
    features: [...lookingFeatures(fresh), ...namespaceFeatures(direct, unshared), ...labFeatures(fresh)],
    synQueueTest: fresh?.synQueueTest ?? { test: null, reason: NO_NAMESPACE },
  };
}

const UNSHARE_REMEDY = "install util-linux, which has the program unshare";
const NO_NAMESPACE = "no namespace could be made to try it in";

function lookingFeatures(fresh: FreshNamespaceAnswers | null): Feature[] {
  const drops = probeDropsOfOwnListeners() ?? inside(fresh, "drops");
  return [
    feature(
      "listeners by sock_diag",
      probeSockDiag(),
      "load the kernel modules inet_diag and tcp_diag",
      "everything that looks at listeners",
    ),
    feature(
      "drops of each listener",
      drops,
      "Linux 4.7 or newer",
      "the DROPS column, and drops by listener in findings and metrics",
    ),
    feature(
      "processes of other users",
      probeOtherProcesses(),
      "run it as root, or with CAP_SYS_PTRACE",
      "the PROCESS column of ls and top",
    ),
    feature("unix listeners by unix_diag", probeUnixDiag(), "load the kernel module unix_diag", "ls --unix"),
    feature(
      "trace events by perf_event_open",
      probeTraceEvents(),
      "run it as root on the host, outside of a container; a kernel with CONFIG_TRACING",
      "victims; queue entries of why, top, record and the exporter",
    ),
    feature(
      "the reason TCP_LISTEN_OVERFLOW",
      probeRefusalReason(),
      "Linux 6.15 or newer, as root; without it victims knows resent SYN+ACKs only",
      "victims: which packets were refused",
    ),
    feature(
      "a copy of a listener by pidfd_getfd",
      probeCopiedDescriptor(),
      "Linux 5.6 or newer; run it as root, or with CAP_SYS_PTRACE, and outside of a container",
      "raise",
    ),
    feature("SYN cookies", probeSynCookies(), "a kernel with CONFIG_SYN_COOKIES", "experiments with cookies"),
  ];
}

function namespaceFeatures(direct: ChildOutcome, unshared: ChildOutcome): Feature[] {
  return [
    feature(
      "network namespaces",
      namespaceAnswer(direct),
      "run it as root, or with CAP_SYS_ADMIN; or use user namespaces",
      "the lab without unshare; ls --netns",
    ),
    feature("the program unshare", probeUnshareProgram(), UNSHARE_REMEDY, "the lab as an ordinary user"),
    feature(
      "user namespaces by unshare -Urn",
      namespaceAnswer(unshared),
      unshared.kind === "could not run" ? UNSHARE_REMEDY : NAMESPACE_REMEDY,
      "the lab as an ordinary user",
    ),
  ];
}

function labFeatures(fresh: FreshNamespaceAnswers | null): Feature[] {
  const newerOrRoot = "run it as root, or use Linux 6.3 or newer: before, user namespaces hide it";
  return [
    feature("veth pairs", inside(fresh, "veth"), "load the kernel module veth", "the lab's wire"),
    feature(
      "packet sockets",
      inside(fresh, "packetSocket"),
      "CAP_NET_RAW, and a kernel with CONFIG_PACKET",
      "the lab's wire",
    ),
    feature(
      "net.core.somaxconn of a new namespace",
      inside(fresh, "somaxconn"),
      newerOrRoot,
      "experiments with limits above the default",
    ),
    feature(
      "tcp_child_ehash_entries",
      inside(fresh, "childEhash"),
      "Linux 6.1 or newer",
      "cheap looks at SYN queues in the lab",
    ),
  ];
}

function feature(name: string, probed: Probed, remedy: string, needsFor: string): Feature {
  return { name, ...probed, remedy: probed.answer === "yes" ? null : remedy, needsFor };
}

/** The answers from inside a namespace in which we really had rights. */
function insideOf(outcome: ChildOutcome): FreshNamespaceAnswers | null {
  return outcome.kind === "answers" && outcome.answers.loopback.answer === "yes" ? outcome.answers : null;
}

function inside(
  fresh: FreshNamespaceAnswers | null,
  name: Exclude<keyof FreshNamespaceAnswers, "synQueueTest">,
): Probed {
  return fresh === null ? couldNotTell(NO_NAMESPACE) : fresh[name];
}

/** That a namespace was made proves little: without rights in it, it is of no use. */
function namespaceAnswer(outcome: ChildOutcome): Probed {
  if (outcome.kind === "could not run") return couldNotTell(outcome.reason);
  if (outcome.kind === "refused") return no(outcome.reason);
  const { loopback } = outcome.answers;
  return loopback.answer === "yes"
    ? yes()
    : no(`one is made, but grants no rights: ${loopback.reason ?? "unknown"}`);
}
