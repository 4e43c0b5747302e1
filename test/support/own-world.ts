/**
 * A world of its own for a shell script: network, mount and PID namespaces that vanish with it, whatever it has started. The
 * script finds `$LISTENQ`, the built program, and a folder of its own as the current one. Needs root.
 *
 * @module
 */
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** Whether this user may make such a world. */
export const canMakeWorlds = process.getuid?.() === 0;
const CLI = join(import.meta.dirname, "../../dist/cli/main.js");
/** Ends a script that waits for what does not come. */
const HANGS_MS = 500_000;
/** Every folder of sysctl.d(5) is masked, so that a pasted remedy and `sysctl --system` reach nothing of this machine. */
const PRELUDE = `
set -u
ip link set lo up
mount -t tmpfs none /run
for d in /etc/sysctl.d /usr/lib/sysctl.d /lib/sysctl.d /usr/local/lib/sysctl.d; do
  [ ! -d $d ] || [ -L $d ] || mount -t tmpfs none $d || exit 90
done
: > empty.conf
[ ! -e /etc/sysctl.conf ] || mount --bind empty.conf /etc/sysctl.conf || exit 90
until_listens() { until ss -Hltn "sport = :$1" | grep -q .; do sleep .05; done; }
limit_of() { ss -Hltn "sport = :$1" | awk '{print $3; exit}'; }
# The command of the first remedy of a finding of code $1 in the document $3 that matches $2.
remedy() { node -e '
  const [code, pattern, file] = process.argv.slice(1);
  const { verdict, findings = [], listeners = [] } = JSON.parse(require("fs").readFileSync(file, "utf8"));
  const all = [verdict, ...findings, ...listeners.flatMap((one) => one.findings)].filter((one) => one?.code === code);
  const lines = all.flatMap(({ remedy }) => remedy).filter((line) => line.includes("  # ") && new RegExp(pattern).test(line));
  if (lines.length === 0) { console.error("no such remedy:", code, pattern, JSON.stringify(all)); process.exit(1); }
  console.log(lines[0]);' "$1" "$2" "$3"; }
`;

/** What a script left. */
export interface WorldResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a bash script in a world of its own. Nothing of it is left afterwards. */
export async function runInOwnWorld(script: string, timeoutMs = HANGS_MS): Promise<WorldResult> {
  const folder = mkdtempSync(join(tmpdir(), "listenq-world-"));
  const args = ["-n", "-m", "-p", "-f", "--kill-child", "--mount-proc", "bash", "-c", PRELUDE + script];
  const env = { ...process.env, LISTENQ: `${process.execPath} ${CLI}`, NO_COLOR: "1" };
  const options = {
    cwd: folder,
    env,
    timeout: timeoutMs,
    killSignal: "SIGKILL",
    maxBuffer: 16 << 20,
  } as const;
  try {
    const { stdout, stderr } = await promisify(execFile)("unshare", args, options);
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout = "", stderr = "" } = error as Partial<WorldResult>;
    if (typeof code !== "number") throw error;
    return { code, stdout, stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether a program can be had, or a file by its whole path. */
export function hasProgram(name: string): boolean {
  if (name.startsWith("/")) return existsSync(name);
  const folders = `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin:/usr/local/sbin`;
  return spawnSync("sh", ["-c", `command -v ${name}`], { env: { PATH: folders } }).status === 0;
}
