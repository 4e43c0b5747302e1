/**
 * `listenq ls`: every listener, once. What is seen comes from observe/, what it means from findings/, how it looks from
 * report/.
 *
 * @module
 */
import type { Command } from "commander";
import { UsageError } from "../../../core/errors.ts";
import type { NamespaceScope } from "../../../system/observe/namespace-scope.ts";
import type { SnapshotResult } from "../../../system/observe/snapshot.ts";
import { styleFor, terminalColumns } from "../cli-style.ts";
import type { CommandContext } from "../context.ts";
import { type HelpNotes, helpNotes } from "../help-text.ts";
import { printJson } from "../io.ts";
import { FAIL_ON_HELP, failOnCode, parseFailOnOption } from "../options/fail-on.ts";
import { NETNS_OPTION, parseNetnsOption } from "../options/netns-option.ts";
import { parseIntegerOption } from "../options/number-option.ts";

interface LsOptions {
  readonly netns: string;
  readonly port?: string;
  readonly process?: string;
  readonly unix?: boolean;
  readonly failOn?: string;
  readonly json?: boolean;
}

const HELP: HelpNotes = {
  examples: [
    ["listenq", "every TCP listener of this namespace, the fullest first"],
    ["listenq ls --port 8080", "only the listeners on port 8080"],
    ["listenq ls --process nginx", "only those of processes with that name (a pid does too)"],
    ["listenq ls --unix", "AF_UNIX listeners too"],
    ["sudo listenq ls --netns all", "those of every container and namespace on this machine"],
    ["listenq ls --fail-on critical --port 8080", "for a health check: exit code 1 while a queue is full"],
    ["listenq ls --json | jq '.listeners[] | select(.acceptQueue.length > .acceptQueue.limit)'", ""],
  ],
  columns: [
    ["ACCEPT QUEUE", "connections that wait for accept(), of how many fit: the limit and one more"],
    ["LIMIT", "what the kernel keeps of the backlog: min(backlog, net.core.somaxconn)"],
    ["SET BY", "who decided the limit: the application, or net.core.somaxconn"],
    ["SYN QUEUE", "handshakes not finished, of how many are kept before a SYN cookie or a drop"],
    ["DROPS", "the kernel's counter of this listener, as ss -m prints it; a refused final ACK counts twice"],
    ["IN", "the container, pod or systemd unit of the process"],
  ],
  closing:
    "A look shows what is true now. Whether packets are being refused takes time to see: listenq why PORT watches.",
};

/** Adds the command, which bare `listenq` runs too. */
export function registerLs(program: Command, context: CommandContext): void {
  program
    .command("ls")
    .description("every listener now: its queues, limits, drops, process and what is wrong with it")
    .option(...NETNS_OPTION)
    .option("--port <number>", "only listeners on this port")
    .option("--process <name|pid>", "only listeners of this process")
    .option("--unix", "AF_UNIX stream and seqpacket listeners too")
    .option("--fail-on <severity>", FAIL_ON_HELP)
    .option("--json", "print one JSON document")
    .addHelpText("after", helpNotes(HELP))
    .allowExcessArguments(true)
    .action(async (options: LsOptions, command: Command) => {
      rejectArguments(command.args);
      await list(parseOptions(options), context);
    });
}

/** Somebody who types `listenq ls 8080` is told how a port is named. */
function rejectArguments([excess]: readonly string[]): void {
  if (excess !== undefined)
    throw new UsageError(`ls takes options only, got ${excess}; see listenq ls --help`);
}

interface Wanted {
  readonly netns: NamespaceScope;
  readonly port: number | undefined;
  readonly process: string | undefined;
  readonly unix: boolean;
  readonly failOn: ReturnType<typeof parseFailOnOption>;
  readonly isJson: boolean;
}

async function list(wanted: Wanted, context: CommandContext): Promise<void> {
  const { takeSnapshot } = await import("../../../system/observe/snapshot.ts");
  const { selectListeners } = await import("../../../system/observe/select-listeners.ts");
  const { findInSnapshot } = await import("../../../core/findings/find-in-snapshot.ts");
  const result = takeSnapshot(wanted);
  const { readMachine } = await import("../../../system/observe/read-machine.ts");
  const machine = readMachine();
  const found = findInSnapshot(result.snapshot, result.hiddenProcesses, machine);
  const selected = { ...result, snapshot: selectListeners(found, wanted, machine) };
  await (wanted.isJson ? printDocument(selected, context) : printTable(selected, wanted, context));
  const findings = [
    ...selected.snapshot.findings,
    ...selected.snapshot.listeners.flatMap((listener) => listener.findings),
  ];
  context.exitWith(failOnCode(wanted.failOn, findings));
}

function parseOptions(options: LsOptions): Wanted {
  return {
    netns: parseNetnsOption(options.netns),
    port: options.port === undefined ? undefined : parseIntegerOption("--port", options.port, 1, 65_535),
    process: options.process,
    unix: options.unix === true,
    failOn: parseFailOnOption(options.failOn),
    isJson: options.json === true,
  };
}

async function printDocument(
  { snapshot, hiddenProcesses, hiddenNamespaces, unseen }: SnapshotResult,
  { io }: CommandContext,
): Promise<void> {
  const { snapshotDocument } = await import("../../../core/listener/snapshot/snapshot-document.ts");
  const { missingNotes } = await import("../../../core/report/text/listener-notes.ts");
  printJson(io, { schema: "listenq.ls/1", ...snapshotDocument(snapshot) });
  const isProcessMissing = snapshot.listeners.some((listener) => listener.process === null);
  for (const note of missingNotes({
    hiddenProcesses: isProcessMissing ? hiddenProcesses : 0,
    hiddenNamespaces,
    unseen,
  }))
    io.stderr.write(`listenq: ${note}\n`);
}

async function printTable(
  { snapshot, hiddenProcesses, hiddenNamespaces, unseen }: SnapshotResult,
  { port, process }: Wanted,
  { io }: CommandContext,
): Promise<void> {
  const { formatListenerTable } = await import("../../../core/report/text/listener-table.ts");
  const { formatFindingLines } = await import("../../../core/report/text/finding-lines.ts");
  const { missingNotes } = await import("../../../core/report/text/listener-notes.ts");
  const { paint, width } = styleFor(io);
  // What goes into a file or another program is not cut to a width that nobody sees.
  const columns = terminalColumns(io);
  const isSelection = port !== undefined || process !== undefined;
  const namespaces = namespaceNames(snapshot.namespaces);
  const table = formatListenerTable(snapshot.listeners, {
    columns,
    paint,
    hiddenProcesses,
    isSelection,
    namespaces,
  });
  io.stdout.write(table + formatFindingLines(snapshot, { width, paint, namespaces }));
  for (const note of missingNotes({ hiddenProcesses: 0, hiddenNamespaces, unseen }))
    io.stderr.write(`listenq: ${note}\n`);
}

/** Null for a single one, which needs no column. */
function namespaceNames(
  namespaces: SnapshotResult["snapshot"]["namespaces"],
): ReadonlyMap<number, string> | null {
  if (namespaces.length < 2) return null;
  return new Map(namespaces.map(({ inode, name, self }) => [inode, name ?? (self ? "self" : String(inode))]));
}
