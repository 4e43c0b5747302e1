/**
 * From any thrown value to one clear line and an exit code.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { DecodeError, isNotSupported, SyscallError, UsageError } from "../../core/errors.ts";
import { printable } from "../../core/report/layout/printable.ts";
import { EXIT, type Io } from "./io.ts";

const WITHOUT_PROC =
  "there is no /proc here, where the kernel tells of sockets and processes; in a chroot or container: mount -t proc proc /proc";

/** Prints what went wrong on stderr and says with which code to exit. */
export function reportFailure(error: unknown, io: Io): number {
  if (io.interrupted.aborted) return interruptedCode(io);
  if (isWithoutProc(error)) {
    io.stderr.write(`listenq: ${WITHOUT_PROC}\n`);
    return EXIT.notSupported;
  }
  const code = exitCodeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  // A file's own bytes may be in it.
  const text = message.split("\n").map(printable).join("\n");
  const isBug = code === EXIT.bug;
  const details = isBug && error instanceof Error ? `\n${error.stack ?? ""}\nThis is a bug in listenq.` : "";
  io.stderr.write(`listenq: ${text}${details}\n`);
  return code;
}

/** The exit code that the contract gives to an error. */
export function exitCodeOf(error: unknown): number {
  if (isNotSupported(error)) return EXIT.notSupported;
  if (error instanceof UsageError || error instanceof DecodeError || error instanceof SyscallError)
    return EXIT.usage;
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return typeof code === "string" && /^E[A-Z]+$/.test(code) ? EXIT.usage : EXIT.bug;
}

/** The exit code after SIGINT (130) or SIGTERM (143). */
export function interruptedCode(io: Io): number {
  return typeof io.interrupted.reason === "number" ? io.interrupted.reason : EXIT.interrupted;
}

/** A file of /proc is missing, and so is all of it. */
function isWithoutProc(error: unknown): boolean {
  const { code, path } = (error ?? {}) as NodeJS.ErrnoException;
  return code === "ENOENT" && path?.startsWith("/proc/") === true && !existsSync("/proc/self");
}
