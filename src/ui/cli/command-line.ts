/**
 * The words of a command line before commander reads them: the default command, `help`, and names that do not exist.
 *
 * @module
 */

import type { Command } from "commander";
import { UsageError } from "../../core/errors.ts";
import { shownWord } from "../../core/report/layout/printable.ts";

/** What `listenq` alone does. */
export const DEFAULT_COMMAND = "ls";
const PROGRAM_OPTIONS = ["-h", "--help", "-V", "--version"];
/** A name with more wrong letters than this is another word. */
const MOST_WRONG_LETTERS = 2;

/**
 * The same command line in full: without a command it is that of `ls`, and `help NAME` is `NAME --help`.
 *
 * @throws {UsageError} for a command that does not exist, with the name that is nearest to it
 */
export function wholeCommandLine(program: Command, args: readonly string[]): string[] {
  const [first] = args;
  if (first === "help") return [...knownCommand(program, args.slice(1)), "--help"];
  if (first === undefined || (first.startsWith("-") && !PROGRAM_OPTIONS.includes(first)))
    return [DEFAULT_COMMAND, ...args];
  return knownCommand(program, args);
}

/** Follows the words for as long as a command has commands of its own. */
function knownCommand(program: Command, args: readonly string[]): string[] {
  let command = program;
  for (const word of args) {
    if (word.startsWith("-") || command.commands.length === 0) break;
    const next = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
    if (next === undefined) throw unknownCommand(command, word);
    command = next;
  }
  return [...args];
}

function unknownCommand(parent: Command, word: string): UsageError {
  const path = parent.parent === null ? "listenq" : `listenq ${parent.name()}`;
  const names = parent.commands.filter((one) => !isHidden(one)).map((one) => one.name());
  const near = nearestName(word, names);
  const hint = near === null ? `${path} --help lists them` : `did you mean ${near}?`;
  return new UsageError(`there is no command ${shownWord(word)}; ${hint}`);
}

/** Commander does not say so itself, but leaves it out of the help. */
function isHidden(command: Command): boolean {
  return command.parent?.createHelp().visibleCommands(command.parent).includes(command) === false;
}

/** The one of the names that a typing mistake is nearest to, or that goes on like the word; null if none is near. */
export function nearestName(word: string, names: readonly string[]): string | null {
  const ranked = names
    .map((name) => ({ name, distance: distance(word, name) }))
    .filter(({ name, distance: wrong }) => wrong <= MOST_WRONG_LETTERS && wrong * 2 <= name.length)
    .sort((one, other) => one.distance - other.distance);
  return ranked[0]?.name ?? names.find((name) => word.length > 1 && name.startsWith(word)) ?? null;
}

/** Letters to insert, leave out or change (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, place) => place);
  for (const [line, letter] of [...one].entries()) {
    const next = [line + 1];
    for (const [place, wanted] of [...other].entries()) {
      const changed = (row[place] ?? 0) + (letter === wanted ? 0 : 1);
      next.push(Math.min(changed, (row[place + 1] ?? 0) + 1, (next[place] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
