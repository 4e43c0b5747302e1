import { describe, expect, it } from "vitest";
import type { LoadRequest, LoadTimes } from "../../../../../../src/core/load/index.ts";
import { loadDocument } from "../../../../../../src/core/report/document/load-document.ts";
import {
  formatLoadReport,
  formatLoadTable,
  summarizeLoad,
} from "../../../../../../src/core/report/text/load/load-table.ts";
import { loadRequest, loadRun } from "../../../../../support/load-run.ts";

/** The four connections of the original experiment, to the fractions that its rounded listing allows. */
const ORIGINAL: readonly (readonly [connectMs: number, processingMs: number, waitingMs: number])[] = [
  [0.08, 10_000.3, 0.1],
  [0.07, 20_000.2, 10_000.1],
  [0.06, 30_000.46, 20_000.3],
  [0.05, 40_000.6, 30_000.4],
];

/** What ab printed about them: seed/ab-drop.txt. */
const ORIGINAL_LISTING = `Concurrency Level:      4
Time taken for tests:   40.001 seconds
Complete requests:      4
Failed requests:        0
Total transferred:      520 bytes
HTML transferred:       52 bytes
Requests per second:    0.10 [#/sec] (mean)
Time per request:       40000.901 [ms] (mean)
Time per request:       10000.225 [ms] (mean, across all concurrent requests)
Transfer rate:          0.01 [Kbytes/sec] received

Connection Times (ms)
              min  mean[+/-sd] median   max
Connect:        0    0   0.0      0       0
Processing: 10000 25000 12910.1  30000   40001
Waiting:        0 15000 12910.1  20000   30000
Total:      10000 25000 12910.1  30001   40001

Percentage of the requests served within a certain time (ms)
  50%  30001
  66%  30001
  75%  40001
  80%  40001
  90%  40001
  95%  40001
  98%  40001
  99%  40001
 100%  40001 (longest request)
`;

function times(totalMs: number, failure: LoadTimes["failure"] = null): LoadTimes {
  return { connectMs: 0, waitingMs: 0, processingMs: totalMs, totalMs, failure };
}

function request(number: number, changes: Partial<LoadRequest> = {}): LoadRequest {
  const [connectMs, processingMs, waitingMs] = ORIGINAL[number - 1] ?? [0, 0, 0];
  const totalMs = connectMs + processingMs;
  return loadRequest(number, { connectMs, processingMs, waitingMs, totalMs, ...changes });
}

const originalRun = loadRun([1, 2, 3, 4].map((number) => request(number)));

describe("the load report", () => {
  it("prints the original experiment's four connections exactly as ab did", () => {
    const report = formatLoadReport(originalRun);
    expect(report.slice(report.indexOf("Concurrency Level:"))).toBe(ORIGINAL_LISTING);
    expect(report).toContain("Server Software:        NBS/1.0\nServer Hostname:        localhost\n");
    expect(report).toContain("Document Path:          /\nDocument Length:        13 bytes\n");
  });

  it("counts failures by cause, on one line, and leaves out the causes that did not happen", () => {
    const failed = {
      connectMs: null,
      processingMs: null,
      waitingMs: null,
      bytes: 0,
      bodyBytes: 0,
      status: null,
    };
    const report = formatLoadReport(
      loadRun([
        request(1),
        request(2, { ...failed, failure: "reset", error: "ECONNRESET" }),
        request(3, { ...failed, failure: "refused", error: "ECONNREFUSED" }),
        request(4, { ...failed, failure: "reset", error: "ECONNRESET" }),
      ]),
    );
    expect(report).toContain(
      "Complete requests:      1\nFailed requests:        3\n   (refused: 1, reset: 2)\n",
    );
  });

  it("says how many requests an interrupted run did not finish", () => {
    expect(formatLoadReport(loadRun([request(1)]))).toContain("Unfinished requests:    3\n");
    expect(formatLoadReport(originalRun)).not.toContain("Unfinished");
  });

  it("prints no table and no rates when no answer came whole", () => {
    const report = formatLoadReport(loadRun([request(1, { failure: "timeout", totalMs: null })]));
    expect(report).not.toContain("Connection Times");
    expect(report).not.toContain("NaN");
    expect(report).not.toContain("per second");
  });

  it("prints no percentiles for a single request, as ab does not", () => {
    expect(formatLoadTable(summarizeLoad([times(5)])).join("\n")).not.toContain("Percentage");
    expect(formatLoadTable(summarizeLoad([times(5), times(6)])).join("\n")).toContain("Percentage");
  });
});

describe("the statistics", () => {
  it("take ab's median: the upper middle value of an even number", () => {
    expect(summarizeLoad([1, 2, 3, 4].map((ms) => times(ms))).totalMs?.median).toBe(3);
  });

  it("take ab's median of an odd number: the middle and the next above it, averaged", () => {
    // Seen of ab 2.3 with answers after 1005, 2004 and 3005 ms: it prints a median of 2504.
    expect(summarizeLoad([1005, 2004, 3005].map((ms) => times(ms))).totalMs?.median).toBe(2504.5);
  });

  it("divide the squares by n - 1, and have no deviation for one request", () => {
    expect(summarizeLoad([times(1), times(3)]).totalMs?.sd).toBeCloseTo(Math.SQRT2, 12);
    expect(summarizeLoad([times(7)]).totalMs).toEqual({ min: 7, mean: 7, sd: 0, median: 7, max: 7 });
  });

  it("do not depend on the order of the requests", () => {
    expect(summarizeLoad([3, 1, 2].map((ms) => times(ms)))).toEqual(
      summarizeLoad([1, 2, 3].map((ms) => times(ms))),
    );
  });

  it("are about whole answers only: a failed request is counted but not timed", () => {
    const summary = summarizeLoad([times(10), times(999, "timeout"), times(20, "non-2xx")]);
    expect(summary).toMatchObject({
      completed: 2,
      failed: 2,
      failures: { timeout: 1, "non-2xx": 1, reset: 0 },
    });
    expect(summary.totalMs?.max).toBe(20);
  });
});

describe("the document listenq.load/1", () => {
  it("begins with its schema and holds every request", () => {
    const document = loadDocument(originalRun);
    expect(Object.keys(document)[0]).toBe("schema");
    expect(document).toMatchObject({
      schema: "listenq.load/1",
      requested: 4,
      completed: 4,
      failed: 0,
      unfinished: 0,
      bytes: { total: 520, body: 52 },
      requests: originalRun.requests,
    });
  });

  it("says null, and leaves nothing out, when there is nothing to say", () => {
    const document = JSON.parse(JSON.stringify(loadDocument(loadRun([], { serverSoftware: null }))));
    expect(document).toMatchObject({ completed: 0, connectMs: null, totalMs: null, serverSoftware: null });
    expect(Object.keys(document)).toEqual(Object.keys(loadDocument(originalRun)));
  });
});
