import type { LoadRequest, LoadRun } from "../../src/core/load/index.ts";

/** One answered request; the changes say what was different. */
export function loadRequest(number: number, changes: Partial<LoadRequest> = {}): LoadRequest {
  return {
    number,
    intendedAt: changes.at ?? 0,
    at: 0,
    local: `127.0.0.1:${59_828 + 2 * number}`,
    connectMs: 0.05,
    firstByteMs: 0.15,
    waitingMs: 0.1,
    processingMs: 1,
    totalMs: 1.05,
    synResends: 0,
    bytes: 130,
    bodyBytes: 13,
    status: 200,
    failure: null,
    error: null,
    ...changes,
  };
}

/** A run of the closed loop; the changes say what was different. */
export function loadRun(requests: readonly LoadRequest[], changes: Partial<LoadRun> = {}): LoadRun {
  return {
    url: "http://localhost:8088/",
    address: "127.0.0.1:8088",
    startedAt: "2021-12-05T12:50:51.727Z",
    schedule: null,
    concurrency: 4,
    requested: 4,
    threads: 1,
    durationMs: 40_000.901,
    serverSoftware: "NBS/1.0",
    synLadderMs: [1000, 2000, 3000, 4000, 5000, 7000],
    server: null,
    requests,
    ...changes,
  };
}
