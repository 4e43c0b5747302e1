/**
 * The date of the sources, so that what is built from the same ones is the same: SOURCE_DATE_EPOCH, or that of the last commit, or
 * the first second of 1970 where there is neither.
 *
 * @module
 */
import { spawnSync } from "node:child_process";

export function sourceDate() {
  const given =
    process.env["SOURCE_DATE_EPOCH"] ??
    spawnSync("git", ["log", "-1", "--format=%ct"], { encoding: "utf8" }).stdout;
  return new Date(Number(given || 0) * 1000);
}
