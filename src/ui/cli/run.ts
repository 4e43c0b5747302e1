/**
 * Arguments and an `Io` in, an exit code out. Every command is one file in commands/, loaded with its heavy parts
 * only when it runs, so that `listenq ls` does not wait for the lab.
 *
 * @module
 */
import { Command, CommanderError, Option } from "commander";
import { COLOR_WHEN, terminalColumns, withColor } from "./cli-style.ts";
import { wholeCommandLine } from "./command-line.ts";
import { registerClients } from "./commands/clients.ts";
import { registerCompletion } from "./commands/completion.ts";
import { registerDocs } from "./commands/docs.ts";
import { registerDoctor } from "./commands/doctor.ts";
import { registerExplain } from "./commands/explain.ts";
import { registerExporter } from "./commands/exporter.ts";
import { registerLab } from "./commands/lab.ts";
import { registerLoad } from "./commands/load.ts";
import { registerLs } from "./commands/ls.ts";
import { registerPlan } from "./commands/plan.ts";
import { registerProbeChild } from "./commands/probe-child.ts";
import { registerRaise } from "./commands/raise.ts";
import { registerRecord } from "./commands/record.ts";
import { registerReplay } from "./commands/replay.ts";
import { registerServer } from "./commands/server.ts";
import { registerSimulate } from "./commands/simulate.ts";
import { registerTop } from "./commands/top.ts";
import { registerVerify } from "./commands/verify.ts";
import { registerVictims } from "./commands/victims.ts";
import { registerWhy } from "./commands/why.ts";
import type { CommandContext } from "./context.ts";
import { reportFailure } from "./failure.ts";
import { EXIT, type Io } from "./io.ts";
import { VERSION } from "./version.ts";

/** Runs one command line and returns its exit code; never throws. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  let exitCode: number = EXIT.fine;
  let shown = io;
  const context: CommandContext = {
    get io() {
      return shown;
    },
    args,
    exitWith: (code) => {
      exitCode = code;
    },
  };
  try {
    const program = buildProgram(context);
    registerCompletion(program, context);
    registerProbeChild(program, context);
    addColor(program, (when) => {
      shown = withColor(io, when);
    });
    await program.parseAsync(wholeCommandLine(program, args), { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
    return reportFailure(error, io);
  }
}

/** Beside options narrower than this, what they do is not broken into lines. */
const LEAST_WRAPPED = 16;
/** Where there is no terminal that says. */
const HELP_WIDTH = 100;

/** Every command that prints takes it; it decides before anything is printed. */
function addColor(program: Command, choose: (when: string) => void): void {
  const color = new Option("--color <when>", "colours; auto: on a terminal that has them")
    .choices(COLOR_WHEN)
    .default("auto");
  for (const command of program.commands) {
    if (command.commands.length > 0) addColor(command, choose);
    else command.addOption(color).hook("preAction", () => choose(command.getOptionValue("color")));
  }
}

function buildProgram(context: CommandContext): Command {
  const { io } = context;
  const program = new Command("listenq")
    .description(
      "What happens at the edge of listen(2): the SYN queue and the accept queue of every TCP listener.",
    )
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .usage("[command] [options]")
    .configureHelp({ minWidthToWrap: LEAST_WRAPPED })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text.replace(/^error: /, "listenq: ").replace(/\n\((?=Did)/, " (")),
      getOutHelpWidth: () => terminalColumns(io) ?? HELP_WIDTH,
      getErrHelpWidth: () => HELP_WIDTH,
    });
  registerLs(program, context);
  registerWhy(program, context);
  registerTop(program, context);
  registerRaise(program, context);
  registerVictims(program, context);
  registerClients(program, context);
  registerRecord(program, context);
  registerReplay(program, context);
  registerDoctor(program, context);
  registerDocs(program, context);
  registerExplain(program, context);
  registerLab(program, context);
  registerSimulate(program, context);
  registerPlan(program, context);
  registerServer(program, context);
  registerLoad(program, context);
  registerVerify(program, context);
  registerExporter(program, context);
  return program;
}
