/**
 * The modules that the lab and the live commands need, in an order in which each finds those that it depends on.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { runForBytes } from "../machine/run-program.ts";

/** What each is for is said where it is used: the lab's wire, sock_diag's tables, packet sockets of `ss`, a delayed link. */
const WANTED = ["veth", "af_packet_diag", "inet_diag", "tcp_diag", "unix_diag", "tun", "sch_netem"];

/** A module, ready to be loaded. */
export interface KernelModule {
  readonly name: string;
  readonly data: Buffer;
}

/** The modules of a kernel. */
export interface ModuleSet {
  /** In loading order. */
  readonly modules: readonly KernelModule[];
  /** Those that the package does not have, and that are not built in. */
  readonly lacking: readonly string[];
}

/**
 * Reads a kernel's modules.
 *
 * @param folder `lib/modules/RELEASE`
 */
export async function readModules(folder: string): Promise<ModuleSet> {
  const files = moduleFiles(folder);
  const builtIn = new Set(builtInNames(folder));
  const modules: KernelModule[] = [];
  const lacking: string[] = [];
  const known = new Set<string>();
  const visit = async (name: string): Promise<void> => {
    if (known.has(name)) return;
    known.add(name);
    const file = files.get(name);
    if (file === undefined) {
      if (!builtIn.has(name)) lacking.push(name);
      return;
    }
    const data = await readModule(file);
    for (const needed of moduleDependencies(data)) await visit(needed);
    modules.push({ name, data });
  };
  for (const name of WANTED) await visit(name);
  return { modules, lacking };
}

/** The names in the `depends=` of a module's `.modinfo`. */
export function moduleDependencies(data: Buffer): string[] {
  const key = "\0depends=";
  const at = data.indexOf(key, 0, "latin1");
  if (at < 0) return [];
  const end = data.indexOf(0, at + key.length);
  const names = data.toString("latin1", at + key.length, end).split(",");
  return names.filter(Boolean).map(moduleName);
}

function moduleFiles(folder: string): Map<string, string> {
  const all = readdirSync(join(folder, "kernel"), { recursive: true, encoding: "utf8" });
  const files = all.filter((file) => /\.ko(\.xz)?$/.test(file));
  return new Map(files.map((file) => [moduleName(file), join(folder, "kernel", file)]));
}

function builtInNames(folder: string): string[] {
  return readFileSync(join(folder, "modules.builtin"), "utf8").trim().split("\n").map(moduleName);
}

/** A file's name has dashes where the module's has underscores, or the other way round. */
function moduleName(file: string): string {
  return basename(file)
    .replace(/\.ko(\.xz)?$/, "")
    .replaceAll("-", "_");
}

async function readModule(file: string): Promise<Buffer> {
  if (!file.endsWith(".xz")) return readFileSync(file);
  return runForBytes("xz", ["-dc", file]);
}
