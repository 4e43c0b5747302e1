/**
 * `listenq why PORT`: watches, then one verdict, its evidence and what to do.
 *
 * @module
 */

import type { Command } from "commander";
import { UsageError } from "../../../core/errors.ts";
import { shownWord } from "../../../core/report/layout/printable.ts";
import { formatDuration } from "../../../core/scenario/units.ts";
import type { NamespaceScope } from "../../../system/observe/namespace-scope.ts";
import type { WhyTarget } from "../../../system/observe/why/find-target.ts";
import type { WhyResult } from "../../../system/observe/why/why.ts";
import { styleFor } from "../cli-style.ts";
import type { CommandContext } from "../context.ts";
import { interruptedCode } from "../failure.ts";
import { type HelpNotes, helpNotes } from "../help-text.ts";
import { printJson } from "../io.ts";
import { parseDurationOption } from "../options/duration-option.ts";
import { FAIL_ON_HELP, failOnCode, parseFailOnOption } from "../options/fail-on.ts";
import { NETNS_OPTION, parseNetnsOption } from "../options/netns-option.ts";
import { parseIntegerOption } from "../options/number-option.ts";
import { Progress } from "../progress.ts";

interface WhyOptions {
  readonly for: string;
  readonly netns: string;
  readonly failOn?: string;
  readonly json?: boolean;
}

const HELP: HelpNotes = {
  examples: [
    ["listenq why 8080", "five seconds of watching, then the answer"],
    ["sudo listenq why 443 --netns all", "the port may be a container's"],
    ["listenq why /run/php/php-fpm.sock", "a unix listener; an abstract name begins with @"],
    ["listenq why nginx", "the worst listener of a process, by its name"],
    ["listenq why 192.0.2.7:443", "another machine's listener, seen from this side"],
    ["listenq why", "the worst listener of all"],
    ["listenq why 8080 --for 30s", "where trouble comes and goes"],
    ["listenq why 8080 --fail-on warning", "exit code 1 if something is wrong: for scripts"],
    ["listenq why 8080 --json | jq .verdict.code", ""],
  ],
  closing:
    "As root it also sees other users' processes: whether they are stopped, throttled, or out of file descriptors.",
};

const LEAST_MS = 100;

/** Adds the command. */
export function registerWhy(program: Command, context: CommandContext): void {
  program
    .command("why")
    .description("watches a listener for 5 s: one verdict, its evidence, what to do")
    .argument(
      "[target]",
      "a port, the path of a unix listener, the name of a process, or another machine's IP:PORT; the worst listener if left out",
    )
    .option("--for <duration>", "how long to watch", "5s")
    .option(...NETNS_OPTION)
    .option("--fail-on <severity>", FAIL_ON_HELP)
    .option("--json", "print one JSON document")
    .addHelpText("after", helpNotes(HELP))
    .allowExcessArguments(false)
    .action(async (target: string | undefined, options: WhyOptions) => {
      const how = {
        durationMs: parseDurationOption("--for", options.for, LEAST_MS),
        netns: parseNetnsOption(options.netns),
        failOn: parseFailOnOption(options.failOn),
        isJson: options.json === true,
      };
      if (target !== undefined && isEndpoint(target)) await answerFromThisSide(target, how, context);
      else await answer({ target: parseTarget(target), ...how }, context);
    });
}

/** An IPv4 address or one in brackets, and a port. */
function isEndpoint(text: string): boolean {
  return /^(\d+(\.\d+){3}|\[[^\]]*\]):\d+$/.test(text);
}

/** Another machine's listener, by the connections that this machine has to it. */
async function answerFromThisSide(
  target: string,
  { durationMs, netns, failOn, isJson }: Omit<Wanted, "target">,
  { io, exitWith }: CommandContext,
): Promise<void> {
  const { lookOrWatch, parseDestination, sayMissing } = await import("../runs/clients-run.ts");
  const destination = await parseDestination(target);
  const seen = await lookOrWatch({ netns, destination }, durationMs, io);
  const { document } = seen;
  const findings = document.destinations.flatMap((one) => one.findings);
  if (isJson) printJson(io, { schema: "listenq.clients/1", verdict: findings[0] ?? null, ...document });
  else {
    const { formatClientsVerdict } = await import("../../../core/report/text/live/clients-text.ts");
    io.stdout.write(formatClientsVerdict(document, styleFor(io)));
  }
  await sayMissing(seen, io);
  exitWith(io.interrupted.aborted ? interruptedCode(io) : failOnCode(failOn, findings));
}

/** Digits are a port, what has a slash or begins with `@` is a unix listener, and everything else the name of a process. */
function parseTarget(text: string | undefined): WhyTarget {
  if (text === undefined) return { kind: "worst" };
  if (/^-?\d+$/.test(text)) return { kind: "port", port: parseIntegerOption("PORT", text, 1, 65_535) };
  if (text.startsWith("@") || text.includes("/")) return { kind: "unix", path: text };
  if (/^[\w.-]+$/.test(text)) return { kind: "process", name: text };
  throw new UsageError(
    `${shownWord(text)}: expected a port, the path of a unix listener, the name of a process, or an IP address and a port, such as 8080, /run/app.sock, nginx or 192.0.2.7:443`,
  );
}

interface Wanted {
  readonly target: WhyTarget;
  readonly durationMs: number;
  readonly netns: NamespaceScope;
  readonly failOn: ReturnType<typeof parseFailOnOption>;
  readonly isJson: boolean;
}

async function answer(wanted: Wanted, context: CommandContext): Promise<void> {
  const { io } = context;
  const result = await watch(wanted, context);
  const { document } = result;
  if (wanted.isJson) printJson(io, { schema: "listenq.why/1", ...document });
  else await printAnswer(result, context);
  const { missingNotes } = await import("../../../core/report/text/listener-notes.ts");
  const isOwnerMissing = document.listeners.some(({ process }) => process === null);
  const hiddenProcesses = isOwnerMissing ? result.hiddenProcesses : 0;
  for (const note of missingNotes({ hiddenProcesses, unseen: result.unseen }))
    io.stderr.write(`listenq: ${note}\n`);
  const findings = [
    document.verdict,
    ...document.findings,
    ...document.listeners.flatMap((one) => one.findings),
  ];
  context.exitWith(io.interrupted.aborted ? interruptedCode(io) : failOnCode(wanted.failOn, findings));
}

async function watch(
  { target: wanted, durationMs, netns }: Wanted,
  { io }: CommandContext,
): Promise<WhyResult> {
  const { findTarget } = await import("../../../system/observe/why/find-target.ts");
  const { why } = await import("../../../system/observe/why/why.ts");
  const { whyUnix } = await import("../../../system/observe/why/why-unix.ts");
  const { target, of } = await findTarget(wanted, netns, io.interrupted);
  const name = target.kind === "port" ? `port ${target.port}` : target.path;
  if (of > 1) io.stderr.write(`listenq: ${of} listeners fit; this is the worst of them, ${name}\n`);
  const startedMs = performance.now();
  const text = () => {
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
    return `watching ${name}: ${seconds} s of ${formatDuration(durationMs)}`;
  };
  const progress = new Progress(io, text);
  const request = { durationMs, netns, signal: io.interrupted };
  try {
    return await (target.kind === "port"
      ? why({ ...request, port: target.port })
      : whyUnix({ ...request, path: target.path }));
  } finally {
    progress.close();
  }
}

async function printAnswer({ document }: WhyResult, { io }: CommandContext): Promise<void> {
  const { formatWhy } = await import("../../../core/report/text/why-text.ts");
  io.stdout.write(formatWhy(document, styleFor(io)));
}
