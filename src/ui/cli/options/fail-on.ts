/**
 * `--fail-on SEVERITY`: for scripts and health checks, an exit code of 1 when something at least that bad was found.
 *
 * @module
 */

import { UsageError } from "../../../core/errors.ts";
import type { Finding, Severity } from "../../../core/finding.ts";
import { shownWord } from "../../../core/report/layout/printable.ts";
import { EXIT } from "../io.ts";

/** All of them, from least to worst. */
export const SEVERITIES: readonly Severity[] = ["info", "warning", "critical"];

/** What the option's help says. */
export const FAIL_ON_HELP =
  "exit with 1 if there is a finding at least that severe: info, warning or critical";

/** The severity in the option, or null without one. @throws {UsageError} */
export function parseFailOnOption(text: string | undefined): Severity | null {
  if (text === undefined) return null;
  const severity = SEVERITIES.find((known) => known === text);
  if (severity !== undefined) return severity;
  throw new UsageError(`--fail-on must be info, warning or critical, got ${shownWord(text)}`);
}

/** The exit code that these findings give. */
export function failOnCode(failOn: Severity | null, findings: readonly Finding[]): number {
  if (failOn === null) return EXIT.fine;
  const least = SEVERITIES.indexOf(failOn);
  const isMet = findings.some(({ severity }) => SEVERITIES.indexOf(severity) >= least);
  return isMet ? EXIT.claimDoesNotHold : EXIT.fine;
}
