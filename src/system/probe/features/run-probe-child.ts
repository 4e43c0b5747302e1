/**
 * Starts listenq as the child of the namespace probes and reads its report: once making the namespace itself, once under `unshare -Urn`.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import process from "node:process";
import { ownCommand, PROGRAM_FORM } from "../../linux/process/own-program.ts";
import type { FreshNamespaceAnswers } from "./fresh-namespace.ts";
import type { ProbeReport } from "./probe-child.ts";

/** What came back: the answers from inside, a refusal with its reason, or why neither came. */
export type ChildOutcome =
  | { readonly kind: "answers"; readonly answers: FreshNamespaceAnswers }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "could not run"; readonly reason: string };

/** `direct` needs CAP_SYS_ADMIN; `unshare` needs the program and unprivileged user namespaces. */
export type ChildMode = "direct" | "unshare";

/** The hidden command that the child runs. */
export const PROBE_COMMAND = "probe-child";

const TIMEOUT_MS = 10_000;

/** Runs the probes in a namespace made in this way. */
export function runProbeChild(mode: ChildMode): ChildOutcome {
  const own = ownCommand();
  if (PROGRAM_FORM === "library" && !existsSync(own.at(-1) ?? ""))
    return { kind: "could not run", reason: "listenq is not built (npm run build)" };
  const [program = "", ...args] =
    mode === "direct"
      ? [...own, PROBE_COMMAND, "direct"]
      : ["unshare", "-Urn", ...own, PROBE_COMMAND, "inside"];
  const child = spawnSync(program, args, {
    encoding: "utf8",
    timeout: TIMEOUT_MS,
    killSignal: "SIGKILL",
    // Options of the parent's Node, such as --inspect or a test runner's loader, are not for this process.
    env: { PATH: process.env["PATH"] },
  });
  if (child.error !== undefined) return { kind: "could not run", reason: startFailure(program, child.error) };
  return child.status === 0 ? outcomeOf(child.stdout) : failureOf(mode, child.stderr, child.signal);
}

function startFailure(program: string, error: NodeJS.ErrnoException): string {
  return error.code === "ENOENT" ? `${program} is not installed` : error.message;
}

function outcomeOf(stdout: string): ChildOutcome {
  const report = JSON.parse(stdout) as ProbeReport;
  return "answers" in report
    ? { kind: "answers", answers: report.answers }
    : { kind: "refused", reason: report.refused };
}

function failureOf(mode: ChildMode, stderr: string, signal: string | null): ChildOutcome {
  const line = stderr.split("\n").find((text) => text.trim() !== "") ?? `ended by ${signal ?? "an error"}`;
  const isRefusal = mode === "unshare" && line.startsWith("unshare:");
  return { kind: isRefusal ? "refused" : "could not run", reason: line.trim() };
}
