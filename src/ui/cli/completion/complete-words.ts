/**
 * How the last word of a command line may go on: from the commands as they are registered, so that nothing is listed twice.
 *
 * @module
 */
import { readdirSync } from "node:fs";
import type { Argument, Command, Option } from "commander";
import { EXPERIMENTS } from "../../../core/experiment/index.ts";
import { ERA_NAMES } from "../../../core/model/index.ts";
import { SEVERITIES } from "../options/fail-on.ts";

/** One way to go on. */
export interface Candidate {
  readonly value: string;
  /** Empty where the value says it. */
  readonly about: string;
}

/** What may stand there besides the candidates: the shell knows those itself. */
export type Others = "files" | "folders" | "none";

/** The answer to a shell. */
export interface Completion {
  readonly candidates: readonly Candidate[];
  readonly others: Others;
}

/** @param words those after the program, the unfinished one last */
export function completeWords(program: Command, words: readonly string[]): Completion {
  const last = words.at(-1) ?? "";
  const { command, rest } = walk(program, words.slice(0, -1));
  const fitting = ({ candidates, others }: Completion): Completion => ({
    candidates: candidates.filter(({ value }) => value.startsWith(last)),
    others,
  });
  // Bash takes --color=always for three words.
  if (last === "=") return valuesOf(optionBefore(command, rest), "");
  const before = rest.at(-1) === "=" ? rest.slice(0, -1) : rest;
  const option = optionBefore(command, before);
  if (option !== null) return fitting(valuesOf(option, last));
  const joined = /^(--[\w-]+=)(.*)$/.exec(last);
  if (joined !== null) return fitting(joinedValues(command, joined[1] ?? "", joined[2] ?? ""));
  if (last.startsWith("-") && !rest.includes("--")) return fitting(optionsOf(command));
  return fitting(operandsOf(command, operandCount(command, rest)));
}

/** The command that the words have led to, and the words after its name. */
function walk(program: Command, words: readonly string[]): { command: Command; rest: readonly string[] } {
  const [first, ...rest] = words;
  const next = program.commands.find((one) => one.name() === first);
  if (next !== undefined) return walk(next, rest);
  // Options without a command are those of `ls`.
  const ls = program.commands.find((one) => one.name() === "ls");
  return { command: first?.startsWith("-") === true && ls !== undefined ? ls : program, rest: words };
}

/** The option whose value comes next; null if none does. */
function optionBefore(command: Command, words: readonly string[]): Option | null {
  const name = words.at(-1) === "=" ? words.at(-2) : words.at(-1);
  if (name === undefined) return null;
  const option = command.options.find(({ long, short }) => long === name || short === name);
  return option?.required === true ? option : null;
}

function joinedValues(command: Command, name: string, typed: string): Completion {
  const option = optionBefore(command, [name.slice(0, -1)]);
  const { candidates, others } = valuesOf(option, typed);
  return { candidates: candidates.map(({ value, about }) => ({ value: name + value, about })), others };
}

function optionsOf(command: Command): Completion {
  const own = command.commands.length === 0 ? command : (command.commands.find(isDefault) ?? command);
  const options = [...command.options, ...(own === command ? [] : own.options)].filter(
    ({ hidden }) => !hidden,
  );
  const help = { value: "--help", about: "print this help" };
  return {
    candidates: [
      ...options.map(({ long, description }) => ({ value: long ?? "", about: description })),
      help,
    ],
    others: "none",
  };
}

function isDefault(command: Command): boolean {
  return command.name() === "ls" && command.parent?.parent === null;
}

function valuesOf(option: Option | null, typed: string): Completion {
  if (option === null) return NOTHING;
  if (option.argChoices !== undefined) return plain(option.argChoices);
  const known = VALUES[option.long ?? ""];
  if (known !== undefined) return known(typed);
  return { candidates: [], others: othersIn(option.flags) };
}

const NOTHING: Completion = { candidates: [], others: "none" };

/** Values of options that have no closed list, by the option's name. */
const VALUES: Readonly<Record<string, (typed: string) => Completion>> = {
  "--netns": () => plain(["self", "all", ...namedNamespaces()]),
  "--fail-on": () => plain(SEVERITIES),
  "--era": () => plain([...ERA_NAMES, "this"]),
  "--kernel": eraList,
};

/** After a comma the next one begins. */
function eraList(typed: string): Completion {
  const before = typed.slice(0, typed.lastIndexOf(",") + 1);
  return plain([...ERA_NAMES, "this"].map((era) => before + era));
}

function namedNamespaces(): string[] {
  try {
    return readdirSync("/run/netns");
  } catch {
    return [];
  }
}

function operandCount(command: Command, words: readonly string[]): number {
  return words.filter((word, place) => {
    const follows = optionBefore(command, words.slice(0, place)) !== null;
    return word !== "=" && !follows && !word.startsWith("-");
  }).length;
}

function operandsOf(command: Command, place: number): Completion {
  if (command.commands.length > 0) return { candidates: commandsOf(command), others: "none" };
  const argument = command.registeredArguments[place] ?? variadicOf(command.registeredArguments);
  if (argument === undefined) return NOTHING;
  if (argument.argChoices !== undefined) return plain(argument.argChoices);
  const name = argument.name();
  const experiments = EXPERIMENTS.map((one) => ({ value: one.name, about: one.question }));
  return { candidates: name.includes("experiment") ? experiments : [], others: othersIn(name) };
}

function variadicOf(registered: readonly Argument[]): Argument | undefined {
  const last = registered.at(-1);
  return last?.variadic === true ? last : undefined;
}

function commandsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((one) => ({ value: one.name(), about: one.description() }));
}

/** A metavariable says what is meant. */
function othersIn(words: string): Others {
  if (/\b(folder|dir)\b/.test(words)) return "folders";
  return /\bfile\b/.test(words) ? "files" : "none";
}

function plain(values: readonly string[]): Completion {
  return { candidates: values.map((value) => ({ value, about: "" })), others: "none" };
}
