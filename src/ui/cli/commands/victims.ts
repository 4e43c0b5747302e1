/**
 * `listenq victims`: who was refused, from the kernel's trace events, in every namespace.
 *
 * @module
 */
import type { Command } from "commander";
import { NotSupportedError } from "../../../core/errors.ts";
import type { VictimLine } from "../../../core/listener/victims/victims-document.ts";
import type { VictimWatch } from "../../../system/observe/victims/victim-watch.ts";
import { styleFor, terminalColumns } from "../cli-style.ts";
import type { CommandContext } from "../context.ts";
import { interruptedCode } from "../failure.ts";
import { type HelpNotes, helpNotes } from "../help-text.ts";
import { printJson } from "../io.ts";
import { parseDurationOption } from "../options/duration-option.ts";
import { parseIntegerOption } from "../options/number-option.ts";
import { pause } from "../pause.ts";

interface VictimsOptions {
  readonly port?: string;
  readonly for?: string;
  readonly json?: boolean;
}

const HELP: HelpNotes = {
  examples: [
    ["sudo listenq victims", "until Ctrl-C: every client that a full accept queue refused"],
    ["sudo listenq victims --port 443 --for 60s", "one port, a minute"],
    ["sudo listenq victims --for 10s --json | jq '.listeners[].clients'", ""],
  ],
  closing:
    "It reads the kernel's trace events (tcp_retransmit_synack, kfree_skb with the reason TCP_LISTEN_OVERFLOW since Linux 6.15, tcp_send_reset), of every container at once, without eBPF and without a capture. It costs nothing while nothing is refused. A refused SYN fires no event: what the counter says of those stands at the end. listenq explain --interface names them.",
};

const LEAST_MS = 100;
/** A day is as good as for ever. */
const UNTIL_INTERRUPTED_MS = 86_400_000;

/** Adds the command. */
export function registerVictims(program: Command, context: CommandContext): void {
  program
    .command("victims")
    .description(
      "names the clients that are being refused, from the kernel's trace events, in every namespace",
    )
    .option("--port <number>", "only listeners on this port")
    .option("--for <duration>", "how long to watch; until Ctrl-C if left out")
    .option("--json", "print one JSON document at the end")
    .addHelpText("after", helpNotes(HELP))
    .allowExcessArguments(false)
    .action(async (options: VictimsOptions) => {
      await watch(
        {
          port: options.port === undefined ? null : parseIntegerOption("--port", options.port, 1, 65_535),
          durationMs:
            options.for === undefined
              ? UNTIL_INTERRUPTED_MS
              : parseDurationOption("--for", options.for, LEAST_MS),
          isJson: options.json === true,
        },
        context,
      );
    });
}

interface Wanted {
  readonly port: number | null;
  readonly durationMs: number;
  readonly isJson: boolean;
}

/** Who may not is told what else serves. */
function openWatch(open: () => VictimWatch): VictimWatch {
  try {
    return open();
  } catch (error) {
    if (!(error instanceof NotSupportedError)) throw error;
    const { feature, reason, remedy } = error;
    const instead = "listenq why PORT tells of refusals without it, by counters and queues";
    throw new NotSupportedError(feature, reason, remedy === null ? instead : `${remedy}; ${instead}`, {
      cause: error,
    });
  }
}

async function watch({ port, durationMs, isJson }: Wanted, { io, exitWith }: CommandContext): Promise<void> {
  const { VictimWatch } = await import("../../../system/observe/victims/victim-watch.ts");
  const { formatVictimLine, formatVictims } = await import("../../../core/report/text/live/victims-text.ts");
  const onLine = (line: VictimLine): void => {
    if (!isJson) io.stdout.write(formatVictimLine(line, terminalColumns(io)));
  };
  const watching = openWatch(() => new VictimWatch({ port, onLine }));
  io.stderr.write(`listenq: watching ${port === null ? "every listener" : `port ${port}`} of this machine\n`);
  await pause(durationMs, io.interrupted);
  const document = watching.close();
  if (isJson) printJson(io, { schema: "listenq.victims/1", ...document });
  else io.stdout.write(formatVictims(document, styleFor(io)));
  const unseen = watching.unseen.length;
  if (unseen > 0)
    io.stderr.write(
      `listenq: ${unseen} namespaces could not be looked at: their listeners have no process\n`,
    );
  if (io.interrupted.aborted) exitWith(interruptedCode(io));
}
