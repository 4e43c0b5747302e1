/**
 * `listenq top`: every listener, live. The screens are in src/top/, what they show comes from the sampler.
 *
 * @module
 */
import { type Command, Option } from "commander";
import type { Severity } from "../../findings/finding.ts";
import type { ListenerSampler } from "../../observe/sampler/listener-sampler.ts";
import type { SampleOrder } from "../../report/sample-table.ts";
import type { CommandContext } from "../context.ts";
import { FAIL_ON_HELP, failOnCode, parseFailOnOption } from "../fail-on.ts";
import { interruptedCode } from "../failure.ts";
import { EXIT, type Io } from "../io.ts";
import { pause } from "../pause.ts";
import {
  parseEvery,
  parseSampling,
  type SamplingTexts,
  UNIX_OPTION,
  WATCH_OPTION,
} from "../sampling-options.ts";
import { styleFor, terminalColumns } from "../style.ts";

interface TopOptions extends SamplingTexts {
  readonly sort: SampleOrder;
  readonly filter: string;
  readonly once?: boolean;
  readonly failOn?: string;
}

/** As in report/sample-table.ts, which `listenq ls` must not wait for. */
const ORDERS: readonly SampleOrder[] = ["fullness", "length", "peak", "full", "drops", "syn", "name"];

const EXAMPLES = `
Examples:
  listenq top                       the listeners of this namespace; q quits, ? explains keys and columns
  sudo listenq top --netns all      those of all containers too
  listenq top --watch 80,443        looks every 10 ms at these from the start
  listenq top --sort drops --once   one table, for a pipe
`;

/** Adds the command. */
export function registerTop(program: Command, context: CommandContext): void {
  program
    .command("top")
    .description("every listener, live: peaks, time at capacity, drops per second")
    .option("--netns <self|all|pid>", "which network namespaces", "self")
    .option("--every <duration>", "distance of samples", "1s")
    .option(...WATCH_OPTION)
    .option(...UNIX_OPTION)
    .addOption(new Option("--sort <order>", "what comes first").choices([...ORDERS]).default("fullness"))
    .option("--filter <text>", "only listeners with this in name, process, container or namespace", "")
    .option("--once", "print one table of one interval; so it is also where stdout is no terminal")
    .option("--fail-on <severity>", `${FAIL_ON_HELP}; with --once`)
    .helpOption("--help", "print this help")
    .addHelpText("after", EXAMPLES)
    .action(async (options: TopOptions) => {
      const everyMs = parseEvery(options.every);
      const sampling = parseSampling(options);
      const failOn = parseFailOnOption(options.failOn);
      const { ListenerSampler } = await import("../../observe/sampler/listener-sampler.ts");
      const sampler = new ListenerSampler(sampling);
      try {
        warnOfUnseen(sampler, context.io);
        const isLive =
          options.once !== true && context.io.stdout.isTTY === true && process.stdin.isTTY === true;
        if (isLive) await showLive(sampler, everyMs, options, context);
        else await printOnce(sampler, everyMs, { ...options, failOn }, context);
      } finally {
        sampler.close();
      }
    });
}

async function printOnce(
  sampler: ListenerSampler,
  everyMs: number,
  { sort, filter, failOn }: Pick<TopOptions, "sort" | "filter"> & { failOn: Severity | null },
  { io, exitWith }: CommandContext,
): Promise<void> {
  const { SampleWindow } = await import("../../observe/sampler/sample-window.ts");
  const window = new SampleWindow();
  window.add(sampler.sample());
  const isWhole = await pause(everyMs, io.interrupted);
  const sample = sampler.sample();
  window.add(sample);
  const { filterLines, formatSample, sampleLines } = await import("../../report/sample-table.ts");
  const { formatFindingLines } = await import("../../report/finding-lines.ts");
  const { sampleKey } = await import("../../observe/sampler/sample-window.ts");
  const { paint, width } = styleFor(io);
  const findings = new Map(window.listeners().map((one) => [sampleKey(one.listener), one.findings]));
  const columns = terminalColumns(io);
  io.stdout.write(formatSample(sample, findings, { order: sort, filter, width: columns }));
  const shown = filterLines(sampleLines(sample, findings), filter);
  const found = {
    listeners: shown.map((line) => ({ ...line.listener, findings: line.findings })),
    findings: window.findings(),
  };
  io.stdout.write(formatFindingLines(found, { width, paint }));
  const all = [...found.findings, ...shown.flatMap((line) => line.findings)];
  exitWith(isWhole ? failOnCode(failOn, all) : interruptedCode(io));
}

async function showLive(
  sampler: ListenerSampler,
  everyMs: number,
  { sort, filter }: TopOptions,
  { io, exitWith }: CommandContext,
): Promise<void> {
  const { runTop } = await import("../../top/run-top.ts");
  const { ListenerInspector } = await import("../../observe/inspect-listener.ts");
  const inspector = new ListenerInspector(sampler);
  await runTop({
    order: sort,
    filter,
    hasColours: !io.env["NO_COLOR"],
    signal: io.interrupted,
    onInterrupt: () => exitWith(EXIT.interrupted),
    inspect: (listener) => inspector.inspect(listener),
    subscribe: (onSample) => {
      onSample(sampler.sample());
      const timer = setInterval(() => onSample(sampler.sample()), everyMs);
      return () => clearInterval(timer);
    },
  });
  if (io.interrupted.aborted) exitWith(interruptedCode(io));
}

/** What is missing is said before the screen is taken. */
function warnOfUnseen({ unseen }: ListenerSampler, io: Io): void {
  if (unseen.length === 0) return;
  io.stderr.write(
    `listenq: ${unseen.length} network namespaces are hidden from this user; run it as root to see all\n`,
  );
}
