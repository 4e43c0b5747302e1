/**
 * A run of the load generator: requests over a new connection each, opened by a schedule or as others end, in one process or
 * in several. It only measures; core/load counts, core/report prints.
 *
 * @module
 */
import { performance } from "node:perf_hooks";
import type { LoadRun, LoadSchedule } from "../../core/load/index.ts";
import { synLadder } from "../../core/load/index.ts";
import { formatEndpoint } from "../../core/wire/address.ts";
import { readSysctlNumber } from "../linux/proc/sysctl.ts";
import {
  type GeneratorCounts,
  type GeneratorJob,
  type GeneratorResult,
  type Pace,
  sumCounts,
} from "./generator-job.ts";
import { LoadGenerator } from "./load-generator.ts";
import { LoadProcesses } from "./load-processes.ts";
import { encodeLoadRequest, type LoadTarget } from "./load-target.ts";
import { requestsOf } from "./request-ledger.ts";

/** What to send, how often, and to whom. */
export interface LoadOptions {
  readonly target: LoadTarget;
  /** Tried in this order until one connects; all requests go to that one. */
  readonly addresses: readonly string[];
  readonly pace: Pace;
  /** Null in a closed loop. */
  readonly schedule: LoadSchedule | null;
  /** For one request, from connect() to its end. */
  readonly timeoutMs: number;
  readonly userAgent: string;
  /** Sent instead of an HTTP request, where the server speaks something else; null for HTTP. */
  readonly raw?: Uint8Array | null;
  /** Processes that share the run. */
  readonly threads: number;
  /** Whether a single one is not this process either, so that nothing else that it does makes connections late. */
  readonly isApart?: boolean;
  /** Whether each connection's local address is wanted. */
  readonly withLocals?: boolean;
  /** Ends the run early; requests that are under way then are left out. */
  readonly signal?: AbortSignal;
  /** Given the way to ask how far the run is, when it begins. */
  readonly onStart?: (counts: () => GeneratorCounts) => void;
  /** Runs the opening of a socket, so that it can be made in another network namespace; one thread alone can do so. */
  readonly around?: <T>(open: () => T) => T;
}

/** Sends the requests and returns what became of them. @throws {SyscallError} where this machine has not even a descriptor */
export async function runLoad(options: LoadOptions): Promise<LoadRun> {
  const jobs = jobsOf(options);
  const { results, startedAt } = await (jobs.length === 1 && options.isApart !== true
    ? runHere(jobs, options)
    : runApart(jobs, options));
  const { target, pace } = options;
  const [first] = results;
  return {
    url: target.url.href,
    address: formatEndpoint(first?.address ?? "", target.port),
    startedAt,
    schedule: options.schedule,
    concurrency: pace.loop === "closed" ? pace.concurrency : null,
    requested: pace.loop === "closed" ? pace.requests : pace.intendedMs.length,
    threads: jobs.length,
    durationMs: Math.max(...results.map(({ endedMs }) => round(endedMs))),
    serverSoftware: results.find(({ serverSoftware }) => serverSoftware !== null)?.serverSoftware ?? null,
    synLadderMs: ladderHere(),
    server: null,
    requests: requestsOf(results.map(({ columns }) => columns)),
  };
}

interface Finished {
  readonly results: readonly GeneratorResult[];
  readonly startedAt: string;
}

async function runHere([job]: readonly GeneratorJob[], options: LoadOptions): Promise<Finished> {
  if (job === undefined) throw new Error("a run without a job");
  const startMs = performance.now();
  const startedAt = new Date().toISOString();
  const { around } = options;
  const generator = new LoadGenerator(job, { startMs, ...(around === undefined ? {} : { around }) });
  options.onStart?.(() => generator.counts);
  const result = await stoppable(options.signal, () => generator.stop(), generator.run());
  return { results: [result], startedAt };
}

async function runApart(jobs: readonly GeneratorJob[], options: LoadOptions): Promise<Finished> {
  const processes = new LoadProcesses(jobs);
  await processes.start();
  options.onStart?.(() => sumCounts(processes.counts));
  const startedAt = new Date().toISOString();
  const results = await stoppable(options.signal, () => processes.stop(), processes.results());
  return { results, startedAt };
}

async function stoppable<T>(signal: AbortSignal | undefined, stop: () => void, work: Promise<T>): Promise<T> {
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted === true) stop();
  try {
    return await work;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

function jobsOf(options: LoadOptions): GeneratorJob[] {
  const { target, addresses, pace, timeoutMs, userAgent, threads, raw = null, withLocals = true } = options;
  const request = raw ?? encodeLoadRequest(target, userAgent);
  return Array.from({ length: threads }, (_, thread) => ({
    addresses,
    port: target.port,
    request,
    answers: raw === null ? "http" : "raw",
    timeoutMs,
    pace: shareOf(pace, thread, threads),
    withLocals,
    thread,
  }));
}

/** Each thread takes every nth arrival, or its part of the requests. */
function shareOf(pace: Pace, thread: number, threads: number): Pace {
  if (threads === 1) return pace;
  if (pace.loop === "open")
    return { loop: "open", intendedMs: pace.intendedMs.filter((_, place) => place % threads === thread) };
  const part = (count: number): number => Math.floor((count + threads - 1 - thread) / threads);
  return { loop: "closed", requests: part(pace.requests), concurrency: part(pace.concurrency) };
}

/** @kernel net/ipv4/tcp_timer.c tcp_retransmit_timer() v6.18 */
function ladderHere(): number[] {
  const linear = readSysctlNumber("net.ipv4.tcp_syn_linear_timeouts") ?? 0;
  return synLadder(linear, readSysctlNumber("net.ipv4.tcp_syn_retries") ?? 6);
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
