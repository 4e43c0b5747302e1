/**
 * `listenq load`: the load generator, and its report in ab's rows.
 *
 * @module
 */
import type { Command } from "commander";
import { UsageError } from "../../../core/errors.ts";
import type { LoadRun } from "../../../core/report/text/load-table.ts";
import type { CommandContext } from "../context.ts";
import { interruptedCode } from "../failure.ts";
import { type HelpNotes, helpNotes } from "../help-text.ts";
import { EXIT, type Io, printJson } from "../io.ts";
import { parseDurationOption } from "../options/duration-option.ts";
import { parseIntegerOption } from "../options/number-option.ts";
import { Progress, shareDone } from "../progress.ts";
import { VERSION } from "../version.ts";

interface LoadFlags {
  readonly requests: string;
  readonly concurrency: string;
  readonly timeout: string;
  readonly failOnErrors?: true;
  readonly json?: true;
}

/** ab's own bound on -c. */
const MOST_AT_ONCE = 20_000;
/** Every request is kept until the report; more would not fit into one JSON document. */
const MOST_REQUESTS = 1_000_000;

const HELP: HelpNotes = {
  notes: [
    "Each request is one GET over one new connection and is complete when the server closes it, as with ab without -k. The statistics are ab's too, with its median. Failed requests are counted by cause and do not change the exit code, unless --fail-on-errors is given.",
  ],
  examples: [
    ["listenq load -n 4 -c 4 http://localhost:8088/", "the original experiment, against listenq server"],
    ["listenq load -n 1000 -c 50 --timeout 5s 10.0.0.7:8080", "nobody waits longer than 5 s"],
    ["listenq load -n 100 -c 10 --json localhost:8088 | jq .failures", ""],
  ],
};

/** Adds the command to the program. */
export function registerLoad(program: Command, context: CommandContext): void {
  program
    .command("load")
    .description("a load generator: one new connection for each request, and a report in ab's rows")
    .argument("<url>", "where to send the requests; plain http only")
    .option("-n, --requests <number>", "how many requests in all", "1")
    .option("-c, --concurrency <number>", "how many at once", "1")
    .option("--timeout <duration>", "how long one request may take, from connect to close", "60s")
    .option("--fail-on-errors", "exit 1 when a request failed")
    .option("--json", "print one JSON document, with every request")
    .addHelpText("after", helpNotes(HELP))
    .action(async (url: string, flags: LoadFlags) => {
      const run = await runFlags(url, flags, context.io);
      const { formatLoadReport, loadDocument, summarizeLoad } = await import(
        "../../../core/report/text/load-table.ts"
      );
      if (flags.json === true) printJson(context.io, loadDocument(run));
      else context.io.stdout.write(formatLoadReport(run));
      if (context.io.interrupted.aborted) context.exitWith(interruptedCode(context.io));
      else if (flags.failOnErrors === true && summarizeLoad(run.requests).failed > 0) {
        context.exitWith(EXIT.claimDoesNotHold);
      }
    });
}

async function runFlags(url: string, flags: LoadFlags, io: Io): Promise<LoadRun> {
  const requests = parseIntegerOption("-n", flags.requests, 1, MOST_REQUESTS);
  const concurrency = parseIntegerOption("-c", flags.concurrency, 1, MOST_AT_ONCE);
  const timeoutMs = parseDurationOption("--timeout", flags.timeout, 1);
  if (concurrency > requests) {
    throw new UsageError(`-c must not be more than -n, got -c ${concurrency} with -n ${requests}`);
  }
  const { parseLoadUrl, resolveAddresses } = await import("../../../system/load/load-target.ts");
  const target = parseLoadUrl(url);
  const addresses = await resolveAddresses(target);
  const { runLoad } = await import("../../../system/load/load.ts");
  let finished = 0;
  const startedMs = performance.now();
  const text = () => shareDone(`${requests} requests`, finished, requests, performance.now() - startedMs);
  const progress = new Progress(io, text);
  const userAgent = `listenq/${VERSION}`;
  const signal = io.interrupted;
  const onProgress = (count: number) => {
    finished = count;
  };
  try {
    return await runLoad({
      target,
      addresses,
      requests,
      concurrency,
      timeoutMs,
      userAgent,
      signal,
      onProgress,
    });
  } finally {
    progress.close();
  }
}
