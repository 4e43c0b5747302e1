/**
 * `--netns self|all|PID` as a scope.
 *
 * @module
 */
import { UsageError } from "../../core/errors.ts";
import type { NamespaceScope } from "../../system/observe/namespace-scope.ts";

/** The scope that the text names. @throws {UsageError} */
export function parseNetnsOption(text: string): NamespaceScope {
  if (text === "self" || text === "all") return text;
  const pid = /^[1-9]\d*$/.test(text) ? Number(text) : Number.NaN;
  if (pid <= 0x7fff_ffff) return { pid };
  throw new UsageError(`--netns must be self, all or a process id, got ${text}`);
}
