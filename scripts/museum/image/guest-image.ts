/**
 * The guest's first file system, in three archives that the kernel unpacks one after the other: what all guests have, a kernel's
 * modules, and the jobs of one boot.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type CpioEntry, writeCpio } from "./cpio.ts";
import { hostPrograms } from "./host-programs.ts";
import type { ModuleSet } from "./kernel-modules.ts";

/** A command that runs in the guest. */
export interface GuestJob {
  readonly name: string;
  readonly command: readonly string[];
  /** By the guest's clock. */
  readonly limitMs: number;
}

/** Where the package lies in the guest. */
export const GUEST_PACKAGE = "/listenq";
/** Where the museum's own programs lie in the guest. */
export const GUEST_PROGRAMS = "/museum";

const ACCOUNTS = "root:x:0:0:root:/root:/bin/sh\nvisitor:x:1000:1000:visitor:/tmp:/bin/sh\n";

/** What all guests have: busybox, Node, iproute2, the built package with its production dependencies. */
export async function commonImage(busybox: string, programs: string): Promise<Buffer> {
  const fromHost = await hostPrograms({
    "/bin/node": process.execPath,
    "/bin/ip": "/sbin/ip",
    "/bin/ss": "/bin/ss",
    "/bin/unshare": "/usr/bin/unshare",
    "/bin/setpriv": "/usr/bin/setpriv",
  });
  return writeCpio([
    { path: "/dev/console", kind: "device", major: 5, minor: 1 },
    { path: "/dev/null", kind: "device", major: 1, minor: 3 },
    ...["/proc", "/sys", "/tmp", "/run", "/root", "/bin.busybox"].map(folder),
    file("/init", new URL("guest-init.sh", SOURCE).pathname, 0o755),
    file("/bin/busybox", busybox, 0o755),
    { path: "/bin/sh", kind: "link", target: "/bin/busybox" },
    { path: "/etc/passwd", kind: "file", data: Buffer.from(ACCOUNTS) },
    ...fromHost,
    ...tree("dist", `${GUEST_PACKAGE}/dist`, (path) => path.endsWith(".js") || path.endsWith(".json")),
    file(`${GUEST_PACKAGE}/package.json`, "package.json"),
    ...productionPackages().flatMap((name) =>
      tree(`node_modules/${name}`, `${GUEST_PACKAGE}/node_modules/${name}`),
    ),
    ...tree(programs, GUEST_PROGRAMS),
    { path: `${GUEST_PROGRAMS}/node_modules`, kind: "link", target: `${GUEST_PACKAGE}/node_modules` },
  ]);
}

/** A kernel's modules and their order. */
export function modulesImage({ modules }: ModuleSet): Buffer {
  const names = modules.map(({ name }) => name).join("\n");
  return writeCpio([
    { path: `${GUEST_PROGRAMS}/modules`, kind: "file", data: Buffer.from(`${names}\n`) },
    ...modules.map(
      ({ name, data }): CpioEntry => ({ path: `${GUEST_PROGRAMS}/modules.d/${name}.ko`, kind: "file", data }),
    ),
  ]);
}

/** The jobs of one boot. */
export function jobsImage(jobs: readonly GuestJob[]): Buffer {
  const data = Buffer.from(JSON.stringify(jobs));
  return writeCpio([{ path: `${GUEST_PROGRAMS}/jobs.json`, kind: "file", data }]);
}

/** The museum is bundled before it runs: its other files are found from the project's root. */
const SOURCE = new URL(`file://${process.cwd()}/scripts/museum/image/`);

function productionPackages(): string[] {
  const { dependencies } = JSON.parse(readFileSync("package.json", "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const native = "@koromix/koffi-linux-x64";
  return [...Object.keys(dependencies), native].filter((name) => existsSync(`node_modules/${name}`));
}

function tree(source: string, target: string, isWanted: (path: string) => boolean = () => true): CpioEntry[] {
  const all = readdirSync(source, { recursive: true, encoding: "utf8" }).sort();
  const files = all.filter((path) => isWanted(path) && statSync(join(source, path)).isFile());
  return files.map((path) => file(`${target}/${path}`, join(source, path)));
}

function file(path: string, source: string, mode = 0o644): CpioEntry {
  return { path, kind: "file", data: readFileSync(source), mode };
}

function folder(path: string): CpioEntry {
  return { path, kind: "folder" };
}
