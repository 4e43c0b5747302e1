/**
 * What `listenq load --json` says.
 *
 * @module
 */
import { connectSteps, courseOf, type LoadRun, startVerdict } from "../../load/index.ts";
import { bytesOf, summarizeLoad } from "../text/load/load-table.ts";

/** The document, `listenq.load/1`. */
export function loadDocument(run: LoadRun): Readonly<Record<string, unknown>> {
  const { requested, durationMs, requests } = run;
  const { completed, failed, failures, percentiles, ...spreads } = summarizeLoad(requests);
  return {
    schema: "listenq.load/1",
    url: run.url,
    address: run.address,
    startedAt: run.startedAt,
    serverSoftware: run.serverSoftware,
    schedule: run.schedule,
    verdict: startVerdict(run),
    concurrency: run.concurrency,
    threads: run.threads,
    requested,
    completed,
    failed,
    unfinished: requested - requests.length,
    failures,
    durationMs,
    requestsPerSecond: durationMs > 0 ? (completed * 1000) / durationMs : null,
    bytes: bytesOf(run),
    ...spreads,
    percentiles,
    synLadderMs: run.synLadderMs,
    connectSteps: connectSteps(requests, run.synLadderMs),
    course: courseOf(run),
    server: run.server,
    requests,
  };
}
