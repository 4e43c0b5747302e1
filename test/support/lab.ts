/**
 * Scenario files of test/fixtures/scenarios on the real kernel, by the built program. A user who may not make namespaces
 * skips, with what the program said; root may always, so for root it is a failure.
 *
 * @module
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestContext } from "vitest";
import { expect } from "vitest";
import type { ClaimResult } from "../../src/core/experiment/index.ts";
import type { Scenario } from "../../src/core/scenario/index.ts";
import type { Trace } from "../../src/core/trace/index.ts";
import { whySpoilt } from "../../src/system/verify/tally.ts";
import type { Capture } from "./capture-file.ts";
import { decodePcapng } from "./capture-file.ts";
import { type CliOptions, type CliResult, isRoot, NOBODY, nobodyCanRun, run } from "./cli.ts";
import { expectConsistent } from "./consistency.ts";
import { theOne } from "./lookups.ts";

/** The users as which kernel tests run the program. */
export const USERS: readonly { readonly user: string; readonly uid: number }[] = isRoot
  ? [{ user: "root", uid: 0 }, ...(nobodyCanRun() ? [{ user: "an ordinary user", uid: NOBODY }] : [])]
  : [{ user: "this ordinary user", uid: process.getuid?.() ?? NOBODY }];

/** One experiment of a `lab run --json` document. */
export interface ExperimentEntry {
  readonly name: string;
  readonly question: string;
  readonly scenario: Scenario;
  readonly claims: readonly ClaimResult[];
  readonly verdict: string;
  readonly reason: string | null;
  readonly trace: Trace;
  readonly artifacts: { readonly pcap: string | null; readonly report: string | null };
}

/** A `lab run --json` document. */
export interface LabDocument {
  readonly schema: string;
  readonly kernel: { readonly release: string; readonly era: string | null; readonly eraBy: string };
  readonly experiments: readonly ExperimentEntry[];
}

/** The path of a scenario file of the tests. */
export function scenarioFile(name: string): string {
  return fileURLToPath(new URL(`../fixtures/scenarios/${name}.yaml`, import.meta.url));
}

/**
 * A recording in which the queues could not be looked at for longer than this is of a machine that was away, and calls and
 * packets came out of their planned order; it is made again. Scenario files of the tests leave at least so much between them.
 */
const LONGEST_GAP_MS = 60;
const MOST_RECORDINGS = 12;

/** Whether it says nothing of the kernel; claims that hold all the same do not need it again. */
function isSpoilt({ claims, verdict, scenario, trace }: ExperimentEntry): boolean {
  const wasAway = (trace.recording.largestSampleGapMs ?? 0) > LONGEST_GAP_MS;
  if (claims.length === 0) return wasAway;
  return verdict !== "holds" && (wasAway || whySpoilt(scenario, trace) !== null);
}

/**
 * Runs `lab run ... --json`, again where the recording is of a machine that was away; skips the test where this user may have
 * no lab, unless that user is root.
 */
export async function labRun(
  context: TestContext,
  args: readonly string[],
  options: CliOptions = {},
): Promise<CliResult & { readonly document: LabDocument }> {
  for (let made = 1; ; made++) {
    const result = await run(["lab", "run", ...args, "--json"], options);
    skipIfNotPermitted(context, result, options.uid);
    const sayings = `exit code ${result.code}, stderr: ${result.stderr}`;
    expect(result.stdout, sayings).toMatch(/^\{\s*"schema": ?"listenq\.lab-run\/1",/);
    const document = JSON.parse(result.stdout) as LabDocument;
    if (made === MOST_RECORDINGS || !document.experiments.some(isSpoilt)) return { ...result, document };
  }
}

/** Skips with the program's own words after exit code 3. */
export function skipIfNotPermitted(context: TestContext, result: CliResult, uid = process.getuid?.()): void {
  if (result.code !== 3) return;
  if (uid === 0) throw new Error(`root may have no lab here: ${result.stderr}${result.stdout}`);
  context.skip(`no lab here: ${result.stderr.trim()}`);
}

/** A scenario that was run: what was planned, what was recorded, and the capture file. */
export interface RunOfFile {
  readonly scenario: Scenario;
  readonly trace: Trace;
  readonly capture: Capture;
  readonly document: LabDocument;
}

/** Runs one scenario file of the tests, with its capture; whatever is true of every recording is checked of this one. */
export async function runScenarioFile(
  context: TestContext,
  name: string,
  options: CliOptions = {},
): Promise<RunOfFile> {
  return await inFolder(async (folder) => {
    const pcap = join(folder, "trace.pcapng");
    const { document, code, stderr } = await labRun(context, [scenarioFile(name), "--pcap", pcap], options);
    expect(code, stderr).toBe(0);
    const entry = theOne(document.experiments);
    expect(entry.artifacts.pcap).toBe(pcap);
    const capture = decodePcapng(readFileSync(pcap));
    expectConsistent(entry.scenario, entry.trace, capture);
    return { scenario: entry.scenario, trace: entry.trace, capture, document };
  });
}

/** A folder that every user may write to, for as long as the work takes. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "listenq-test-"));
  chmodSync(folder, 0o777);
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
