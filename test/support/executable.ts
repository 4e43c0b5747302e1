/**
 * The one-file executable in surroundings that a failing server may have, and the npm form to compare it with. Both look at a network
 * namespace of their own, in which one listener's accept queue is full and nothing changes.
 *
 * @module
 */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, vi } from "vitest";
import { Namespace } from "../../src/system/linux/namespace/namespace.ts";
import { PATIENCE } from "./patience.ts";
import { listenCode, type ServerProcess, startServer } from "./servers.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Where `npm run build:executable` puts it. */
export const EXECUTABLE: string = `${root}build/listenq-linux-x64`;
const ADDON = "node_modules/@koromix/koffi-linux-x64";
const CAPTURE = "test/fixtures/captures/defer-accept-nginx.pcap";
/** What every listing of this namespace has. */
export const PORT = 8088;
const BACKLOG = 2;
const CLIENTS = `
const net = require("node:net"); let open = 0;
for (let one = 0; one <= ${BACKLOG}; one += 1)
  net.connect(${PORT}, "127.0.0.1", () => { open += 1; if (open > ${BACKLOG}) console.log("connected"); });`;

/** A folder that is a root with nothing but the executable and the libraries it names, and a namespace to look at. */
export class ExecutableStage {
  readonly folder: string = mkdtempSync(join(tmpdir(), "listenq-executable-"));
  readonly #namespace: Namespace = Namespace.create();
  readonly #processes: ServerProcess[] = [];

  /** Fills the folder, and the accept queue of one listener. */
  async prepare(): Promise<void> {
    chmodSync(this.folder, 0o755);
    copyFileSync(EXECUTABLE, join(this.folder, "listenq"));
    copyFileSync(join(root, CAPTURE), join(this.folder, "capture.pcap"));
    for (const library of librariesOf(EXECUTABLE)) {
      mkdirSync(join(this.folder, dirname(library)), { recursive: true });
      copyFileSync(library, join(this.folder, library));
    }
    mkdirSync(join(this.folder, "proc"));
    cpSync(join(root, "dist/cli"), join(this.folder, "npm/dist/cli"), { recursive: true });
    cpSync(join(root, ADDON), join(this.folder, "npm", ADDON), { recursive: true });
    this.run(["ip", "link", "set", "lo", "up"]);
    const server = await this.#start(listenCode(PORT, BACKLOG));
    // It accepts no more: what connects from here on stays in the queue.
    process.kill(server.pid, "SIGSTOP");
    await this.#start(CLIENTS);
    await this.#waitForLateClients();
  }

  /** Until the clients have waited for so long that two commands, one after the other, judge it the same. */
  async #waitForLateClients(): Promise<void> {
    const why = [...this.npmForm, "why", String(PORT), "--for", "300ms", "--json"];
    await vi.waitFor(() => expect(this.run(why).stdout).toContain('"warning"'), PATIENCE);
  }

  /** Runs a command in the namespace, with the folder as its working folder. */
  run(command: readonly string[], env: NodeJS.ProcessEnv = {}): SpawnSyncReturns<string> {
    const [program = "", ...args] = command;
    const options = {
      encoding: "utf8",
      cwd: this.folder,
      env: { PATH: process.env["PATH"], ...env },
    } as const;
    return this.#namespace.inside(() => spawnSync(program, args, options));
  }

  /** How the npm form is started. */
  get npmForm(): string[] {
    return [process.execPath, join(this.folder, "npm/dist/cli/main.js")];
  }

  async close(): Promise<void> {
    for (const one of this.#processes) await one.close();
    this.#namespace.close();
    rmSync(this.folder, { recursive: true });
  }

  async #start(code: string): Promise<ServerProcess> {
    const started = await this.#namespace.inside(() => startServer(code));
    this.#processes.push(started);
    return started;
  }
}

/** The paths that the dynamic loader would take. */
function librariesOf(program: string): string[] {
  const { stdout } = spawnSync("ldd", [program], { encoding: "utf8" });
  return [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, path = ""]) => path);
}

/** A command inside mounts of its own: the preparation is shell code, and leaves nothing behind. */
export function mounted(preparation: string, command: readonly string[]): string[] {
  const script = `set -e; mount --make-rprivate /; ${preparation}; exec "$@"`;
  return ["unshare", "-m", "sh", "-c", script, "sh", ...command];
}

/** Null where everything is there. */
export function whyNotTried(): string | null {
  if (!existsSync(EXECUTABLE)) return "build/listenq-linux-x64 is not built (npm run build:executable)";
  if (process.getuid?.() !== 0) return "the surroundings are made by root";
  return null;
}

/**
 * A document without what differs from one moment to the next: times, looks, the kernel's events of the whole machine and the keys that
 * are named; and sentences without their numbers.
 */
export function timeless(text: string, unknown: readonly string[] = []): unknown {
  return JSON.parse(text, (key, value: unknown) => {
    if (["takenAt", "kernelWord", ...unknown].includes(key) || /(Ms|looks\w*|Looks)$/.test(key)) return null;
    return typeof value === "string"
      ? value.replace(/\d+(\.\d+)?/g, "#").replace(/# looks?\b/g, "# looks")
      : value;
  });
}
