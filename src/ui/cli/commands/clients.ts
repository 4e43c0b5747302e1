/**
 * `listenq clients [HOST:PORT]`: this machine's own connections that are stuck at somebody's listener.
 *
 * @module
 */
import type { Command } from "commander";
import type { Endpoint } from "../../../core/wire/address.ts";
import type { NamespaceScope } from "../../../system/observe/namespace-scope.ts";
import { styleFor } from "../cli-style.ts";
import type { CommandContext } from "../context.ts";
import { interruptedCode } from "../failure.ts";
import { type HelpNotes, helpNotes } from "../help-text.ts";
import { printJson } from "../io.ts";
import { parseDurationOption } from "../options/duration-option.ts";
import { NETNS_OPTION, parseNetnsOption } from "../options/netns-option.ts";
import { lookOrWatch, parseDestination, sayMissing } from "../runs/clients-run.ts";

interface ClientsOptions {
  readonly for?: string;
  readonly netns: string;
  readonly json?: boolean;
}

const HELP: HelpNotes = {
  examples: [
    ["listenq clients", "every destination at which connections of this machine are stuck"],
    ["listenq clients 192.0.2.7:443", "only those to that endpoint"],
    ["listenq clients --for 5s", "watches, and says how fast they become stuck"],
    ["sudo listenq clients --netns all", "those of containers too, with their processes"],
    ["listenq clients --json | jq '.destinations[] | select(.silent > 0)'", ""],
  ],
  columns: [
    ["connecting", "its SYN was sent again and is not answered"],
    ["silent", "established here and not there: the listener has not taken it"],
    ["late", "established, but only by a resent SYN"],
  ],
};

const LEAST_MS = 100;

/** Adds the command. */
export function registerClients(program: Command, context: CommandContext): void {
  program
    .command("clients")
    .description("this machine's own connections that are stuck at somebody's listener")
    .argument("[host:port]", "only connections to this IP address and port")
    .option("--for <duration>", "watch for so long; one look if left out")
    .option(...NETNS_OPTION)
    .option("--json", "print one JSON document")
    .addHelpText("after", helpNotes(HELP))
    .allowExcessArguments(false)
    .action(async (destination: string | undefined, options: ClientsOptions) => {
      await list(
        {
          destination: destination === undefined ? null : await parseDestination(destination),
          durationMs: options.for === undefined ? null : parseDurationOption("--for", options.for, LEAST_MS),
          netns: parseNetnsOption(options.netns),
          isJson: options.json === true,
        },
        context,
      );
    });
}

interface Wanted {
  readonly destination: Endpoint | null;
  /** Null for one look. */
  readonly durationMs: number | null;
  readonly netns: NamespaceScope;
  readonly isJson: boolean;
}

async function list(
  { destination, durationMs, netns, isJson }: Wanted,
  { io, exitWith }: CommandContext,
): Promise<void> {
  const answer = await lookOrWatch({ netns, destination }, durationMs, io);
  const { document } = answer;
  if (isJson) printJson(io, { schema: "listenq.clients/1", ...document });
  else {
    const { formatClients } = await import("../../../core/report/text/live/clients-text.ts");
    io.stdout.write(formatClients(document, styleFor(io)));
  }
  await sayMissing(answer, io);
  if (io.interrupted.aborted) exitWith(interruptedCode(io));
}
