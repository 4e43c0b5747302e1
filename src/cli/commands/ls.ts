/**
 * `listenq ls`: every TCP listener of this namespace, once. What is seen comes from observe/, how it looks from report/.
 *
 * @module
 */
import type { Command } from "commander";
import { UsageError } from "../../errors.ts";
import type { SnapshotResult } from "../../observe/snapshot.ts";
import type { CommandContext } from "../context.ts";
import { printJson } from "../io.ts";
import { parseIntegerOption } from "../options.ts";
import { styleFor } from "../style.ts";

interface LsOptions {
  readonly netns: string;
  readonly port?: string;
  readonly process?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  listenq                     every listener of this namespace, the fullest first
  listenq ls --port 8080      only the listeners on port 8080
  listenq ls --process nginx  only those of processes with that name (a pid does too)
  listenq ls --json | jq '.listeners[] | select(.acceptQueue.length > .acceptQueue.limit)'
  sudo listenq ls             with the processes of all users

Columns:
  ACCEPT QUEUE  connections that wait for accept(), of how many fit: the limit and one more
  LIMIT         what the kernel keeps of the backlog: min(backlog, net.core.somaxconn)
  SET BY        who decided the limit: the application, or net.core.somaxconn
  SYN QUEUE     handshakes not finished, of how many are kept before a SYN cookie or a drop
  DROPS         the kernel's counter of this listener, as ss -m prints it; a refused final ACK counts twice
`;

/** Adds the command; it is what bare `listenq` runs. */
export function registerLs(program: Command, context: CommandContext): void {
  program
    .command("ls", { isDefault: true })
    .description("every TCP listener now: its queues, limits, drops and process")
    .option("--netns <self>", "which network namespace: for now only self, the one this runs in", "self")
    .option("--port <number>", "only listeners on this port")
    .option("--process <name|pid>", "only listeners of this process")
    .option("--json", "print one JSON document")
    .helpOption("--help", "print this help")
    .addHelpText("after", EXAMPLES)
    .allowExcessArguments(true)
    .action(async (options: LsOptions, command: Command) => {
      rejectArguments(command.args, context.args);
      const selection = parseSelection(options);
      const { takeSnapshot } = await import("../../observe/snapshot.ts");
      const { selectListeners } = await import("../../observe/select-listeners.ts");
      const result = takeSnapshot({ process: selection.process });
      const selected = { ...result, snapshot: selectListeners(result.snapshot, selection) };
      if (options.json === true) printDocument(selected, context);
      else
        await printTable(selected, selection.port !== undefined || selection.process !== undefined, context);
    });
}

/** Being the default command, ls is also given the words that name no command at all. */
function rejectArguments([excess]: readonly string[], commandLine: readonly string[]): void {
  if (excess === undefined) return;
  if (commandLine.includes("ls"))
    throw new UsageError(`ls takes options only, got ${excess}; see listenq ls --help`);
  throw new UsageError(`there is no command ${excess}; listenq --help lists them`);
}

function parseSelection(options: LsOptions): { port: number | undefined; process: string | undefined } {
  if (options.netns !== "self") {
    throw new UsageError(
      `--netns must be self: other namespaces cannot be looked at yet, got ${options.netns}`,
    );
  }
  const port = options.port === undefined ? undefined : parseIntegerOption("--port", options.port, 1, 65_535);
  return { port, process: options.process };
}

function printDocument({ snapshot, hiddenProcesses }: SnapshotResult, { io }: CommandContext): void {
  printJson(io, { schema: "listenq.ls/1", ...snapshot });
  if (hiddenProcesses > 0 && snapshot.listeners.some((listener) => listener.process === null)) {
    io.stderr.write("listenq: some processes are hidden from this user; run it as root to see all\n");
  }
}

async function printTable(
  { snapshot, hiddenProcesses }: SnapshotResult,
  isSelection: boolean,
  { io }: CommandContext,
): Promise<void> {
  const { formatListenerTable } = await import("../../report/listener-table.ts");
  const { paint } = styleFor(io);
  // What goes into a file or another program is not cut to a width that nobody sees.
  const columns = io.stdout.isTTY === true ? (io.stdout.columns ?? null) : null;
  io.stdout.write(formatListenerTable(snapshot.listeners, { columns, paint, hiddenProcesses, isSelection }));
}
