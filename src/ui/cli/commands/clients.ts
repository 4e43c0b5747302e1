/**
 * `listenq clients [HOST:PORT]`: this machine's own connections that are stuck at somebody's listener.
 *
 * @module
 */
import type { Command } from "commander";
import { UsageError } from "../../../core/errors.ts";
import type { NamespaceScope } from "../../../system/observe/namespace-scope.ts";
import { styleFor } from "../cli-style.ts";
import type { CommandContext } from "../context.ts";
import { type HelpNotes, helpNotes } from "../help-text.ts";
import { printJson } from "../io.ts";
import { NETNS_OPTION, parseNetnsOption } from "../options/netns-option.ts";

interface ClientsOptions {
  readonly netns: string;
  readonly json?: boolean;
}

const HELP: HelpNotes = {
  examples: [
    ["listenq clients", "every destination at which connections of this machine are stuck"],
    ["listenq clients 192.0.2.7:443", "only those to that endpoint"],
    ["sudo listenq clients --netns all", "those of containers too, with their processes"],
    ["listenq clients --json | jq '.destinations[] | select(.silent > 0)'", ""],
  ],
  columns: [
    ["connecting", "its SYN was sent again and is not answered"],
    ["silent", "established here and not there: the listener has not taken it"],
    ["late", "established, but only by a resent SYN"],
  ],
};

/** Adds the command. */
export function registerClients(program: Command, context: CommandContext): void {
  program
    .command("clients")
    .description("this machine's own connections that are stuck at somebody's listener")
    .argument("[host:port]", "only connections to this IP address and port")
    .option(...NETNS_OPTION)
    .option("--json", "print one JSON document")
    .addHelpText("after", helpNotes(HELP))
    .allowExcessArguments(false)
    .action(async (destination: string | undefined, options: ClientsOptions) => {
      await list(
        {
          destination: destination === undefined ? null : await parseDestination(destination),
          netns: parseNetnsOption(options.netns),
          isJson: options.json === true,
        },
        context,
      );
    });
}

interface Wanted {
  readonly destination: { readonly address: string; readonly port: number } | null;
  readonly netns: NamespaceScope;
  readonly isJson: boolean;
}

async function parseDestination(text: string): Promise<NonNullable<Wanted["destination"]>> {
  const { parseEndpoint } = await import("../../../core/wire/address.ts");
  try {
    return parseEndpoint(text);
  } catch (error) {
    throw new UsageError(`HOST:PORT must be an IP address and a port such as 192.0.2.7:443, got ${text}`, {
      cause: error,
    });
  }
}

async function list({ destination, netns, isJson }: Wanted, { io }: CommandContext): Promise<void> {
  const { lookAtClients } = await import("../../../system/observe/clients/stuck-clients.ts");
  const { document, hiddenProcesses, unseen } = lookAtClients({ netns, destination });
  if (isJson) printJson(io, { schema: "listenq.clients/1", ...document });
  else {
    const { formatClients } = await import("../../../core/report/text/live/clients-text.ts");
    io.stdout.write(formatClients(document, styleFor(io)));
  }
  const { missingNotes } = await import("../../../core/report/text/listener-notes.ts");
  const isAnyHidden = document.destinations.some(({ clients }) =>
    clients.some(({ process }) => process === null),
  );
  for (const note of missingNotes({ hiddenProcesses: isAnyHidden ? hiddenProcesses : 0, unseen }))
    io.stderr.write(`listenq: ${note}\n`);
}
