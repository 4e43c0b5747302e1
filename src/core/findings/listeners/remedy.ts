/**
 * What to do, as lines that can be typed: the exact setting of the software where it is known, the sysctl with the file
 * that keeps it, and what must be restarted for it to count. Pure.
 *
 * @module
 */

import type { ListenerFacts, LiveFacts, NamespaceFacts } from "../../listener/facts.ts";
import { findSoftware } from "../../listener/software/find-software.ts";

const SYSCTL_FILE = "/etc/sysctl.d/90-listenq.conf";
const LEAST_SUGGESTION = 1024;
const MOST_SUGGESTION = 65_535;

/** A backlog worth trying: four times as many as now, at least a thousand. How many are right, `listenq plan` works out. */
export function suggestedBacklog(limit: number): number {
  return Math.min(MOST_SUGGESTION, Math.max(LEAST_SUGGESTION, 4 * limit));
}

/** Lines that get more connections accepted: the cause of every full queue. */
export function acceptFaster({ listener }: Pick<LiveFacts, "listener">): string[] {
  const software = findSoftware(listener.process?.name);
  if (software?.acceptFaster) return [`${software.acceptFaster}: a longer queue only buys time`];
  return ["find out what keeps the process from calling accept(): a longer queue only buys time"];
}

/** Lines that make the queue longer, whichever places that takes: the sysctl first, since it clamps what comes after it. */
export function raiseLimit({ listener, namespace }: Pick<LiveFacts, "listener" | "namespace">): string[] {
  const backlog = suggestedBacklog(listener.acceptQueue.limit);
  const { somaxconn } = namespace.sysctls;
  return [
    ...(somaxconn !== null && somaxconn < backlog
      ? sysctlLines(listener, namespace, "net.core.somaxconn", backlog)
      : []),
    ...softwareLines(listener, backlog),
  ];
}

/** The lines of the software alone: the setting, and what makes it count. */
export function softwareLines(listener: ListenerFacts, backlog: number): string[] {
  const software = findSoftware(listener.process?.name);
  const socket = listener.process?.pid === 1 ? [] : activationLines(listener, backlog);
  if (software === null) {
    return [
      `pass a larger backlog to listen(fd, ${backlog}) in the program, then restart it (Go takes net.core.somaxconn when it starts and has no setting; Rust's std passes 128)`,
      ...socket,
    ];
  }
  return [`${software.backlogLine(backlog)}; then: ${software.apply}`, ...socket];
}

/** Under socket activation there are two numbers: systemd's, and the service's own if it calls listen() again. */
function activationLines({ container, process }: ListenerFacts, backlog: number): string[] {
  const FIRST_INHERITED_FD = 3;
  if (container?.runtime !== "systemd" || process?.fd !== FIRST_INHERITED_FD) return [];
  return [`if systemd opens the socket: Backlog=${backlog} in its .socket unit as well`];
}

/** Lines that raise net.core.somaxconn, for now and for good, and what makes the listener take it. */
export function somaxconnLines(listener: ListenerFacts, namespace: Place, value: number): string[] {
  const restart = "then restart the listening process: the limit changes only when it calls listen() again";
  const [place = "", ...more] = sysctlLines(listener, namespace, "net.core.somaxconn", value);
  const isStartedAnew = !namespace.self && containerLine(listener, "net.core.somaxconn", value) !== null;
  return [isStartedAnew ? place : `${place}; ${restart}`, ...more];
}

type Place = Pick<NamespaceFacts, "self" | "name">;

/** Lines that set a sysctl where the listener is, now and for good. Each network namespace has its own: a container's is set where the container is started. */
export function sysctlLines(
  listener: ListenerFacts,
  { self, name: namespace }: Place,
  name: string,
  value: number,
): string[] {
  const container = containerLine(listener, name, value);
  if (self) {
    const host = `echo '${name} = ${value}' >> ${SYSCTL_FILE} && sysctl --system`;
    // Seen from the host it is a container with the host's network, for which runtimes refuse the option.
    return container === null
      ? [host]
      : [host, `if listenq runs inside the container, instead: ${container}`];
  }
  return [container ?? namespaceLine(listener, namespace, `sysctl -w ${name}=${value}`)];
}

/** What Kubernetes lets a pod set without asking the node. */
const SAFE_SYSCTLS: readonly string[] = ["net.ipv4.tcp_syncookies"];

function containerLine({ container }: ListenerFacts, name: string, value: number): string | null {
  if (container === null) return null;
  if (container.pod !== null) {
    const permit = SAFE_SYSCTLS.includes(name) ? "" : `, and kubelet --allowed-unsafe-sysctls=${name}`;
    return `Kubernetes: securityContext.sysctls: [{name: ${name}, value: "${value}"}] in the pod${permit}; the node's own value does not reach the pod`;
  }
  if (["docker", "podman", "containerd"].includes(container.runtime))
    return `start the container with --sysctl ${name}=${value}; the host's value does not reach it`;
  if (container.runtime === "lxc")
    return `LXC: lxc.sysctl.${name} = ${value} in the container's config, then restart it; the host's value does not reach it`;
  return null;
}

/** It holds as long as the namespace does, so it belongs where that is made. */
function namespaceLine({ process }: ListenerFacts, name: string | null, setting: string): string {
  const where =
    process !== null
      ? `nsenter -t ${process.pid} -n `
      : name !== null
        ? `ip netns exec ${name} `
        : "in that namespace: ";
  return `${where}${setting} (each namespace has its own; for good: where the namespace is made)`;
}
