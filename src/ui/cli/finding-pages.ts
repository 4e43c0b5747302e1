/**
 * The page of each finding, as it lies in docs/findings. The build writes the pages into the command, so that they are there
 * also in the one-file executable.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";

/** Written by the build: pages by code. */
declare const LISTENQ_PAGES: Readonly<Record<string, string>> | undefined;

/** Every page by its finding's code. */
export function findingPages(): ReadonlyMap<string, string> {
  return new Map(typeof LISTENQ_PAGES === "undefined" ? pagesOfPackage() : Object.entries(LISTENQ_PAGES));
}

function pagesOfPackage(): [string, string][] {
  const folder = new URL("../../../docs/findings/", import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith(".md"));
  return names.map((name) => [name.replace(/\.md$/, ""), readFileSync(new URL(name, folder), "utf8")]);
}
