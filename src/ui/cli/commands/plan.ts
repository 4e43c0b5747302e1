/**
 * `listenq plan`: how large a backlog must be.
 *
 * @module
 */
import type { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { type HelpNotes, helpNotes } from "../help-text.ts";
import type { PlanCommandOptions } from "../runs/plan-run.ts";

const HELP: HelpNotes = {
  notes: [
    "The backlog must hold who comes while the server does not accept. The arithmetic is a quantile of how many come in a pause; the model of the kernel is run with the same load and shows who is refused, who comes back, and how long they wait.",
    "Exit codes: 0 an answer (also that no backlog is enough), 1 --prove disagrees with the model, 2 wrong usage, 3 --prove is not permitted here.",
  ],
  examples: [
    ["listenq plan --rate 2000/s --pause 500ms", "one pause of half a second"],
    [
      "listenq plan --rate 2000/s --pause 500ms --every 1s --patience 3s",
      "it recurs, and the refused come back into the next one",
    ],
    ["listenq plan --rate 300/s --pause 2s --software nginx", "with the line for nginx"],
    ["listenq plan --rate 2000/s --pause 500ms --what-if backlog=128,511,4096", ""],
    ["listenq plan --rate 2000/s --pauses gc.txt --every 1s", "pauses as they were measured"],
    ["listenq plan --rate 2000/s --pause 500ms --reuseport 4", "the queue of each of four listeners"],
    ["listenq plan --from-port 8080 --for 30s", "look at a running listener first"],
    ["listenq plan --from-recording /var/lib/listenq --port 8080 --patience 3s", ""],
    ["listenq plan --rate 1000/s --pause 500ms --prove", "run the answer, and half of it, on this kernel"],
    ["listenq plan --rate 2000/s --pause 500ms --json", "one JSON document"],
  ],
};

/** Adds the command. */
export function registerPlan(program: Command, context: CommandContext): void {
  program
    .command("plan")
    .description("how large the backlog must be, and what happens if it is not")
    .option("--rate <n/s>", "new connections, such as 2000/s or 120/min")
    .option("--pause <duration>", "how long the server may stand still")
    .option("--pauses <file>", "measured pauses, one a line such as 12.5ms; each pause is one of them")
    .option(
      "--cold-start <duration>",
      "how long it does not accept after its start, a pause that comes alone",
    )
    .option("--from-recording <dir>", "see both in a recording of listenq record")
    .option("--from-capture <file>", "see both in a capture")
    .option("--from-port <port>", "see both at a listener of this machine")
    .option("--for <duration>", "how long --from-port looks (default: 30s)")
    .option("--port <port>", "which listener of the recording or the capture")
    .option(
      "--every <duration>",
      "the pause recurs, from one beginning to the next; without it, it comes alone",
    )
    .option("--patience <duration>", "how long a client waits to be accepted", "10s")
    .option("--accept-time <duration>", "what one accept() and the work before the next one take", "50us")
    .option("--turn <duration>", "instead: one turn of an event loop, at its longest")
    .option("--accepts-per-turn <n>", "connections that it takes in a turn", "1")
    .option("--acceptors <n>", "processes or threads that accept from this queue", "1")
    .option("--reuseport <n>", "listeners that share the rate, each with a queue of its own", "1")
    .option("--round-trip <duration>", "from the server to a client and back", "1ms")
    .option("--loss <percent>", "packets lost each way: requests stand longer in the SYN queue", "0%")
    .option("--max-syn-backlog <n>", "net.ipv4.tcp_max_syn_backlog of the server", "1024")
    .option("--arrivals <poisson|even>", "how clients come", "poisson")
    .option("--share <percent>", "connections in a pause that must meet no refusal", "99.9%")
    .option("--what-if <backlog=n,...>", "predict these backlogs too")
    .option("--software <name>", "print the configuration line of this server")
    .option("--kernel <era>", "whose rules", "6.14")
    .option("--seed <n>", "of the load's chance", "1")
    .option("--prove", "run the answer, and half of it, on this kernel")
    .option("--json", "one JSON document")
    .addHelpText("after", helpNotes(HELP))
    .action(async (options: PlanCommandOptions) => {
      const { runPlan } = await import("../runs/plan-run.ts");
      context.exitWith(await runPlan(options, context));
    });
}
