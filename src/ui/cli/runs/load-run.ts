/**
 * `listenq load`: the run, its live line, and the report in whichever form was asked for.
 *
 * @module
 */

import { UsageError } from "../../../core/errors.ts";
import type { LoadRun } from "../../../core/load/index.ts";
import { startVerdict } from "../../../core/load/index.ts";
import { loadDocument } from "../../../core/report/document/load-document.ts";
import { shownWord } from "../../../core/report/layout/printable.ts";
import { loadPage } from "../../../core/report/page/load-page.ts";
import { formatLoadReport, summarizeLoad } from "../../../core/report/text/load/load-table.ts";
import { formatLoad } from "../../../core/report/text/load/load-text.ts";
import { writeOutput } from "../../../system/files/output-file.ts";
import { checkWritable } from "../../../system/files/output-target.ts";
import { runLoad } from "../../../system/load/load.ts";
import { checkPermission, staysHere } from "../../../system/load/load-permission.ts";
import { checkListener } from "../../../system/load/load-presence.ts";
import { parseLoadUrl, resolveAddresses } from "../../../system/load/load-target.ts";
import { ServerWatch } from "../../../system/load/server-watch.ts";
import { WARM_UP_CONNECTIONS, warmsUpApart, warmUp } from "../../../system/load/warm-up.ts";
import { styleFor } from "../cli-style.ts";
import { interruptedCode } from "../failure.ts";
import { EXIT, type Io, printJson } from "../io.ts";
import { parseDurationOption } from "../options/duration-option.ts";
import { VERSION } from "../version.ts";
import { burstOf, type LoadFlags, paceOf, rawRequestOf } from "./load-options.ts";
import { LoadProgress } from "./load-progress.ts";

/** Runs the command and returns its exit code. */
export async function runLoadCommand(url: string | undefined, flags: LoadFlags, io: Io): Promise<number> {
  const view = viewOf(flags);
  for (const [option, file] of [
    ["--report", flags.report],
    ["--hgrm", flags.hgrm],
  ] as const)
    if (file !== undefined) checkWritable(option, file);
  const run = await runFlags(urlOf(url, flags), flags, io);
  if (flags.report !== undefined) writeOutput("--report", flags.report, loadPage(run));
  if (flags.hgrm !== undefined) {
    const { encodeHgrm } = await import("./load-histogram.ts");
    writeOutput("--hgrm", flags.hgrm, encodeHgrm(run));
  }
  if (flags.json === true) printJson(io, loadDocument(run));
  else io.stdout.write(view === "ab" ? formatLoadReport(run) : formatLoad(run, styleFor(io)));
  return exitCodeOf(run, flags, io);
}

function exitCodeOf(run: LoadRun, flags: LoadFlags, io: Io): number {
  if (io.interrupted.aborted) return interruptedCode(io);
  if (flags.strict === true && startVerdict(run)?.isKept !== true) return EXIT.claimDoesNotHold;
  const hasFailed = flags.failOnErrors === true && summarizeLoad(run.requests).failed > 0;
  return hasFailed ? EXIT.claimDoesNotHold : EXIT.fine;
}

function viewOf({ view, rate, burst, replay }: LoadFlags): string {
  const isOpen = rate !== undefined || burst !== undefined || replay !== undefined;
  if (view === undefined) return isOpen ? "full" : "ab";
  if (view === "full" || view === "ab") return view;
  throw new UsageError(`--view must be full or ab, got ${shownWord(view)}`);
}

/** The words after `--burst` may end in the URL. */
function urlOf(url: string | undefined, { burst }: LoadFlags): string {
  const rest = burst === undefined ? [] : burstOf(burst).rest;
  const [found, another] = [...(url === undefined ? [] : [url]), ...rest];
  if (found === undefined) throw new UsageError("missing required argument 'url'");
  if (another !== undefined) throw new UsageError(`one URL is expected, got ${found} and ${another}`);
  return found;
}

async function runFlags(url: string, flags: LoadFlags, io: Io): Promise<LoadRun> {
  const given = paceOf(flags);
  const timeoutMs = parseDurationOption("--timeout", flags.timeout, 1);
  const raw = rawRequestOf(flags);
  const target = parseLoadUrl(url);
  const addresses = await resolveAddresses(target);
  checkPermission(target, addresses, flags.yesThisIsMine ?? null);
  if (given.schedule !== null && !given.isApart) await warmUp();
  // ab's table of a closed loop has no place for the server's queues, and looking at them takes time from both.
  const isTold = viewOf(flags) === "full" || flags.json === true || flags.report !== undefined;
  const isWatched = isTold || given.schedule !== null;
  if (addresses.every(staysHere)) await checkListener(target, addresses);
  if ((given.schedule !== null || given.isApart) && !warmsUpApart()) sayWarmUp(given.threads, io);
  const watch = isWatched ? ServerWatch.of(addresses, target.port) : null;
  const progress = new LoadProgress(io, given, watch);
  try {
    const run = await runLoad({
      ...given,
      target,
      addresses,
      timeoutMs,
      userAgent: `listenq/${VERSION}`,
      raw,
      withLocals: flags.json === true,
      signal: io.interrupted,
      onStart: (counts) => {
        watch?.start();
        progress.start(counts);
      },
    });
    return { ...run, server: watch?.close() ?? null };
  } finally {
    progress.close();
  }
}

/** Who records beside the run sees more connections than it makes. */
function sayWarmUp(threads: number, io: Io): void {
  const connections = WARM_UP_CONNECTIONS * threads;
  io.stderr.write(
    `listenq: the generator warms up by ${connections} connections to itself, which this namespace's PassiveOpens counts too; with root they are made in a namespace of their own\n`,
  );
}
