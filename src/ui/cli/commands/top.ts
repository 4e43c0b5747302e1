/**
 * `listenq top`: every listener, live. The screens are in src/ui/top/, what they show comes from the sampler.
 *
 * @module
 */
import { type Command, Option } from "commander";
import type { Finding, Severity } from "../../../core/finding.ts";
import type { ListenerSample, Sample } from "../../../core/listener/sample/sample.ts";
import type { KernelWord } from "../../../core/listener/victims/kernel-word.ts";
import type { SampleWindow } from "../../../core/listener/window/sample-window.ts";
import type { SampleLine, SampleOrder } from "../../../core/report/text/sample-table.ts";
import type { ListenerInspector } from "../../../system/observe/inspect-listener.ts";
import type { ListenerSampler } from "../../../system/observe/sampler/listener-sampler.ts";
import { hasColours, styleFor, terminalColumns } from "../cli-style.ts";
import type { CommandContext } from "../context.ts";
import { interruptedCode } from "../failure.ts";
import { type HelpNotes, helpNotes } from "../help-text.ts";
import { EXIT, type Io, printJson } from "../io.ts";
import { FAIL_ON_HELP, failOnCode, parseFailOnOption } from "../options/fail-on.ts";
import { NETNS_OPTION } from "../options/netns-option.ts";
import {
  parseEvery,
  parseSampling,
  type SamplingTexts,
  UNIX_OPTION,
  WATCH_OPTION,
} from "../options/sampling-options.ts";
import { pause } from "../pause.ts";

interface TopOptions extends SamplingTexts {
  readonly sort: SampleOrder;
  readonly filter: string;
  readonly once?: boolean;
  readonly json?: boolean;
  readonly failOn?: string;
}

/** As in report/text/sample-table.ts, which `listenq ls` must not wait for. */
const ORDERS: readonly SampleOrder[] = ["fullness", "length", "peak", "full", "drops", "syn", "name"];

const HELP: HelpNotes = {
  examples: [
    ["listenq top", "the listeners of this namespace; q quits, ? explains keys and columns"],
    ["sudo listenq top --netns all", "those of all containers too"],
    ["listenq top --watch 80,443", "looks every 10 ms at these from the start"],
    ["listenq top --sort drops --once", "one table, for a pipe"],
    ["listenq top --json --every 5s | jq '.listeners[] | {port, peak, fullMs, dropsPerSecond}'", ""],
  ],
};

/** Adds the command. */
export function registerTop(program: Command, context: CommandContext): void {
  program
    .command("top")
    .description("every listener, live: peaks, time at capacity, drops per second")
    .option(...NETNS_OPTION)
    .option("--every <duration>", "distance of samples", "1s")
    .option(...WATCH_OPTION)
    .option(...UNIX_OPTION)
    .addOption(new Option("--sort <order>", "what comes first").choices([...ORDERS]).default("fullness"))
    .option("--filter <text>", "only listeners with this in name, process, container or namespace", "")
    .option("--once", "print one table of one interval; so it is also where stdout is no terminal")
    .option("--json", "print one JSON document of one interval")
    .option("--fail-on <severity>", `${FAIL_ON_HELP}; with --once or --json`)
    .addHelpText("after", helpNotes(HELP))
    .action(async (options: TopOptions) => {
      const everyMs = parseEvery(options.every);
      const sampling = parseSampling(options);
      const failOn = parseFailOnOption(options.failOn);
      const { ListenerSampler } = await import("../../../system/observe/sampler/listener-sampler.ts");
      const { ListenerInspector } = await import("../../../system/observe/inspect-listener.ts");
      const { KernelWitness } = await import("../../../system/observe/victims/kernel-witness.ts");
      const sampler = new ListenerSampler({ ...sampling, hearsEntries: true });
      const witness = KernelWitness.open(sampling.netns ?? "self");
      const watch = { sampler, inspector: new ListenerInspector(sampler, witness), everyMs };
      try {
        await warnOfUnseen(sampler, context.io);
        if (isLive(options, context.io)) await showLive(watch, options, context);
        else await printOnce(watch, { ...options, failOn }, context);
      } finally {
        witness?.close();
        sampler.close();
      }
    });
}

function isLive({ once, json }: TopOptions, { stdout, stdin }: Io): boolean {
  return once !== true && json !== true && stdout.isTTY === true && stdin.isTTY === true;
}

interface Watch {
  readonly sampler: ListenerSampler;
  readonly inspector: ListenerInspector;
  readonly everyMs: number;
}

async function printOnce(
  { sampler, inspector, everyMs }: Watch,
  options: Omit<TopOptions, "failOn"> & { failOn: Severity | null },
  { io, exitWith }: CommandContext,
): Promise<void> {
  const { SampleWindow } = await import("../../../core/listener/window/sample-window.ts");
  const { findInWindowNamespaces } = await import("../../../core/findings/find-in-window.ts");
  const window = new SampleWindow();
  window.add(sampler.sample());
  const isWhole = await pause(everyMs, io.interrupted);
  const sample = sampler.sample();
  window.add(sample);
  const shown = await shownLines(sample, window, options);
  const words = new Map(shown.map(({ listener }) => [listener, inspector.wordOn(listener)]));
  const result = { sample, shown, words, findings: findInWindowNamespaces(window) };
  if (options.json === true) printDocument(result, io);
  else await printText(result, options.filter, io);
  const all = [...findInWindowNamespaces(window), ...shown.flatMap((line) => line.findings)];
  exitWith(isWhole ? failOnCode(options.failOn, all) : interruptedCode(io));
}

/** Those that the filter leaves, in the order that was asked for. */
async function shownLines(
  sample: Sample,
  window: SampleWindow,
  { sort, filter }: Pick<TopOptions, "sort" | "filter">,
): Promise<SampleLine[]> {
  const { filterLines, sampleLines, sortLines } = await import("../../../core/report/text/sample-table.ts");
  const { sampleKey } = await import("../../../core/listener/window/sample-window.ts");
  const { findInWindow } = await import("../../../core/findings/find-in-window.ts");
  const findings = new Map(findInWindow(window).map((one) => [sampleKey(one.listener), one.findings]));
  return sortLines(filterLines(sampleLines(sample, findings), filter), sort);
}

interface Result {
  readonly sample: Sample;
  readonly shown: readonly SampleLine[];
  /** The kernel's word on each. */
  readonly words: ReadonlyMap<ListenerSample, KernelWord | null>;
  /** Of the namespaces. */
  readonly findings: readonly Finding[];
}

async function printText({ sample, shown, words, findings }: Result, filter: string, io: Io): Promise<void> {
  const { formatSample } = await import("../../../core/report/text/sample-table.ts");
  const { formatFindingLines } = await import("../../../core/report/text/finding-lines.ts");
  const { paint, width } = styleFor(io);
  io.stdout.write(formatSample(shown, sample.coverage, { filter, width: terminalColumns(io) }));
  const { formatKernelWords } = await import("../../../core/report/text/live/kernel-word-text.ts");
  io.stdout.write(formatKernelWords(words, width));
  io.stdout.write(formatFindingLines({ listeners: shown.map(withFindings), findings }, { width, paint }));
}

/** The sample, with the findings of the interval instead of the sampler's own alone. */
function printDocument({ sample, shown, words, findings }: Result, io: Io): void {
  const listeners = shown.map((line) => ({
    ...withFindings(line),
    kernelWord: words.get(line.listener) ?? null,
  }));
  const document = { schema: "listenq.top/1", ...sample, listeners, findings };
  printJson(io, document);
}

function withFindings({ listener, findings }: SampleLine) {
  return { ...listener, findings };
}

async function showLive(
  { sampler, inspector, everyMs }: Watch,
  { sort, filter }: TopOptions,
  { io, exitWith }: CommandContext,
): Promise<void> {
  const { runTop } = await import("../../top/run-top.ts");
  const { keepHeapSmall } = await import("../../../system/linux/process/small-heap.ts");
  const { ProcessCost } = await import("../../../system/linux/process/process-cost.ts");
  keepHeapSmall();
  await runTop({
    order: sort,
    filter,
    hasColours: hasColours(io),
    signal: io.interrupted,
    onInterrupt: () => exitWith(EXIT.interrupted),
    inspect: (listener) => inspector.inspect(listener),
    subscribe: (onSample) => {
      const cost = new ProcessCost();
      onSample(sampler.sample());
      const timer = setInterval(() => onSample(sampler.sample(), cost.share()), everyMs);
      return () => clearInterval(timer);
    },
  });
  if (io.interrupted.aborted) exitWith(interruptedCode(io));
}

/** What is missing is said before the screen is taken. */
async function warnOfUnseen({ unseen }: ListenerSampler, io: Io): Promise<void> {
  const { missingNotes } = await import("../../../core/report/text/listener-notes.ts");
  // Processes without a name stand as ? in the table.
  for (const note of missingNotes({ hiddenProcesses: 0, unseen })) io.stderr.write(`listenq: ${note}\n`);
}
