/**
 * The packages whose code is in a bundle, and their licences, which ask to be passed on with it.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";

/**
 * Each package once, by name: `{name, version, license, repository, text}`.
 *
 * @param files what rolldown wrote
 * @throws {Error} for a package that tells no licence
 */
export function bundledPackages(files) {
  const folders = new Set(files.flatMap(({ modules = {} }) => Object.keys(modules)).flatMap(packageFolder));
  return [...folders].map(describePackage).sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** One page of all of them. */
export function licensePage(packages) {
  const entry = ({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text.trim()}\n`;
  return `listenq contains the following packages.\n\n${packages.map(entry).join(`\n${"-".repeat(80)}\n\n`)}`;
}

/** The last node_modules/ of a path decides; a module of our own has none. */
function packageFolder(id) {
  const at = id.lastIndexOf(`node_modules${sep}`);
  if (at < 0) return [];
  const [scope, name] = id.slice(at + 13).split(sep);
  return [id.slice(0, at + 13) + (scope.startsWith("@") ? join(scope, name) : scope)];
}

/** What a package's folder says of it. */
export function describePackage(folder) {
  const { name, version, license, repository } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  );
  if (typeof license !== "string") throw new Error(`${name} tells no licence`);
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  const text =
    file !== undefined && existsSync(join(folder, file)) ? readFileSync(join(folder, file), "utf8") : "";
  return { name, version, license, repository: repository?.url ?? repository ?? null, text };
}
