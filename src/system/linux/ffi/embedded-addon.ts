/**
 * A native addon that the one-file executable carries. The kernel only loads files, so it becomes one in memory (a memfd, which no
 * `noexec` mount and no read-only disk forbids); nothing is written. Where that fails, it lies for the moment of loading in a
 * private folder that is removed again.
 *
 * @module
 */
import { closeSync, mkdtempSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";

/** What is used of `node:ffi` (Node 26). */
interface ForeignFunctions {
  dlopen(path: null, symbols: object): { functions: { memfd_create(name: bigint, flags: number): number } };
  getRawPointer(bytes: Buffer): bigint;
}

const CLOSE_ON_EXEC = 1;

/** What the addon exports. @throws {Error} with the reason of every way that failed */
export function loadEmbeddedAddon(asset: string): unknown {
  const bytes = new Uint8Array(embedded(asset));
  const reasons: string[] = [];
  for (const load of [loadFromMemory, ...folders().map((folder) => loadFromFolder.bind(null, folder))]) {
    try {
      return load(asset, bytes);
    } catch (error) {
      reasons.push(error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
    }
  }
  throw new Error([...new Set(reasons)].join("; "));
}

function embedded(asset: string): ArrayBuffer {
  const { getRawAsset } = process.getBuiltinModule("node:sea");
  return getRawAsset(asset) as ArrayBuffer;
}

function loadFromMemory(asset: string, bytes: Uint8Array): unknown {
  const ffi = (process.getBuiltinModule as (name: string) => unknown)("node:ffi") as ForeignFunctions;
  const symbols = { memfd_create: { arguments: ["pointer", "uint32"], return: "int32" } };
  const name = Buffer.from(`${asset}\0`);
  const fd = ffi.dlopen(null, symbols).functions.memfd_create(ffi.getRawPointer(name), CLOSE_ON_EXEC);
  if (fd < 0) throw new Error("memfd_create failed");
  try {
    writeWhole(fd, bytes);
    return loadAddon(`/proc/self/fd/${fd}`);
  } finally {
    closeSync(fd);
  }
}

function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}

/** Memory first, then what is usually writable, then beside the executable. */
function folders(): string[] {
  const all = [process.env["XDG_RUNTIME_DIR"], "/dev/shm", tmpdir(), "/var/tmp", dirname(process.execPath)];
  return [...new Set(all)].filter((folder) => folder !== undefined && folder !== "") as string[];
}

function loadFromFolder(folder: string, asset: string, bytes: Uint8Array): unknown {
  const own = mkdtempSync(join(folder, "listenq-"));
  try {
    const file = join(own, asset);
    writeFileSync(file, bytes, { mode: 0o500, flag: "wx" });
    return loadAddon(file);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

function loadAddon(path: string): unknown {
  const addon: { exports: Record<string, unknown> } = { exports: {} };
  process.dlopen(addon, path);
  return addon.exports["default"] ?? addon.exports;
}
