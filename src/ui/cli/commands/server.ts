/**
 * `listenq server`: the slow server in the foreground, until Ctrl-C or `--count`.
 *
 * @module
 */

import type { Command } from "commander";
import { UsageError } from "../../../core/errors.ts";
import { shownWord } from "../../../core/report/layout/printable.ts";
import { formatDuration } from "../../../core/scenario/units.ts";
import type { SlowServerOptions } from "../../../system/load/slow-server.ts";
import type { SlowServerEvent } from "../../../system/load/slow-server-event.ts";
import type { CommandContext } from "../context.ts";
import { interruptedCode } from "../failure.ts";
import { type HelpNotes, helpNotes } from "../help-text.ts";
import type { Io } from "../io.ts";
import { parseDurationOption } from "../options/duration-option.ts";
import { parseIntegerOption } from "../options/number-option.ts";

interface ServerFlags {
  readonly address: string;
  readonly port: string;
  readonly backlog: string;
  readonly hold: string;
  readonly patience: string;
  readonly count?: string;
  readonly json?: true;
}

const HELP: HelpNotes = {
  notes: [
    "It takes one connection from the accept queue, answers it at once, holds it open, closes it, and takes the next. A client that closes its side keeps its turn until the hold is over; one that resets frees it. A request that is not HTTP/1 is answered with an error status and closed without a hold. --json prints one object a line.",
  ],
  examples: [
    ["listenq server", "backlog 1 on 127.0.0.1:8088, 10 s for each client"],
    ["listenq server --backlog 128 --hold 500ms", "the same, kinder"],
    ["listenq server --address 0.0.0.0 --port 80", "for clients of other machines"],
    ["listenq server --port 0 --count 4 --json", "any free port, ends after four connections"],
  ],
};

/** Adds the command to the program. */
export function registerServer(program: Command, context: CommandContext): void {
  program
    .command("server")
    .description("a slow HTTP server: one connection at a time, everybody else waits in the kernel's queues")
    .option("--address <ip>", "address to listen on", "127.0.0.1")
    .option("--port <number>", "port to listen on; 0 for any free one", "8088")
    .option("--backlog <number>", "what listen() is given: any C int, also negative", "1")
    .option("--hold <duration>", "how long an answered connection stays open", "10s")
    .option("--patience <duration>", "how long a client may take to send its request", "5s")
    .option("--count <number>", "end after so many connections (default: only Ctrl-C ends it)")
    .option("--json", "one JSON object a line for everything that happens")
    .addHelpText("after", helpNotes(HELP))
    .action(async (flags: ServerFlags) => {
      const options = await parseFlags(flags);
      const { startSlowServer } = await import("../../../system/load/slow-server.ts");
      const { io } = context;
      const server = startSlowServer({ ...options, onEvent: eventPrinter(io, flags.json === true) });
      const onInterrupt = (): void => server.close();
      io.interrupted.addEventListener("abort", onInterrupt, { once: true });
      if (io.interrupted.aborted) server.close();
      await server.closed;
      io.interrupted.removeEventListener("abort", onInterrupt);
      if (io.interrupted.aborted) context.exitWith(interruptedCode(io));
    });
}

async function parseFlags(flags: ServerFlags): Promise<SlowServerOptions> {
  const { isIP } = await import("node:net");
  if (isIP(flags.address) === 0 || flags.address.includes("%")) {
    throw new UsageError(
      `--address must be an IP address such as 127.0.0.1 or ::, got ${shownWord(flags.address)}`,
    );
  }
  return {
    address: flags.address,
    port: parseIntegerOption("--port", flags.port, 0, 65_535),
    backlog: parseIntegerOption("--backlog", flags.backlog, -2_147_483_648, 2_147_483_647),
    holdMs: parseDurationOption("--hold", flags.hold),
    patienceMs: parseDurationOption("--patience", flags.patience, 1),
    count:
      flags.count === undefined
        ? null
        : parseIntegerOption("--count", flags.count, 1, Number.MAX_SAFE_INTEGER),
  };
}

function eventPrinter(io: Io, asJson: boolean): (event: SlowServerEvent) => void {
  if (!asJson) return (event) => void io.stdout.write(`${describeEvent(event)}\n`);
  return (event) => void io.stdout.write(`${JSON.stringify({ schema: "listenq.server/1", ...event })}\n`);
}

function describeEvent(event: SlowServerEvent): string {
  const time = clockTime(new Date(event.time));
  switch (event.event) {
    case "listening":
      return `Listening on ${event.endpoint} with backlog ${event.backlog}: ${describeLimit(event.limit)}`;
    case "accepted":
      return `${time} ${event.client} accepted`;
    case "answered":
      return `${time} ${event.client} answered ${event.status}`;
    case "closed":
      return `${time} ${event.client} closed after ${formatDuration(event.openMs)}${REASONS[event.reason]}`;
    case "accept-failed":
      return `${time} accept failed: ${event.error}; trying again`;
  }
}

const REASONS = {
  held: "",
  reset: ": the client reset the connection",
  vanished: ": the client left without a request",
  refused: ": not a request that it serves",
  stopped: ": the server stops",
} as const;

/** The kernel refuses when the length is above the limit, so one more fits than the limit says. */
function describeLimit(limit: number): string {
  const capacity = limit + 1;
  return `the kernel keeps limit ${limit}, so ${capacity} ${capacity === 1 ? "connection fits" : "connections fit"} in the accept queue`;
}

/** Local time as tcpdump prints it, to the millisecond. */
function clockTime(date: Date): string {
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) =>
    String(part).padStart(2, "0"),
  );
  return `${hours}:${minutes}:${seconds}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}
