/**
 * An option or a command in the help: what it does stands beside it, or below it where the terminal is narrow.
 *
 * @module
 */
import { Help } from "commander";
import { wrap } from "../../core/report/layout/text-layout.ts";

/** Less room beside the names would break what they do into scraps. */
const LEAST_BESIDE = 16;
/** What commander puts before the names, and behind them. */
const MARGINS = 4;
const BELOW = " ".repeat(6);

/** Commander's own form, where there is room for it. */
export function formatHelpItem(name: string, nameWidth: number, does: string, help: Help): string {
  const width = help.helpWidth ?? Number.POSITIVE_INFINITY;
  if (does === "" || width - nameWidth - MARGINS >= LEAST_BESIDE)
    return Help.prototype.formatItem.call(help, name, nameWidth, does, help);
  return [`  ${name}`, ...wrap(does, width, BELOW)].join("\n");
}
