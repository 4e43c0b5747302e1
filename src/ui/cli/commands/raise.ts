/**
 * `listenq raise PORT --to N`: a longer accept queue now, without a restart.
 *
 * @module
 */

import type { Command } from "commander";
import { NotSupportedError, UsageError } from "../../../core/errors.ts";
import type { RaiseDocument, RaisedListener } from "../../../core/listener/raise/raise-document.ts";
import { shownWord } from "../../../core/report/layout/printable.ts";
import type { NamespaceScope } from "../../../system/observe/namespace-scope.ts";
import type { RaiseAnswer } from "../../../system/observe/raise/raise.ts";
import { styleFor } from "../cli-style.ts";
import type { CommandContext } from "../context.ts";
import { interruptedCode } from "../failure.ts";
import { type HelpNotes, helpNotes } from "../help-text.ts";
import { EXIT, printJson } from "../io.ts";
import { LabProgress } from "../lab-progress.ts";
import { parseDurationOption } from "../options/duration-option.ts";
import { NETNS_OPTION, parseNetnsOption } from "../options/netns-option.ts";
import { parseIntegerOption } from "../options/number-option.ts";

interface RaiseOptions {
  readonly to: string;
  readonly netns: string;
  readonly address?: string;
  readonly process?: string;
  readonly for?: string;
  readonly lower?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const HELP: HelpNotes = {
  examples: [
    ["sudo listenq raise 6379 --to 1024", "the limit of the running Redis is 1024 at once"],
    ["sudo listenq raise 6379 --to 1024 --dry-run", "what would be done, and whether this user may"],
    [
      "sudo listenq raise 443 --to 4096 --for 10s",
      "watches for 10 s before and after: refusals, length, who got in",
    ],
    ["sudo listenq raise 8080 --to 1024 --netns all --process java", "the listener may be a container's"],
  ],
  closing:
    "It calls listen() again on a copy of the process's descriptor (pidfd_getfd, Linux 5.6). The process is neither stopped nor traced, and no sysctl is changed. The limit lasts until the process calls listen() again or restarts.",
};

/** A backlog is an int; the kernel takes a negative one for a very large one. */
const MOST_BACKLOG = 2_147_483_647;
const LEAST_WATCH_MS = 100;

/** Adds the command. */
export function registerRaise(program: Command, context: CommandContext): void {
  program
    .command("raise")
    .description("makes a running listener's accept queue longer, without a restart")
    .argument("<port>", "the port of the listener")
    .requiredOption("--to <backlog>", "the new backlog")
    .option(...NETNS_OPTION)
    .option("--address <address>", "only the listener on this address")
    .option("--process <name|pid>", "only listeners of this process")
    .option("--for <duration>", "watch for so long before and after it")
    .option("--lower", "also where that makes the limit smaller")
    .option("--dry-run", "say what would be done, and do nothing")
    .option("--json", "print one JSON document")
    .addHelpText("after", helpNotes(HELP))
    .allowExcessArguments(false)
    .action(async (port: string, options: RaiseOptions) => {
      await carryOut(await parseWanted(port, options), context);
    });
}

interface Wanted {
  readonly port: number;
  readonly to: number;
  readonly netns: NamespaceScope;
  readonly address: string | undefined;
  readonly process: string | undefined;
  readonly watchMs: number | null;
  readonly mayLower: boolean;
  readonly dryRun: boolean;
  readonly isJson: boolean;
}

async function parseWanted(port: string, options: RaiseOptions): Promise<Wanted> {
  if (/^[/@]/.test(port)) throw unixRefusal(port);
  return {
    port: parseIntegerOption("PORT", port, 1, 65_535),
    to: parseIntegerOption("--to", options.to, 0, MOST_BACKLOG),
    netns: parseNetnsOption(options.netns),
    address: options.address === undefined ? undefined : await canonicalAddress(options.address),
    process: options.process,
    watchMs: options.for === undefined ? null : parseDurationOption("--for", options.for, LEAST_WATCH_MS),
    mayLower: options.lower === true,
    dryRun: options.dryRun === true,
    isJson: options.json === true,
  };
}

/** @kernel net/unix/af_unix.c unix_listen() v6.18 */
function unixRefusal(path: string): NotSupportedError {
  return new NotSupportedError(
    `raising ${path}`,
    "a second listen() on an AF_UNIX listener makes the caller's the credentials that its clients read with SO_PEERCRED",
    "set the backlog in the program and restart it",
  );
}

async function canonicalAddress(text: string): Promise<string> {
  const { formatIpAddress, parseIpAddress } = await import("../../../core/wire/address.ts");
  try {
    return formatIpAddress(parseIpAddress(text));
  } catch (error) {
    throw new UsageError(`--address must be an IP address such as 127.0.0.1 or ::, got ${shownWord(text)}`, {
      cause: error,
    });
  }
}

async function carryOut(wanted: Wanted, context: CommandContext): Promise<void> {
  const { io } = context;
  const { document, hiddenProcesses } = await raiseWatched(wanted, context);
  if (wanted.isJson) printJson(io, { schema: "listenq.raise/1", ...document });
  else {
    const { formatRaise } = await import("../../../core/report/text/live/raise-text.ts");
    io.stdout.write(formatRaise(document, styleFor(io)));
  }
  if (hiddenProcesses > 0 && document.listeners.some(({ process }) => process === null))
    io.stderr.write("listenq: some processes are hidden from this user; run it as root to see all\n");
  context.exitWith(io.interrupted.aborted ? interruptedCode(io) : exitCode(document));
}

async function raiseWatched(wanted: Wanted, { io }: CommandContext): Promise<RaiseAnswer> {
  const { raise } = await import("../../../system/observe/raise/raise.ts");
  const { watchMs, port, to } = wanted;
  const isWatched = io.stderr.isTTY === true && watchMs !== null;
  const progress = isWatched ? new LabProgress(io) : null;
  progress?.begin(`watching port ${port} before and after listen(${to})`, 2 * (watchMs ?? 0));
  const onRaised = (listeners: readonly RaisedListener[]): void => {
    for (const { limitBefore, limitAfter } of listeners)
      progress?.say(`port ${port}: limit ${limitBefore} before, ${limitAfter ?? "unknown"} now`);
  };
  try {
    return await raise({ ...wanted, onRaised, signal: io.interrupted });
  } finally {
    progress?.close();
  }
}

/** 3 where something stood in the way, 2 where only `--lower` did, else 0. */
function exitCode({ listeners }: RaiseDocument): number {
  if (listeners.some(({ result }) => result === "refused" || result === "changed-meanwhile"))
    return EXIT.notSupported;
  return listeners.every(({ intent }) => intent === "keep") ? EXIT.usage : EXIT.fine;
}
