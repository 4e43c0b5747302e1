/**
 * qemu and a static busybox: those of the machine, or, where they are not installed, Debian's packages unpacked into the cache.
 * Nothing is installed.
 *
 * @module
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { runProgram } from "../machine/run-program.ts";

/** How the tools are called. */
export interface Tools {
  readonly qemu: string;
  /** Arguments that name the firmware's folders. */
  readonly firmware: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly busybox: string;
}

const PACKAGES = ["qemu-system-x86", "busybox-static"];

/** Finds or fetches the tools. @throws {Error} where there is no apt-get, or it has no such packages */
export async function fetchTools(cache: string, signal: AbortSignal): Promise<Tools> {
  const [qemu, busybox] = [onPath("qemu-system-x86_64"), staticBusybox()];
  if (qemu !== null && busybox !== null) return { qemu, firmware: [], env: {}, busybox };
  const root = join(cache, "tools");
  if (!existsSync(root)) await unpackTools(root, signal);
  const libraries = ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"].map((path) => join(root, path));
  return {
    qemu: join(root, "usr/bin/qemu-system-x86_64"),
    firmware: ["qemu", "seabios"].flatMap((name) => ["-L", join(root, "usr/share", name)]),
    env: {
      LD_LIBRARY_PATH: libraries.join(delimiter),
      QEMU_MODULE_DIR: join(root, "usr/lib/x86_64-linux-gnu/qemu"),
    },
    busybox: join(root, "bin/busybox"),
  };
}

async function unpackTools(root: string, signal: AbortSignal): Promise<void> {
  const partial = `${root}.partial`;
  rmSync(partial, { recursive: true, force: true });
  const archives = join(partial, "archives");
  mkdirSync(join(archives, "partial"), { recursive: true });
  const options = [`Dir::Cache::archives=${archives}`, "Debug::NoLocking=1", "APT::Sandbox::User=root"];
  const wanted = [
    "install",
    "--download-only",
    "--reinstall",
    "--yes",
    "--no-install-recommends",
    ...PACKAGES,
  ];
  await runProgram("apt-get", ["-qq", ...options.flatMap((one) => ["-o", one]), ...wanted], { signal });
  for (const file of readdirSync(archives).filter((name) => name.endsWith(".deb")))
    await runProgram("dpkg-deb", ["-x", join(archives, file), partial], { signal });
  rmSync(archives, { recursive: true });
  renameSync(partial, root);
}

function onPath(program: string): string | null {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? null;
}

/** The package's name is what tells a static one: any other needs libraries that the guest may lack. */
function staticBusybox(): string | null {
  return existsSync("/usr/share/doc/busybox-static") ? onPath("busybox") : null;
}
