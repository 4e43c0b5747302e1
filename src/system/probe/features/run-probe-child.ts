/**
 * Starts probe-child.ts and reads its report: once making the namespace itself, once under `unshare -Urn`.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { FreshNamespaceAnswers } from "./fresh-namespace.ts";
import type { ProbeReport } from "./probe-child.ts";

/** What came back: the answers from inside, a refusal with its reason, or why neither came. */
export type ChildOutcome =
  | { readonly kind: "answers"; readonly answers: FreshNamespaceAnswers }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "could not run"; readonly reason: string };

/** `direct` needs CAP_SYS_ADMIN; `unshare` needs the program and unprivileged user namespaces. */
export type ChildMode = "direct" | "unshare";

const TIMEOUT_MS = 10_000;

/** Runs the probes in a namespace made in this way. */
export function runProbeChild(mode: ChildMode): ChildOutcome {
  const entry = entryPath();
  if (entry === null) return { kind: "could not run", reason: "listenq is not built (npm run build)" };
  const node = [process.execPath, entry];
  const [program = "", ...args] =
    mode === "direct" ? [...node, "direct"] : ["unshare", "-Urn", ...node, "inside"];
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

/**
 * The entry as Node can run it. From unbuilt sources (tests) on a Node that does not run TypeScript, it is the built one.
 */
function entryPath(): string | null {
  const isBuilt = import.meta.url.endsWith(".js");
  const own = fileURLToPath(new URL(isBuilt ? "./probe-child.js" : "./probe-child.ts", import.meta.url));
  if (isBuilt || runsTypeScript()) return own;
  const built = own.replace("/src/system/", "/dist/system/").replace(/\.ts$/, ".js");
  return existsSync(built) ? built : null;
}

function runsTypeScript(): boolean {
  return "typescript" in process.features && typeof process.features.typescript === "string";
}
