/**
 * Debian's archive, read by apt with a configuration, lists and a cache of its own: the machine's apt is not touched. apt checks
 * the archive's signatures and says where a package is.
 *
 * @module
 */
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "../machine/run-program.ts";
import { download } from "./download.ts";
import { type PackageRecord, parsePackageRecords } from "./package-records.ts";

const SUITES = {
  "http://deb.debian.org/debian": [
    "bullseye",
    "bookworm",
    "bookworm-backports",
    "trixie",
    "trixie-backports",
  ],
  "http://deb.debian.org/debian-security": ["bullseye-security", "bookworm-security", "trixie-security"],
};
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";
/** Lists older than this are fetched again. */
const STALE_MS = 86_400_000;

/** An archive by its folder. */
export class AptArchive {
  readonly #folder: string;
  readonly #signal: AbortSignal;

  constructor(folder: string, signal: AbortSignal) {
    this.#folder = folder;
    this.#signal = signal;
    for (const part of ["sources", "lists/partial", "downloads", "none"])
      mkdirSync(join(folder, part), { recursive: true });
    writeFileSync(join(folder, "sources/museum.sources"), sources());
    writeFileSync(this.#configuration, configuration(folder));
  }

  get #configuration(): string {
    return join(this.#folder, "apt.conf");
  }

  /** Fetches the lists, unless they are of today. @throws {Error} when the archive cannot be reached */
  async refresh(): Promise<void> {
    const stamp = join(this.#folder, "refreshed");
    const age = Date.now() - (statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (age < STALE_MS) return;
    await this.#apt("apt-get", ["-qq", "-o", "APT::Update::Error-Mode=any", "update"]);
    writeFileSync(stamp, "");
  }

  /** What the lists say about packages whose names begin so. */
  async packagesLike(prefix: string): Promise<PackageRecord[]> {
    const names = (await this.#apt("apt-cache", ["pkgnames", prefix])).split("\n").filter(Boolean);
    return names.length === 0 ? [] : parsePackageRecords(await this.#apt("apt-cache", ["show", ...names]));
  }

  /** Downloads a package, or what is left of it, and returns its file. Its hash is for the caller to compare. */
  async fetch(name: string, version: string): Promise<string> {
    const told = await this.#apt("apt-get", ["-qq", "download", "--print-uris", `${name}=${version}`]);
    const [, url, fileName] = /^'([^']+)' (\S+) /.exec(told) ?? [];
    if (url === undefined || fileName === undefined) throw new Error(`no address for ${name} ${version}`);
    const file = join(this.#folder, "downloads", fileName);
    if (!existsSync(file)) await download(url, file, this.#signal);
    return file;
  }

  #apt(program: string, args: readonly string[], cwd: string = this.#folder): Promise<string> {
    const env = { ...process.env, APT_CONFIG: this.#configuration, LC_ALL: "C" };
    return runProgram(program, args, { cwd, env, signal: this.#signal });
  }
}

function sources(): string {
  const stanzas = Object.entries(SUITES).map(([uri, suites]) =>
    [
      "Types: deb",
      `URIs: ${uri}`,
      `Suites: ${suites.join(" ")}`,
      "Components: main",
      "Architectures: amd64",
      `Signed-By: ${KEYRING}`,
    ].join("\n"),
  );
  return `${stanzas.join("\n\n")}\n`;
}

/** No status file: what is installed here has nothing to do with what is downloaded. */
function configuration(folder: string): string {
  const settings = {
    "Dir::Etc::sourcelist": "/dev/null",
    "Dir::Etc::sourceparts": join(folder, "sources"),
    "Dir::Etc::preferences": "/dev/null",
    "Dir::Etc::preferencesparts": join(folder, "none"),
    "Dir::State::lists": join(folder, "lists"),
    "Dir::State::status": "/dev/null",
    "Dir::Cache": folder,
    "Acquire::Languages": "none",
    "Acquire::Retries": "3",
    // The cache may lie where apt's own user cannot write.
    "APT::Sandbox::User": "root",
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} "${value}";\n`)
    .join("");
}
