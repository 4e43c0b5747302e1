/**
 * `--netns self|all|PID|NAME` as a scope.
 *
 * @module
 */

import { UsageError } from "../../../core/errors.ts";
import { shownWord } from "../../../core/report/layout/printable.ts";
import type { NamespaceScope } from "../../../system/observe/namespace-scope.ts";

/** The option, as every command with namespaces has it. */
export const NETNS_OPTION = [
  "--netns <self|all|PID|NAME>",
  "which network namespaces: this one, all, that of a process, or one that ip netns has named",
  "self",
] as const;

/** The kernel's largest process id. */
const MOST_PID = 0x7fff_ffff;

/** The scope that the text names. @throws {UsageError} */
export function parseNetnsOption(text: string): NamespaceScope {
  if (text === "self" || text === "all") return text;
  if (/^[1-9]\d*$/.test(text) && Number(text) <= MOST_PID) return { pid: Number(text) };
  // A name is a file of /run/netns, and a number that is no process id is a typing mistake.
  if (/^[^/\s]+$/.test(text) && !/^[-+.\d]/.test(text)) return { name: text };
  throw new UsageError(
    `--netns must be self, all, a process id or a name of ip netns, got ${shownWord(text)}`,
  );
}
