/**
 * Which packages stand for a kernel of the table: its own, or, when they have left the archive, those of the nearest version of
 * its series.
 *
 * @module
 */
import type { KernelPackage, MuseumKernel } from "../kernels.ts";
import type { PackageRecord } from "./package-records.ts";

/** What is fetched for a kernel. */
export interface ChosenBuild {
  readonly packages: readonly KernelPackage[];
  /** The version that stands for the kernel, where its own is gone; null otherwise. */
  readonly neighbour: string | null;
}

const PARTS = ["linux-image-", "linux-binary-", "linux-modules-", "linux-base-"] as const;

/**
 * Chooses from what the archive's lists have.
 *
 * @throws {Error} when nothing of the series is left
 */
export function chooseBuild(kernel: MuseumKernel, available: readonly PackageRecord[]): ChosenBuild {
  const has = ({ name, version }: KernelPackage) =>
    available.some((one) => one.name === name && one.version === version);
  if (kernel.packages.every(has)) return { packages: kernel.packages, neighbour: null };
  const builds = wholeBuilds(kernel, available);
  const nearest = builds.sort((one, other) => distance(kernel, one) - distance(kernel, other))[0];
  if (nearest === undefined)
    throw new Error(`${kernel.id} has left the archive, and so has all of ${kernel.series}`);
  return { packages: nearest, neighbour: pointRelease(nearest) };
}

/** The builds of a series that have all the parts that the kernel's own has. */
function wholeBuilds(kernel: MuseumKernel, available: readonly PackageRecord[]): KernelPackage[][] {
  const [first = "", ...others] = kernel.packages.map(({ name }) => partOf(name));
  const heads = available.filter(({ name }) => name.startsWith(`${first}${kernel.series}.`));
  return heads
    .filter(({ version }) => version.startsWith(`${kernel.series}.`))
    .map((head) => [head, ...others.flatMap((part) => sibling(head, part + head.name.slice(first.length)))])
    .filter((build) => build.length === kernel.packages.length);

  function sibling(head: PackageRecord, wanted: string): PackageRecord[] {
    const found = available.find(({ name, version }) => name === wanted && version === head.version);
    return found === undefined ? [] : [found];
  }
}

function partOf(name: string): string {
  return PARTS.find((part) => name.startsWith(part)) ?? name;
}

function distance(kernel: MuseumKernel, build: readonly KernelPackage[]): number {
  return Math.abs(pointOf(pointRelease(build)) - pointOf(kernel.id));
}

/** "6.12.118" of "6.12.118-1". */
function pointRelease(build: readonly KernelPackage[]): string {
  return /^[\d.]+/.exec(build[0]?.version ?? "")?.[0] ?? "";
}

function pointOf(version: string): number {
  return Number(version.split(".")[2]);
}
