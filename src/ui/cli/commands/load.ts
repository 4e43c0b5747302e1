/**
 * `listenq load`: the load generator.
 *
 * @module
 */
import type { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { type HelpNotes, helpNotes } from "../help-text.ts";
import type { LoadFlags } from "../runs/load-options.ts";

const HELP: HelpNotes = {
  notes: [
    "Each request is one GET over one new connection and is complete when the server closes it, as with ab without -k. With --rate, --burst or --replay connections are opened by a schedule, whether the server keeps up or not, and times count from the intended start too; the first line says whether the generator kept its schedule. Without them it is a closed loop: -n requests, -c at once, and ab's rows.",
    "How often a SYN was sent again is what the kernel counted (tcpi_total_retrans when connect() ended; not asked within 100 ms, when its timer cannot have rung), never guessed from the time. Failed requests are counted by cause and do not change the exit code, unless --fail-on-errors is given.",
    "Loopback only (and the addresses of the lab's hosts), unless the target is named again with --yes-this-is-mine.",
    "Exit codes: 0 the run is over, 1 --strict and the schedule was not kept, or --fail-on-errors and a request failed, 2 wrong usage, 3 a target that is not this machine's, 130 Ctrl-C, which prints what is known.",
  ],
  examples: [
    ["listenq load -n 4 -c 4 http://localhost:8088/", "the original experiment, against listenq server"],
    ["listenq load --rate 2000/s --duration 5s localhost:8088", "with the server's queues beside it"],
    ["listenq load --rate 100/s --burst 500 every 10s --duration 1min localhost:8088", ""],
    ["listenq load --replay arrivals.txt localhost:8088", "one time in seconds a line"],
    ["listenq load -n 1000 -c 50 --timeout 5s 10.0.0.7:8080 --yes-this-is-mine 10.0.0.7", ""],
    ["listenq load --rate 500/s --send 'QUIT\\r\\n' localhost:6379", "Redis, which does not speak HTTP"],
    ["listenq load --rate 500/s --duration 10s --report load.html localhost:8088", "one page"],
    ["listenq load -n 100 -c 10 --json localhost:8088 | jq .failures", ""],
  ],
};

/** Adds the command to the program. */
export function registerLoad(program: Command, context: CommandContext): void {
  program
    .command("load")
    .description("a load generator: one new connection for each request, by a schedule or as ab does")
    .argument("[url]", "where to send the requests; plain http only")
    .option("-n, --requests <number>", "how many requests in all (default: 1)")
    .option("-c, --concurrency <number>", "how many at once (default: 1)")
    .option("--rate <n/s>", "open so many connections, such as 2000/s, whatever the server does")
    .option("--arrivals <poisson|even>", "how those come", "poisson")
    .option("--burst <n every duration...>", "so many connections at once, again and again: 500 every 10s")
    .option("--replay <file>", "open connections at these times: one in seconds a line")
    .option("--duration <duration>", "how long --rate and --burst open connections", "10s")
    .option("--seed <n>", "of the arrivals' chance", "1")
    .option("--threads <n>", "processes that share the run (default: as many as the rate needs)")
    .option("--timeout <duration>", "how long one request may take, from connect to close", "60s")
    .option(
      "--send <text>",
      "send this instead of HTTP (\\r \\n \\xHH); whatever comes until the close is an answer",
    )
    .option("--strict", "exit 1 when the generator did not keep its schedule")
    .option("--fail-on-errors", "exit 1 when a request failed")
    .option("--yes-this-is-mine <host>", "the target's host again, where it is not loopback")
    .option("--view <full|ab>", "the report: full, or ab's table (default: ab without a schedule)")
    .option("--report <file>", "write a page, in one HTML file")
    .option("--hgrm <file>", "write times from the intended start as HdrHistogram's percentiles")
    .option("--json", "print one JSON document, with every request")
    .addHelpText("after", helpNotes(HELP))
    .action(async (url: string | undefined, flags: LoadFlags) => {
      const { runLoadCommand } = await import("../runs/load-run.ts");
      context.exitWith(await runLoadCommand(url, flags, context.io));
    });
}

/** Adds the hidden command that is one of several generators; it speaks with its parent alone. */
export function registerLoadChild(program: Command): void {
  program.command("load-child", { hidden: true }).action(async () => {
    const { runLoadChild } = await import("../../../system/load/load-child.ts");
    await runLoadChild();
  });
}
