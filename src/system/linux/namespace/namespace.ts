/**
 * Network namespaces by file descriptor. A namespace lives as long as something refers to it: our descriptor, a socket
 * made in it, or an interface's peer. Nothing is mounted or named, so it ends with the process, however that ends.
 *
 * A socket belongs to the namespace in which it was *created*, so one thread can make sockets in many and serve them all.
 * Only synchronous code may run inside `inside()`: asynchronous `fs` and koffi's `.async` run on other threads.
 *
 * @module
 */
import { NotSupportedError, SyscallError } from "../../../core/errors.ts";
import { checked } from "../ffi/check.ts";
import { Descriptor } from "../ffi/descriptor.ts";
import { libc } from "../ffi/libc.ts";

const CLONE_NEWNET = 0x40000000;
const OWN_NAMESPACE = "/proc/thread-self/ns/net";

/** What would permit an ordinary user to make namespaces; one sentence for every command that needs them. */
export const NAMESPACE_REMEDY: string =
  "run it with sudo, or allow unprivileged user namespaces " +
  "(sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0 or user.max_user_namespaces, whichever this system has)";

/** One network namespace that this process holds open. */
export class Namespace {
  readonly #descriptor: Descriptor;

  private constructor(descriptor: Descriptor) {
    this.#descriptor = descriptor;
  }

  /** The namespace of the calling thread. */
  static own(): Namespace {
    return new Namespace(Descriptor.open(OWN_NAMESPACE));
  }

  /**
   * The one behind a link or mount such as `/proc/7/ns/net` or `/run/netns/blue`.
   *
   * @throws {Error} Node's own, such as ENOENT or EACCES
   */
  static open(path: string): Namespace {
    return new Namespace(Descriptor.open(path));
  }

  /**
   * A new, empty namespace; the calling thread is back in its own afterwards.
   *
   * @throws {NotSupportedError} when this user may not make one
   */
  static create(): Namespace {
    const home = Namespace.own();
    try {
      unshareNetwork();
      const created = Namespace.own();
      home.enter();
      return created;
    } finally {
      home.close();
    }
  }

  /** The descriptor, for IFLA_NET_NS_FD. */
  get fd(): number {
    return this.#descriptor.number;
  }

  /** Moves the calling thread here for good. @throws {SyscallError} */
  enter(): void {
    checked("setns", libc.setns(this.#descriptor.number, CLONE_NEWNET));
  }

  /** Runs synchronous code in this namespace and comes back, also when it throws. @throws {SyscallError} */
  inside<T>(work: () => T): T {
    const home = Namespace.own();
    try {
      this.enter();
      return work();
    } finally {
      home.enter();
      home.close();
    }
  }

  /** Lets go of it; safe to call twice. */
  close(): void {
    this.#descriptor.close();
  }
}

/** Moves the calling thread into a new network namespace. @throws {NotSupportedError} when not permitted */
export function unshareNetwork(): void {
  try {
    checked("unshare", libc.unshare(CLONE_NEWNET));
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    throw new NotSupportedError("a network namespace", error.message, NAMESPACE_REMEDY, { cause: error });
  }
}
