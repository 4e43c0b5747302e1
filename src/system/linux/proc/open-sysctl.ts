/**
 * One sysctl of a network namespace that stays open, so that it can be read again from outside. Opening it by its path each
 * time would need the namespace to be entered, and makes the kernel walk past the same name of every other namespace.
 *
 * @module
 */
import { readSync } from "node:fs";
import { Descriptor } from "../ffi/descriptor.ts";
import { sysctlPath } from "./sysctl.ts";
import { PERMISSION_ERRORS, readOr } from "./vanishing.ts";

const MOST_BYTES = 64;

/** A sysctl of the namespace in which the calling thread is when it is opened. */
export class OpenSysctl {
  readonly #descriptor: Descriptor | null;
  readonly #buffer: Buffer = Buffer.allocUnsafeSlow(MOST_BYTES);

  /** @throws {UsageError} for a name that is none of a `net.*` sysctl */
  constructor(name: string) {
    const path = sysctlPath(name);
    this.#descriptor = readOr([...PERMISSION_ERRORS, "ENOENT"], null, () => Descriptor.open(path));
  }

  /** Its value now; null where this kernel or namespace does not have it, or it is no number. */
  read(): number | null {
    if (this.#descriptor === null) return null;
    const length = readSync(this.#descriptor.number, this.#buffer, 0, MOST_BYTES, 0);
    const text = this.#buffer.toString("latin1", 0, length).trim();
    return /^-?\d+$/.test(text) ? Number(text) : null;
  }

  close(): void {
    this.#descriptor?.close();
  }
}
