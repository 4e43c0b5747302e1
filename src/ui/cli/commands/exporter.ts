/**
 * `listenq exporter`: Prometheus metrics of every listener, until Ctrl-C.
 *
 * @module
 */

import type { Command } from "commander";
import { DecodeError, UsageError } from "../../../core/errors.ts";
import { shownWord } from "../../../core/report/layout/printable.ts";
import type { Endpoint } from "../../../core/wire/address.ts";
import type { CommandContext } from "../context.ts";
import { interruptedCode } from "../failure.ts";
import { type HelpNotes, helpNotes } from "../help-text.ts";
import { parseDurationOption } from "../options/duration-option.ts";
import { NETNS_OPTION, parseNetnsOption } from "../options/netns-option.ts";
import { parseIntegerOption } from "../options/number-option.ts";
import { UNIX_OPTION } from "../options/sampling-options.ts";
import { VERSION } from "../version.ts";

interface ExporterFlags {
  readonly listen: string;
  readonly netns: string;
  readonly maxListeners: string;
  readonly every: string;
  readonly unix?: boolean;
  readonly clients?: boolean;
}

/** Enough for ten looks a second at 1,000 listeners; with more of them it looks less often, and a metric says how often. */
const MOST_SHARE = 0.015;

const HELP: HelpNotes = {
  notes: [
    "It serves /metrics (Prometheus text, or OpenMetrics for whoever asks for it), /healthz and /. Looking at the queues needs no privilege; naming the processes of other users and looking into other namespaces does (docs/exporter.md has the list).",
  ],
  examples: [
    ["listenq exporter", "http://127.0.0.1:9842/metrics, this namespace"],
    ["sudo listenq exporter --netns all", "every container and namespace of this machine"],
    [
      "listenq exporter --listen 0.0.0.0:9842",
      "for a Prometheus on another machine: anybody who reaches it may read",
    ],
    ["listenq exporter --max-listeners 50", "at most 50 listeners with series of their own"],
    ["listenq exporter --clients", "also who is stuck at another machine's listener"],
    ["listenq exporter --every 20ms", "looks fast, for short bursts"],
  ],
};

/** Adds the command to the program. */
export function registerExporter(program: Command, context: CommandContext): void {
  program
    .command("exporter")
    .description("Prometheus metrics of every listener: lengths, limits, peaks, drops and their causes")
    .option(
      "--listen <address:port>",
      "where to serve; :PORT for every address, port 0 for any free one",
      "127.0.0.1:9842",
    )
    .option(...NETNS_OPTION)
    .option(
      "--max-listeners <number>",
      "listeners with series of their own; the rest is folded into one",
      "500",
    )
    .option("--every <duration>", "how often to look at all accept queues", "100ms")
    .option(...UNIX_OPTION)
    .option("--clients", "also own connections that are stuck at somebody's listener, by destination port")
    .addHelpText("after", helpNotes(HELP))
    .action(async (flags: ExporterFlags) => await runExporter(flags, context));
}

async function runExporter(flags: ExporterFlags, context: CommandContext): Promise<void> {
  const { io } = context;
  const options = await parseFlags(flags);
  const { keepHeapSmall } = await import("../../../system/linux/process/small-heap.ts");
  keepHeapSmall();
  const { startExporter } = await import("../../../system/metrics/exporter/exporter.ts");
  const exporter = await startExporter({
    ...options,
    mostShare: MOST_SHARE,
    version: VERSION,
    onTrouble: (words) => io.stderr.write(`listenq: ${words}\n`),
  });
  io.stderr.write(`listenq: metrics at http://${exporter.endpoint}/metrics\n`);
  await untilAborted(io.interrupted);
  await exporter.close();
  context.exitWith(interruptedCode(io));
}

async function parseFlags(flags: ExporterFlags) {
  const { parseEndpoint } = await import("../../../core/wire/address.ts");
  try {
    return {
      ...listenPlace(flags.listen, parseEndpoint),
      scope: parseNetnsOption(flags.netns),
      maxListeners: parseIntegerOption("--max-listeners", flags.maxListeners, 1, 100_000),
      everyMs: parseDurationOption("--every", flags.every, 1),
      unix: flags.unix === true,
      hasClients: flags.clients === true,
    };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const example = "such as 127.0.0.1:9842, [::1]:9842 or :9842";
    throw new UsageError(
      `--listen must be an IP address and a port, or a port alone, ${example}, got ${shownWord(flags.listen)}`,
      {
        cause: error,
      },
    );
  }
}

/** A port alone is every address of the machine, as in Go and Prometheus. */
function listenPlace(
  text: string,
  parseEndpoint: (text: string) => Endpoint,
): { readonly address: string | null; readonly port: number } {
  if (!text.startsWith(":")) return parseEndpoint(text);
  return { address: null, port: parseEndpoint(`0.0.0.0${text}`).port };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
