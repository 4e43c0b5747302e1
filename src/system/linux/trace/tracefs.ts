/**
 * The kernel's descriptions of its trace events. Where tracefs is not mounted it is opened without being mounted anywhere: what
 * fsmount() returns is a folder that only this process has, and that ends with it.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { NotSupportedError, SyscallError } from "../../../core/errors.ts";
import { parseEventFormat, type TraceEventFormat } from "../../../core/wire/trace-event/event-format.ts";
import { checked } from "../ffi/check.ts";
import { type Closable, Descriptor } from "../ffi/descriptor.ts";
import { addressOf, libc } from "../ffi/libc.ts";
import { readTextOrNull } from "../proc/vanishing.ts";

/** The same numbers on every architecture. @kernel include/uapi/asm-generic/unistd.h __NR_fsopen v6.18 */
const NR = { fsopen: 430, fsconfig: 431, fsmount: 432 } as const;
const FSCONFIG_CMD_CREATE = 6;
const CLOEXEC = 1;

const MOUNTED = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];
const TRIED_FILE = "events/header_page";

/** An open tracefs. */
export class Tracefs implements Closable {
  readonly #folder: string;
  readonly #mount: Descriptor | null;

  /** @throws {NotSupportedError} without CAP_SYS_ADMIN, or on a kernel without tracefs */
  constructor() {
    const mounted = MOUNTED.find((folder) => readTextOrNull(`${folder}/${TRIED_FILE}`) !== null);
    this.#mount = mounted === undefined ? openDetached() : null;
    this.#folder = mounted ?? `/proc/self/fd/${this.#mount?.number}`;
  }

  /** An event by its group and name, such as `"tcp/tcp_send_reset"`; null where this kernel has none of that name. */
  event(name: string): TraceEventFormat | null {
    const text = readTextOrNull(`${this.#folder}/events/${name}/format`);
    return text === null ? null : parseEventFormat(text);
  }

  close(): void {
    this.#mount?.close();
  }
}

function openDetached(): Descriptor {
  const type = Buffer.from("tracefs\0");
  try {
    const opened = libc.syscall(NR.fsopen, addressOf(type), CLOEXEC, 0, 0, 0);
    const context = Descriptor.checked("fsopen tracefs", opened);
    try {
      const created = libc.syscall(NR.fsconfig, context.number, FSCONFIG_CMD_CREATE, 0, 0, 0);
      checked("fsconfig tracefs", created);
      const mounted = libc.syscall(NR.fsmount, context.number, CLOEXEC, 0, 0, 0);
      return Descriptor.checked("fsmount tracefs", mounted);
    } finally {
      context.close();
    }
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    throw new NotSupportedError("reading the kernel's trace events", error.message, remedyFor(error.code), {
      cause: error,
    });
  }
}

function remedyFor(code: string): string {
  if (code === "EPERM") return "run it as root on the host, outside of a container";
  if (code === "ENOSYS") return "as root: mount -t tracefs tracefs /sys/kernel/tracing";
  if (code === "ENODEV") return "a kernel with CONFIG_TRACING";
  return readFileSync("/proc/filesystems", "utf8").includes("\ttracefs\n")
    ? "run it as root on the host"
    : "a kernel with CONFIG_TRACING";
}
