/**
 * Which network namespaces to look at, and opening a view into each. What this user may not enter is left out, with the
 * reason: a look at all namespaces as an ordinary user shows its own and says what is missing.
 *
 * @module
 */
import { join } from "node:path";
import { isNotSupported, NotSupportedError, SyscallError, UsageError } from "../../core/errors.ts";
import { containerOf } from "../../core/listener/container-of.ts";
import { Namespace } from "../linux/namespace/namespace.ts";
import { findNamespaces, type NamespacePlace, ownNamespaceInode } from "../linux/namespace/namespace-list.ts";
import { SockDiag } from "../linux/netlink/sock-diag.ts";
import { readCgroup } from "../linux/proc/cgroup.ts";
import { ENDED_ERRORS } from "../linux/proc/vanishing.ts";
import { NamespaceEye } from "./namespace-eye.ts";

const FAMILIES = ["ipv4", "ipv6"] as const;

/** The one in which this runs, all that can be found, that of a process, or one that `ip netns` has named. */
export type NamespaceScope = "self" | "all" | { readonly pid: number } | { readonly name: string };

/** Where `ip netns add` puts a name. */
const NAMED_NAMESPACES = "/run/netns";

/** A namespace that is being looked at. */
export interface SeenNamespace {
  readonly inode: number;
  /** As `ip netns` knows it, else what its first process runs in, else null. */
  readonly name: string | null;
  readonly self: boolean;
  /** Close it when done. */
  readonly eye: NamespaceEye;
}

/** A namespace that could not be looked at. */
export interface UnseenNamespace {
  readonly inode: number;
  readonly name: string | null;
  readonly reason: string;
}

/** What could be opened. */
export interface OpenedNamespaces {
  readonly seen: readonly SeenNamespace[];
  readonly unseen: readonly UnseenNamespace[];
  /** Processes whose namespace this user may not see; 0 unless all were asked for. */
  readonly hiddenProcesses: number;
}

/**
 * Opens a view into each namespace of a scope; with a port only into those in which somebody listens on it. The caller closes
 * them.
 *
 * @throws {NotSupportedError} when the kernel does not answer sock_diag, or not one namespace may be looked at
 * @throws {UsageError} when there is no such process or name
 */
export function openNamespaces(scope: NamespaceScope, port: number | null = null): OpenedNamespaces {
  if (scope === "all") {
    const { places, hiddenProcesses } = findNamespaces();
    return { ...openAll(places, port), hiddenProcesses };
  }
  const opened = scope === "self" ? { seen: [openOwn()], unseen: [], hiddenProcesses: 0 } : openOne(scope);
  return port === null ? opened : onlyListening(opened, port);
}

function onlyListening(opened: OpenedNamespaces, port: number): OpenedNamespaces {
  let seen: readonly SeenNamespace[] = [];
  try {
    seen = opened.seen.filter(({ eye }) => hasListener(eye.diag, port));
    return { ...opened, seen };
  } finally {
    for (const one of opened.seen) if (!seen.includes(one)) one.eye.close();
  }
}

/** Opens the namespaces at these places; the own one without entering it. */
export function openAll(
  places: readonly NamespacePlace[],
  port: number | null = null,
): Omit<OpenedNamespaces, "hiddenProcesses"> {
  const own = ownNamespaceInode();
  const seen: SeenNamespace[] = [];
  const unseen: UnseenNamespace[] = [];
  try {
    for (const place of places) {
      const opened =
        place.inode === own ? { ...openOwn(), name: place.name } : openPlace(place, port, unseen);
      if (opened === null) continue;
      if (port === null || hasListener(opened.eye.diag, port)) seen.push(opened);
      else opened.eye.close();
    }
    return { seen, unseen };
  } catch (error) {
    for (const { eye } of seen) eye.close();
    throw error;
  }
}

/** The descriptor that held the namespace was closed, and is a socket by now. */
const IS_SOCKET = "ENXIO";

function openPlace(
  place: NamespacePlace,
  port: number | null,
  unseen: UnseenNamespace[],
): SeenNamespace | null {
  const { inode, path } = place;
  try {
    if (port !== null && !isListenedOn(path, port)) return null;
    return { inode, name: nameOf(place), self: false, eye: NamespaceEye.open(path) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // It ended while we looked: then there is nothing in it to show.
    if (code !== undefined && [...ENDED_ERRORS, IS_SOCKET].includes(code)) return null;
    if (!(error instanceof SyscallError) && code === undefined) throw error;
    unseen.push({ inode, name: nameOf(place), reason: (error as Error).message });
    return null;
  }
}

/** The same question with one socket: a whole view has ten descriptors, and most namespaces are of no interest. */
function isListenedOn(path: string, port: number): boolean {
  const namespace = Namespace.open(path);
  try {
    const diag = namespace.inside(() => new SockDiag());
    try {
      return hasListener(diag, port);
    } finally {
      diag.close();
    }
  } finally {
    namespace.close();
  }
}

function hasListener(diag: SockDiag, port: number): boolean {
  const options = { localPort: port, skmeminfo: false };
  return FAMILIES.some((family) => diag.sockets(["LISTEN"], [family], options).length > 0);
}

function openOwn(): SeenNamespace {
  try {
    return { inode: ownNamespaceInode(), name: null, self: true, eye: new NamespaceEye() };
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    const remedy = "load the module tcp_diag, or allow AF_NETLINK in the sandbox or container";
    throw new NotSupportedError("listing listeners", error.message, remedy, { cause: error });
  }
}

function openOne(scope: Exclude<NamespaceScope, string>): OpenedNamespaces {
  const place =
    "pid" in scope
      ? { path: `/proc/${scope.pid}/ns/net`, pid: scope.pid, name: null }
      : { path: join(NAMED_NAMESPACES, scope.name), pid: null, name: scope.name };
  try {
    const eye = NamespaceEye.open(place.path);
    const inode = eye.inode;
    const self = inode === ownNamespaceInode();
    return {
      seen: [{ inode, name: self ? null : nameOf({ ...place, inode }), self, eye }],
      unseen: [],
      hiddenProcesses: 0,
    };
  } catch (error) {
    throw notOpened(scope, error);
  }
}

function notOpened(scope: Exclude<NamespaceScope, string>, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  const cause = { cause: error };
  const isNamed = "name" in scope;
  if (code === "ENOENT" || (isNamed && code === "EINVAL"))
    return isNamed
      ? new UsageError(
          `--netns ${scope.name}: there is no namespace of that name; ip netns lists them`,
          cause,
        )
      : new UsageError(`--netns ${scope.pid}: there is no process ${scope.pid}`, cause);
  if (!isNotSupported(error) && code !== "EACCES" && code !== "EPERM") return error;
  const reason = error instanceof Error ? error.message : String(error);
  const which = isNamed ? scope.name : `of process ${scope.pid}`;
  return new NotSupportedError(`entering the namespace ${which}`, reason, "run it as root", cause);
}

function nameOf({ name, pid }: NamespacePlace): string | null {
  if (name !== null || pid === null) return name;
  const container = containerOf(readCgroup(pid) ?? "");
  if (container === null) return null;
  if (container.pod !== null) return `pod ${container.pod}`;
  return container.name ?? `${container.runtime} ${container.id.slice(0, 12)}`;
}
