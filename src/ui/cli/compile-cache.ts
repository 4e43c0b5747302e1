/**
 * Node keeps what it compiled of us, so that the next start is quicker (Node 22.8 and later). It lies in a folder that only this
 * user may write: Node's own place for it, under /tmp, may hold what somebody else has put there.
 *
 * @module
 */
import { mkdirSync, statSync } from "node:fs";
import * as nodeModule from "node:module";
import { join } from "node:path";
import process from "node:process";
import { PROGRAM_FORM } from "../../system/linux/process/own-program.ts";
import type { Io } from "./io.ts";

/** What `node:module` has from 22.8 on. */
interface CompileCaching {
  readonly enableCompileCache?: (folder: string) => unknown;
}

/** Turns it on where it can be had. NODE_COMPILE_CACHE and NODE_DISABLE_COMPILE_CACHE mean what they mean to Node. */
export function keepCompiled(env: Io["env"]): void {
  const { enableCompileCache } = nodeModule as CompileCaching;
  if (PROGRAM_FORM !== "bundle" || enableCompileCache === undefined) return;
  if (env["NODE_COMPILE_CACHE"] || env["NODE_DISABLE_COMPILE_CACHE"]) return;
  const folder = ownFolder(env);
  if (folder !== null) enableCompileCache(folder);
}

/** Null where there is none that is ours alone. */
function ownFolder(env: Io["env"]): string | null {
  const caches = env["XDG_CACHE_HOME"] || (env["HOME"] ? join(env["HOME"], ".cache") : null);
  if (caches === null) return null;
  try {
    const folder = join(caches, "listenq");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = statSync(folder);
    return uid === process.geteuid?.() && (mode & 0o022) === 0 ? folder : null;
  } catch {
    return null;
  }
}
