/**
 * Settings of a whole namespace that matter to its listeners.
 *
 * @module
 */
import type { Finding } from "../../finding.ts";
import type { ListenerFacts, NamespaceFacts } from "../../listener/facts.ts";
import type { MachineFacts } from "../../listener/machine-facts.ts";
import { somaxconnLines, sysctlLines } from "../remedies/sysctl-remedy.ts";
import { makeFinding } from "./make-finding.ts";

/** What is known of a namespace. */
export interface NamespaceSituation {
  readonly namespace: NamespaceFacts;
  /** The one in which listenq runs; null if it was not looked at. */
  readonly own: NamespaceFacts | null;
  readonly listeners: readonly ListenerFacts[];
  /** The machine on which its remedies are typed; left out of what was recorded elsewhere. */
  readonly machine?: MachineFacts | null | undefined;
}

/** Only where somebody listens by TCP. */
export function abortOnOverflowOn({ namespace, listeners, machine }: NamespaceSituation): Finding | null {
  if (namespace.sysctls.tcp_abort_on_overflow !== 1) return null;
  const listener = listeners.find(({ protocol }) => protocol !== "unix");
  if (listener === undefined) return null;
  return makeFinding("abort-on-overflow-on", {
    title: `tcp_abort_on_overflow is 1${inNamespace(namespace)}: a full accept queue resets clients instead of letting them wait.`,
    evidence: "net.ipv4.tcp_abort_on_overflow = 1",
    remedy: [
      ...sysctlLines({ listener, namespace, machine }, "net.ipv4.tcp_abort_on_overflow", 0),
      "keep it only where clients can do better with an error than with a second of waiting",
    ],
  });
}

/** Only where it makes a difference: smaller than the host's, and a listener stands at it. */
export function podSysctlDiffers({ namespace, own, listeners, machine }: NamespaceSituation): Finding | null {
  const here = namespace.sysctls.somaxconn;
  const host = own?.sysctls.somaxconn ?? null;
  if (namespace.self || here === null || host === null || here >= host) return null;
  const clamped = listeners.find(({ acceptQueue }) => acceptQueue.limit === here);
  if (clamped === undefined) return null;
  return makeFinding("pod-sysctl-differs", {
    title: `net.core.somaxconn is ${here}${inNamespace(namespace)} and ${host} on the host: the host's does not count there.`,
    evidence: `a listener there has exactly that limit, ${here}`,
    remedy: somaxconnLines({ listener: clamped, namespace, machine }, host),
  });
}

function inNamespace({ name, self, inode }: NamespaceFacts): string {
  return self ? "" : ` in namespace ${name ?? inode}`;
}
