/**
 * How a sysctl is set where a listener is: now by one command, for good where it is set today. `sysctl --system` is not among
 * them: it writes every other sysctl of the machine anew. Pure.
 *
 * @module
 */
import type { ListenerFacts, NamespaceFacts } from "../../listener/facts.ts";
import type { MachineFacts, SysctlSetting } from "../../listener/machine-facts.ts";
import { raiseNow } from "./raise-remedy.ts";
import { shellLine } from "./shell-line.ts";

/** Where a sysctl is set, and what is known of that place. */
export interface SysctlPlace {
  readonly listener: ListenerFacts;
  readonly namespace: Pick<NamespaceFacts, "self" | "name">;
  readonly machine?: MachineFacts | null | undefined;
}

/** Lines that raise net.core.somaxconn, for now and for good, and what makes the listener take it. */
export function somaxconnLines(place: SysctlPlace, value: number): string[] {
  const { listener, namespace } = place;
  const lines = sysctlLines(place, "net.core.somaxconn", value);
  const isStartedAnew = !namespace.self && containerLine(listener, "net.core.somaxconn", value) !== null;
  if (isStartedAnew) return lines;
  return [...lines, ...(namespace.self ? raiseNow(listener, namespace, value) : []), restartLine(listener)];
}

/** What makes a listener take another number. */
export function restartLine({ container, process }: ListenerFacts): string {
  const why = "the limit changes only when it calls listen() again";
  if (container?.runtime === "systemd" && /\.(service|socket)$/.test(container.id))
    return shellLine(`systemctl restart ${container.id}`, why);
  const who = process === null ? "the listening process" : `the listening process (${process.name})`;
  return `then restart ${who}: ${why}`;
}

/**
 * Lines that set a sysctl where the listener is. Each network namespace has its own: a container's is set where the container
 * is started.
 */
export function sysctlLines(place: SysctlPlace, name: string, value: number): string[] {
  const { listener, namespace, machine } = place;
  const container = containerLine(listener, name, value);
  if (!namespace.self)
    return [container ?? namespaceLine(listener, namespace.name, `sysctl -w ${name}=${value}`)];
  const setting = machine?.sysctlSettings[name];
  const host = [shellLine(`sysctl -w ${name}=${value}`, nowWords(name)), forGood(name, value, setting)];
  // Seen from the host it is a container with the host's network, for which runtimes refuse the option.
  return container === null ? host : [...host, `if listenq runs inside the container, instead: ${container}`];
}

/** Whoever reads the first line alone must learn that the listener keeps its limit. */
function nowWords(name: string): string {
  return name === "net.core.somaxconn" ? "now, for each listen() from here on" : "now";
}

/** The file that is read last wins, so the line that counts today is changed where it stands. */
function forGood(name: string, value: number, setting: SysctlSetting | null | undefined): string {
  if (setting === undefined) return lookForFile(name, value);
  if (setting === null)
    return shellLine(addTo(`/etc/sysctl.d/99-listenq-${lastPart(name)}.conf`, name, value), "for good");
  const { path, key, value: today } = setting;
  const because = `for good: ${path} sets it to ${today} when the machine starts`;
  if (!path.startsWith("/etc/")) return shellLine(addTo(fileAfter(path, name), name, value), because);
  const pattern = key.replaceAll(".", "\\.");
  return shellLine(`sed -i 's|^[[:space:]-]*${pattern}[[:space:]]*=.*|${name} = ${value}|' ${path}`, because);
}

function addTo(path: string, name: string, value: number): string {
  return `echo '${name} = ${value}' > ${path}`;
}

/** A file of /etc that is read after one of a package, whatever that calls itself. */
function fileAfter(path: string, name: string): string {
  const usual = `99-listenq-${lastPart(name)}.conf`;
  const base = path.slice(path.lastIndexOf("/") + 1);
  return `/etc/sysctl.d/${base < usual ? usual : `zz-${usual}`}`;
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

function lookForFile(name: string, value: number): string {
  return shellLine(
    `grep -rsn ${lastPart(name)} /etc/sysctl.conf /etc/sysctl.d /run/sysctl.d /usr/lib/sysctl.d`,
    `for good: set it to ${value} in the file that sets it, or in a new one of /etc/sysctl.d`,
  );
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
  const words = "each namespace has its own; for good: where the namespace is made";
  if (process !== null) return shellLine(`nsenter -t ${process.pid} -n ${setting}`, words);
  return name !== null
    ? shellLine(`ip netns exec ${name} ${setting}`, words)
    : `in that namespace: ${setting} (${words})`;
}
