/**
 * Packages of npm that are parts of the executable and not installed here, kept below node_modules/.cache.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * The package's folder; fetched first if it is not there.
 *
 * @param name of the package
 * @param version of it, and no other
 * @param integrity its hash, as a lock file writes it: `sha512-` and base64
 * @throws {Error} when what npm sends is something else
 */
export function fetchPackage(name, version, integrity) {
  const spec = `${name}@${version}`;
  const folder = `node_modules/.cache/${name.replace(/^@.*\//, "")}-${version}`;
  const unpacked = resolve(folder, "package");
  if (existsSync(unpacked)) return unpacked;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const packed = execFileSync("npm", ["pack", spec, "--silent", "--pack-destination", folder], {
    encoding: "utf8",
  });
  const archive = join(folder, packed.trim());
  const found = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
  if (found !== integrity) throw new Error(`${spec} has the hash ${found}, expected ${integrity}`);
  // Under its own name when it is whole.
  const partial = join(folder, "partial");
  mkdirSync(partial);
  execFileSync("tar", ["-xzf", archive, "-C", partial, "--strip-components=1"]);
  renameSync(partial, unpacked);
  rmSync(archive);
  return unpacked;
}
