/**
 * koffi, loaded by the first system call and not by an import. So the library can be imported where there is no Linux or no
 * koffi, and says "not supported" only to whoever calls it.
 *
 * @module
 */
import { createRequire } from "node:module";
import process from "node:process";
import type koffi from "koffi";
import { NotSupportedError } from "../../../core/errors.ts";
import { PROGRAM_FORM } from "../process/own-program.ts";
import { loadEmbeddedAddon } from "./embedded-addon.ts";

/** What koffi exports. */
export type Koffi = typeof koffi;

const require = createRequire(import.meta.url);
/** koffi's own way there reads several files and asks which libc this is: a tenth of the time that `listenq ls` takes. */
const USUAL_BINARY = `@koromix/koffi-linux-${process.arch}/linux_${process.arch}/koffi.node`;
const REMEDY = "install listenq with its optional packages (@koromix/koffi-linux-*)";
const EXECUTABLE_REMEDY =
  "mount /proc, or name a folder in TMPDIR that is writable and not mounted noexec; where the C library is not glibc (Alpine), install the npm package on Node 20.19 or newer";

let loaded: Koffi | null = null;

/** koffi, the same every time. @throws {NotSupportedError} where the system is not Linux, or koffi has no binary for it */
export function loadKoffi(): Koffi {
  loaded ??= load();
  return loaded;
}

function load(): Koffi {
  if (process.platform !== "linux") {
    const remedy = "the parts for captures, traces and scenarios run anywhere";
    throw new NotSupportedError("looking at listeners", `this is ${process.platform}, not Linux`, remedy);
  }
  try {
    if (PROGRAM_FORM === "executable") return loadEmbeddedAddon("koffi.node") as Koffi;
    return (PROGRAM_FORM === "bundle" ? usualBinary() : null) ?? (require("koffi") as Koffi);
  } catch (error) {
    const reason = `koffi does not load: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`;
    const remedy = PROGRAM_FORM === "executable" ? EXECUTABLE_REMEDY : REMEDY;
    throw new NotSupportedError("looking at listeners", reason, remedy, { cause: error });
  }
}

/** Null where it is not there, or not for this libc: koffi finds the right one, or says what is wrong. */
function usualBinary(): Koffi | null {
  try {
    const binary = require(USUAL_BINARY) as Partial<Koffi>;
    return binary.version === undefined ? null : (binary as Koffi);
  } catch {
    return null;
  }
}
