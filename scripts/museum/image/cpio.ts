/**
 * The archive that a kernel unpacks as its first file system: cpio in its "newc" form, which several can be joined of.
 *
 * @module
 */

/** What an archive holds, by absolute path. */
export type CpioEntry =
  | { readonly path: string; readonly kind: "file"; readonly data: Uint8Array; readonly mode?: number }
  | { readonly path: string; readonly kind: "folder" }
  | { readonly path: string; readonly kind: "link"; readonly target: string }
  | { readonly path: string; readonly kind: "device"; readonly major: number; readonly minor: number };

const KIND_BITS = { file: 0o100000, folder: 0o040000, link: 0o120000, device: 0o020000 };
const TRAILER = "TRAILER!!!";
const ALIGNMENT = 4;

/** Writes an archive. Folders that entries lie in are made without being asked for. */
export function writeCpio(entries: readonly CpioEntry[]): Buffer {
  const made = new Set<string>();
  const whole = entries.flatMap((entry) => [...foldersAbove(entry.path, made), entry]);
  const members = whole.map((entry, place) => member(entry, place + 1));
  return Buffer.concat([...members, header(TRAILER, { inode: 0, mode: 0, size: 0, device: [0, 0] })]);
}

function foldersAbove(path: string, made: Set<string>): CpioEntry[] {
  const parts = path.split("/").slice(1, -1);
  const folders = parts.map((_, depth) => `/${parts.slice(0, depth + 1).join("/")}`);
  const missing = folders.filter((folder) => !made.has(folder));
  for (const folder of missing) made.add(folder);
  return missing.map((folder) => ({ path: folder, kind: "folder" }));
}

function member(entry: CpioEntry, inode: number): Buffer {
  const data = dataOf(entry);
  const bits = entry.kind === "file" ? (entry.mode ?? 0o644) : entry.kind === "device" ? 0o600 : 0o755;
  const device: [number, number] = entry.kind === "device" ? [entry.major, entry.minor] : [0, 0];
  const mode = KIND_BITS[entry.kind] | bits;
  const head = header(entry.path.slice(1), { inode, mode, size: data.length, device });
  return Buffer.concat([head, data, padding(data.length)]);
}

function dataOf(entry: CpioEntry): Uint8Array {
  if (entry.kind === "file") return entry.data;
  return Buffer.from(entry.kind === "link" ? entry.target : "");
}

interface Numbers {
  readonly inode: number;
  readonly mode: number;
  readonly size: number;
  readonly device: readonly [number, number];
}

/** The thirteen numbers in eight hexadecimal digits each, and the name with the zero that ends it. */
function header(name: string, { inode, mode, size, device }: Numbers): Buffer {
  const nameSize = Buffer.byteLength(name) + 1;
  const fields = [inode, mode, 0, 0, 1, 0, size, 0, 0, ...device, nameSize, 0];
  const digits = fields.map((field) => field.toString(16).padStart(8, "0")).join("");
  const bytes = Buffer.from(`070701${digits}${name}\0`);
  return Buffer.concat([bytes, padding(bytes.length)]);
}

function padding(length: number): Buffer {
  return Buffer.alloc((ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT);
}
