/**
 * `listenq web`: the local page, until Ctrl-C.
 *
 * @module
 */

import { once } from "node:events";
import type { Command } from "commander";
import { DecodeError, UsageError } from "../../../core/errors.ts";
import { shownWord } from "../../../core/report/layout/printable.ts";
import type { CommandContext } from "../context.ts";
import { interruptedCode } from "../failure.ts";
import { type HelpNotes, helpNotes } from "../help-text.ts";
import { NETNS_OPTION, parseNetnsOption } from "../options/netns-option.ts";
import { UNIX_OPTION } from "../options/sampling-options.ts";

interface WebFlags {
  readonly listen: string;
  readonly netns: string;
  readonly unix?: boolean;
}

const HELP: HelpNotes = {
  notes: [
    "It prints the address to open in a browser of this machine, and starts nothing. The address is good for one browser: what follows # is exchanged once for a cookie. From another machine: ssh -L 8047:127.0.0.1:8047 SERVER, then open the printed address.",
    "The model and explain run in the browser; what you drop on the page is not sent anywhere.",
  ],
  examples: [
    ["listenq web", "playground, lessons, this machine's queues, reports"],
    ["listenq web --listen 127.0.0.1:0", "on any free port"],
    ["sudo listenq web --netns all --unix", "every container's listeners, AF_UNIX too"],
  ],
};

/** Adds the command to the program. */
export function registerWeb(program: Command, context: CommandContext): void {
  program
    .command("web")
    .description("a local page: both queues to play with, this machine's queues live, reports in the browser")
    .option(
      "--listen <address:port>",
      "where to serve, on loopback; port 0 for any free one",
      "127.0.0.1:8047",
    )
    .option(...NETNS_OPTION)
    .option(...UNIX_OPTION)
    .addHelpText("after", helpNotes(HELP))
    .action(async (flags: WebFlags) => await runWeb(flags, context));
}

async function runWeb(flags: WebFlags, { io, exitWith }: CommandContext): Promise<void> {
  const place = await loopbackPlace(flags.listen);
  const sampling = { netns: parseNetnsOption(flags.netns), unix: flags.unix === true };
  const { startWeb } = await import("../../web/server/start-web.ts");
  const web = await startWeb({ ...place, sampling });
  io.stdout.write(`${web.url}\n`);
  io.stderr.write("listenq: open this address in a browser of this machine; Ctrl-C ends it\n");
  if (!io.interrupted.aborted) await once(io.interrupted, "abort");
  await web.close();
  exitWith(interruptedCode(io));
}

/** @throws {UsageError} for what is no endpoint, or one that other machines reach */
async function loopbackPlace(text: string): Promise<{ readonly address: string; readonly port: number }> {
  const { parseEndpoint } = await import("../../../core/wire/address.ts");
  const expected = "--listen must be a loopback address and a port, such as 127.0.0.1:8047 or [::1]:8047";
  try {
    const { address, port } = parseEndpoint(text);
    if (/^127\.\d+\.\d+\.\d+$/.test(address) || address === "::1") return { address, port };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new UsageError(`${expected}, got ${shownWord(text)}`, { cause: error });
  }
  throw new UsageError(
    `${expected}: the page shows this machine to whoever reaches it; got ${shownWord(text)}`,
  );
}
