/**
 * A kernel of the table as files: its packages downloaded, their hashes compared, and unpacked.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { KernelPackage, MuseumKernel } from "../kernels.ts";
import { runProgram } from "../machine/run-program.ts";
import type { AptArchive } from "./apt-archive.ts";
import { chooseBuild } from "./choose-build.ts";

/** A kernel that can be booted. */
export interface FetchedKernel {
  readonly kernel: MuseumKernel;
  /** What stands for it where its own version is gone; null otherwise. */
  readonly neighbour: string | null;
  /** The compressed image. */
  readonly image: string;
  /** The folder that holds `kernel/`, with the modules. */
  readonly modules: string;
}

/**
 * Fetches a kernel, or finds it in the cache.
 *
 * @throws {Error} when neither it nor a neighbour is in the archive, or a file does not hash to what the table says
 */
export async function fetchKernel(
  kernel: MuseumKernel,
  archive: AptArchive,
  cache: string,
): Promise<FetchedKernel> {
  const own = folderOf(kernel.id, kernel.packages, cache);
  if (existsSync(own)) return filesOf(kernel, null, own);
  await archive.refresh();
  const available = await archive.packagesLike("linux-");
  const { packages, neighbour } = chooseBuild(kernel, available);
  const folder = folderOf(neighbour ?? kernel.id, packages, cache);
  if (!existsSync(folder)) await unpack(packages, archive, folder);
  return filesOf(kernel, neighbour, folder);
}

/** What is unpacked of other packages is not taken for these. */
function folderOf(version: string, packages: readonly KernelPackage[], cache: string): string {
  const hash = createHash("sha256").update(packages.map(({ sha256 }) => sha256).join(" "));
  return join(cache, "kernels", `${version}-${hash.digest("hex").slice(0, 8)}`);
}

/** Unpacks beside its place and moves it there, so that what is there is whole. */
async function unpack(
  packages: readonly KernelPackage[],
  archive: AptArchive,
  folder: string,
): Promise<void> {
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  for (const { name, version, sha256 } of packages) {
    const file = await archive.fetch(name, version);
    const found = createHash("sha256").update(readFileSync(file)).digest("hex");
    if (found !== sha256) {
      rmSync(file);
      throw new Error(`${basename(file)} hashes to ${found}, not to ${sha256}`);
    }
    await runProgram("dpkg-deb", ["-x", file, partial]);
    rmSync(file);
  }
  renameSync(partial, folder);
}

function filesOf(kernel: MuseumKernel, neighbour: string | null, folder: string): FetchedKernel {
  const modules = ["lib/modules", "usr/lib/modules"]
    .map((path) => join(folder, path))
    .filter((path) => existsSync(path))
    .flatMap((path) => readdirSync(path).map((release) => join(path, release)))[0];
  if (modules === undefined) throw new Error(`no modules in ${folder}`);
  // From 6.19 on the image lies beside the modules.
  const places = [join(modules, "vmlinuz"), join(folder, "boot", `vmlinuz-${basename(modules)}`)];
  const image = places.find((path) => existsSync(path));
  if (image === undefined) throw new Error(`no image in ${folder}`);
  return { kernel, neighbour, image, modules };
}
