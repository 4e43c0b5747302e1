/**
 * How large the files of a built page are when a web server sends them compressed.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** What no browser asks for. */
const NOT_SENT = ["LICENSES.txt"];

/** Bytes of each file of a folder, by name. */
export function gzippedSizes(folder) {
  const names = readdirSync(folder).filter((name) => !NOT_SENT.includes(name));
  return new Map(
    names.map((name) => [name, gzipSync(readFileSync(join(folder, name)), { level: 9 }).length]),
  );
}

/** Bytes of all of them. */
export function gzippedSize(folder) {
  return [...gzippedSizes(folder).values()].reduce((sum, size) => sum + size, 0);
}
