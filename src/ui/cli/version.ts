/**
 * The version, from the package itself so that it is written in one place only: the build writes it into the command.
 *
 * @module
 */
import { readFileSync } from "node:fs";

/** Written by the build. */
declare const LISTENQ_VERSION: string | undefined;

/** Such as `"0.1.0"`. */
export const VERSION: string = typeof LISTENQ_VERSION === "string" ? LISTENQ_VERSION : versionOfPackage();

function versionOfPackage(): string {
  const manifest = readFileSync(new URL("../../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
