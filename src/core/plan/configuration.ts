/**
 * The lines that set a backlog: the software's own, and the sysctl that clamps it.
 *
 * @module
 */
import { KNOWN_SOFTWARE } from "../listener/software/find-software.ts";
import type { Software } from "../listener/software/software.ts";
import type { KernelRules } from "../model/index.ts";

/** The software that people mean by this word: its name or its process's, in any case. */
export function softwareNamed(word: string): Software | null {
  const lower = word.toLowerCase();
  const byName = KNOWN_SOFTWARE.find(({ name }) => name.toLowerCase() === lower);
  return byName ?? KNOWN_SOFTWARE.find(({ processes }) => processes.test(lower)) ?? null;
}

/** The names that `softwareNamed` knows. */
export function softwareNames(): string[] {
  return KNOWN_SOFTWARE.map(({ name }) => name);
}

/** The lines, the sysctl first: listen() is clamped to it. */
export function configurationLines(backlog: number, software: Software | null, rules: KernelRules): string[] {
  const clamps = backlog > rules.somaxconnDefault;
  return [
    ...(clamps
      ? [
          `sysctl -w net.core.somaxconn=${backlog}   (its default is ${rules.somaxconnDefault}, which would clamp the backlog)`,
        ]
      : []),
    software === null
      ? `listen(fd, ${backlog})`
      : `${software.backlogLine(backlog)}; then: ${software.apply}`,
  ];
}
