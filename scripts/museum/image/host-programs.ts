/**
 * Programs of this machine, with the libraries that they need, as entries of the guest's file system.
 *
 * @module
 */
import { readFileSync, realpathSync } from "node:fs";
import { runProgram } from "../machine/run-program.ts";
import type { CpioEntry } from "./cpio.ts";

/** Programs by the path that the guest has them at, with every library at its own path. */
export async function hostPrograms(programs: Readonly<Record<string, string>>): Promise<CpioEntry[]> {
  const libraries = new Set<string>();
  for (const program of Object.values(programs))
    for (const library of await librariesOf(program)) libraries.add(library);
  const copies = Object.entries(programs).map(([path, program]) => executable(path, program));
  return [...copies, ...[...libraries].map((path) => executable(path, path))];
}

/** The absolute paths that ldd names. */
export async function librariesOf(program: string): Promise<string[]> {
  const listed = await runProgram("ldd", [program], { env: { ...process.env, LC_ALL: "C" } });
  return [...listed.matchAll(/(\/\S+) \(0x/g)].flatMap(([, path]) => path ?? []);
}

function executable(path: string, source: string): CpioEntry {
  return { path, kind: "file", data: readFileSync(realpathSync(source)), mode: 0o755 };
}
