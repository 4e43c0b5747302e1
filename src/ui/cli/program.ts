/**
 * The commands as commander knows them, and what all of them have in common.
 *
 * @module
 */
import { Command, Option } from "commander";
import { COLOR_WHEN, terminalColumns } from "./cli-style.ts";
import { DEFAULT_COMMAND } from "./command-line.ts";
import { registerClients } from "./commands/clients.ts";
import { registerDocs } from "./commands/docs.ts";
import { registerDoctor } from "./commands/doctor.ts";
import { registerExplain } from "./commands/explain.ts";
import { registerExporter } from "./commands/exporter.ts";
import { registerLab } from "./commands/lab.ts";
import { registerLoad, registerLoadChild } from "./commands/load.ts";
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
import { registerWeb } from "./commands/web.ts";
import { registerWhy } from "./commands/why.ts";
import { registerCompletion } from "./completion/register-completion.ts";
import type { CommandContext } from "./context.ts";
import { formatHelpItem } from "./help-item.ts";
import { VERSION } from "./version.ts";

type Register = (program: Command, context: CommandContext) => void;

/** Each command by its name, in the order of the help. */
const COMMANDS: Readonly<Record<string, Register>> = {
  ls: registerLs,
  why: registerWhy,
  top: registerTop,
  raise: registerRaise,
  victims: registerVictims,
  clients: registerClients,
  record: registerRecord,
  replay: registerReplay,
  doctor: registerDoctor,
  docs: registerDocs,
  explain: registerExplain,
  lab: registerLab,
  simulate: registerSimulate,
  plan: registerPlan,
  server: registerServer,
  load: registerLoad,
  verify: registerVerify,
  exporter: registerExporter,
  web: registerWeb,
  completion: registerCompletion,
  "probe-child": registerProbeChild,
  "load-child": registerLoadChild,
};

/** Text is not broken into lines that are narrower than this. */
const LEAST_WRAPPED = 16;
/** Where there is no terminal that says. */
const HELP_WIDTH = 100;

/** Every command that prints takes it; it decides before anything is printed. */
export function addColor(program: Command, choose: (when: string) => void): void {
  const color = new Option("--color <when>", "colours; auto: on a terminal that has them")
    .choices(COLOR_WHEN)
    .default("auto");
  for (const command of program.commands) {
    if (command.commands.length > 0) addColor(command, choose);
    else command.addOption(color).hook("preAction", () => choose(command.getOptionValue("color")));
  }
}

/** The program with the commands that its line can be about. */
export function buildProgram(context: CommandContext): Command {
  const { io } = context;
  const program = new Command("listenq")
    .description(
      "What happens at the edge of listen(2): the SYN queue and the accept queue of every TCP listener.",
    )
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .usage("[command] [options]")
    .configureHelp({ minWidthToWrap: LEAST_WRAPPED, formatItem: formatHelpItem })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text.replace(/^error: /, "listenq: ").replace(/\n\((?=Did)/, " (")),
      getOutHelpWidth: () => terminalColumns(io) ?? HELP_WIDTH,
      getErrHelpWidth: () => HELP_WIDTH,
    });
  for (const register of registersFor(context.args)) register(program, context);
  return program;
}

/** The one that the line names, which saves building the others; or all, where their names matter. */
function registersFor([name = DEFAULT_COMMAND]: readonly string[]): readonly Register[] {
  const named = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return named === undefined ? Object.values(COMMANDS) : [named];
}
