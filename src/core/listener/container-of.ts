/**
 * From a process's control group to what it runs in: a container, a Kubernetes pod or a systemd unit. Pure. The paths are
 * conventions of Docker, containerd, CRI-O, Podman, LXC and systemd, not of the kernel; what follows none of them is null.
 *
 * @module
 */
import type { ListenerContainer } from "./facts.ts";

type Runtime = ListenerContainer["runtime"];

/** A container's id: 64 hex digits, or 32 and an ECS suffix. */
const ID = "([0-9a-f]{64}|[0-9a-f]{32}-\\d+)";

/** The last part of a path that names a container, by runtime. */
const CONTAINER_PARTS: readonly (readonly [Runtime, RegExp])[] = [
  ["docker", new RegExp(`^docker-${ID}(\\.scope)?$`)],
  ["containerd", new RegExp(`^(?:cri-containerd|nerdctl)-${ID}(\\.scope)?$`)],
  ["containerd", new RegExp(`^cri-containerd:${ID}$`)],
  ["cri-o", new RegExp(`^crio-(?:conmon-)?${ID}(\\.scope)?$`)],
  ["podman", new RegExp(`^libpod-(?:conmon-)?${ID}(\\.scope)?$`)],
];
/** systemd's driver writes the id behind the slice: `kubepods-…slice:cri-containerd:ID`. */
const SLICE_PREFIX = /^[^:]*\.slice:/;
const BARE_ID = new RegExp(`^${ID}$`);
const POD =
  /^(?:(?:[a-z0-9]+-)*kubepods(?:-besteffort|-burstable)?-)?pod([0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32})(?:\.slice)?$/;
const UNIT = /^[^/]+\.(?:service|socket|scope)$/;

/**
 * What the text of /proc/PID/cgroup names; null if it names nothing that we know. With cgroup v1 each controller has a
 * line of its own: the most telling one counts.
 */
export function containerOf(cgroup: string): ListenerContainer | null {
  const paths = [...new Set(cgroup.split("\n").map(pathOf))].filter((path) => path.length > 1);
  for (const read of [readContainer, readUnit]) {
    for (const path of paths) {
      const found = read(path.split("/").filter((part) => part !== "" && part !== ".."));
      if (found !== null) return found;
    }
  }
  return null;
}

/** `ID:CONTROLLERS:PATH`; a path may hold colons itself. */
function pathOf(line: string): string {
  const first = line.indexOf(":");
  const second = line.indexOf(":", first + 1);
  return first === -1 || second === -1 ? "" : line.slice(second + 1);
}

/** The innermost part that names a container wins: Docker in Docker is the inner one. */
function readContainer(parts: readonly string[]): ListenerContainer | null {
  const pod = podOf(parts);
  for (const [place, part] of [...parts.entries()].reverse()) {
    const named =
      readNamed(part.replace(SLICE_PREFIX, ""), pod) ?? readBare(part, parts[place - 1] ?? "", pod);
    if (named !== null) return named;
    const system = readSystemContainer(part, parts[place - 1] ?? "");
    if (system !== null) return system;
  }
  return pod === null ? null : { runtime: "kubernetes", id: pod, name: null, pod };
}

function readNamed(part: string, pod: string | null): ListenerContainer | null {
  for (const [runtime, pattern] of CONTAINER_PARTS) {
    const id = pattern.exec(part)?.[1];
    if (id !== undefined) return { runtime, id, name: null, pod };
  }
  return null;
}

/** With the cgroupfs driver only the folder above tells whose id it is. */
function readBare(part: string, above: string, pod: string | null): ListenerContainer | null {
  const id = BARE_ID.exec(part)?.[1];
  if (id === undefined) return null;
  if (pod !== null) return { runtime: "kubernetes", id, name: null, pod };
  if (above === "libpod_parent" || above === "libpod") return { runtime: "podman", id, name: null, pod };
  // Docker's own folder, ECS's and other parents given by --cgroup-parent all hold Docker's ids.
  return { runtime: "docker", id, name: null, pod };
}

function readSystemContainer(part: string, above: string): ListenerContainer | null {
  const lxc = /^lxc\.payload\.(.+)$/.exec(part)?.[1] ?? (above === "lxc" ? part : undefined);
  if (lxc !== undefined) return { runtime: "lxc", id: lxc, name: lxc, pod: null };
  const machine = /^(?:machine-(?!qemu\\x2d)(.+)\.scope|systemd-nspawn@(.+)\.service)$/.exec(part);
  const nspawn = machine?.[1] ?? machine?.[2];
  if (nspawn === undefined) return null;
  const name = unescapeUnit(nspawn);
  return { runtime: "nspawn", id: name, name, pod: null };
}

/** systemd writes `-` and other bytes of a name as `\x2d`. */
function unescapeUnit(name: string): string {
  return name.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function podOf(parts: readonly string[]): string | null {
  for (const part of [...parts].reverse()) {
    const uid = POD.exec(part.split(":")[0] ?? "")?.[1];
    if (uid !== undefined) return uid.replaceAll("_", "-");
  }
  return null;
}

/** A service or socket beats the scope of a login session, and `init.scope` is no unit of interest. */
function readUnit(parts: readonly string[]): ListenerContainer | null {
  const units = parts.filter((part) => UNIT.test(part) && part !== "init.scope");
  const unit = units.findLast((part) => !part.endsWith(".scope")) ?? units.at(-1);
  if (unit === undefined) return null;
  const name = unescapeUnit(unit);
  return { runtime: "systemd", id: name, name, pod: null };
}
