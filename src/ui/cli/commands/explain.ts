/**
 * `listenq explain`: somebody else's capture explained.
 *
 * @module
 */
import type { Command } from "commander";
import { UsageError } from "../../../core/errors.ts";
import type { CommandContext } from "../context.ts";
import type { InterfaceFlags } from "../explain/explain-interface.ts";
import type { ExplainFlags } from "../explain/explain-options.ts";
import { type HelpNotes, helpNotes } from "../help-text.ts";

const HELP: HelpNotes = {
  notes: [
    "A file is pcap, pcapng (also .gz and .zst) or the text that tcpdump -nn prints; - is stdin. A page that --report made is printed as text. Several files are either one capture in pieces, if each begins where the one before ends, or one event seen from several places.",
    "Exit codes: 0 at least one packet was read (or a whole capture has none), 2 wrong usage or nothing readable, 130 after Ctrl-C.",
  ],
  examples: [
    ["listenq explain customer.pcapng", "what happened to every handshake, and why"],
    ["listenq explain client.pcap server.pcap", "one event from both sides"],
    ["listenq explain big.pcap.gz --server 10.0.0.7:443 --since 30s --until 2m", ""],
    ["listenq explain x.pcap --anonymize --json", "a report that can be shared"],
    ["listenq explain x.pcap --report ticket.html", "a page for the ticket: verdict, what to do, pictures"],
    ["listenq explain x.pcap --annotate story.pcapng", "the capture again, with comments for Wireshark"],
    ["tcpdump -nn -r x.pcap port 80 | listenq explain -", ""],
    ["sudo listenq explain --interface eth0 --port 443", "one line a victim, while it happens"],
  ],
};

/** Adds the command. */
export function registerExplain(program: Command, context: CommandContext): void {
  program
    .command("explain")
    .description(
      "what a capture shows: which queue overflowed, who suffered, and what the backlog must have been",
    )
    .argument("[file...]", "captures, or - for stdin")
    .option("--interface <name>", "no file: the packets of this interface now; needs --port and CAP_NET_RAW")
    .option("--port <number>", "the listener's port, with --interface")
    .option("--for <duration>", "how long to listen, with --interface; until Ctrl-C if left out")
    .option("--server <address:port>", "only connections of this endpoint")
    .option("--since <time>", "leave out what came before: 30s from the start, or 2026-11-25T20:50:51Z")
    .option("--until <time>", "leave out what came after")
    .option("--all", "list also the handshakes that simply completed")
    .option("--annotate <file>", "write the capture as pcapng with comments on the packets that matter")
    .option("--report <file>", "write a page with pictures, in one HTML file")
    .option("--anonymize", "false addresses in every output, the same for the same")
    .option("--json", "one JSON document")
    .addHelpText("after", helpNotes(HELP))
    .action(async (files: string[], flags: ExplainFlags & Partial<InterfaceFlags>) => {
      if (flags.interface !== undefined) {
        const { runExplainInterface } = await import("../explain/explain-interface.ts");
        const live = { ...flags, interface: flags.interface };
        context.exitWith(await runExplainInterface(files, live, context.io));
        return;
      }
      rejectWithoutFile(files, flags);
      const { runExplain } = await import("../explain/explain-run.ts");
      context.exitWith(await runExplain(files, flags, context.io));
    });
}

function rejectWithoutFile(files: readonly string[], { port, for: duration }: Partial<InterfaceFlags>): void {
  if (port !== undefined || duration !== undefined)
    throw new UsageError("--port and --for go with --interface; files take --server, --since and --until");
  if (files.length === 0) throw new UsageError("explain needs a capture, - for stdin, or --interface");
}
