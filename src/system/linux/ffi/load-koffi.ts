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

/** What koffi exports. */
export type Koffi = typeof koffi;

const require = createRequire(import.meta.url);
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
    return require("koffi") as Koffi;
  } catch (error) {
    const reason = `koffi does not load: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`;
    const remedy = "install listenq with its optional packages (@koromix/koffi-linux-*)";
    throw new NotSupportedError("looking at listeners", reason, remedy, { cause: error });
  }
}
