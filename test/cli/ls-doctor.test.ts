import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { accessSync, closeSync, constants, existsSync, openSync, readlinkSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Io } from "../../src/ui/cli/io.ts";
import { run } from "../../src/ui/cli/run.ts";
import { nobodyCanRun } from "../support/cli.ts";

const BUILT = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const LS_KEYS = ["schema", "takenAt", "kernel", "namespaces", "listeners", "findings"];
const LISTENER_KEYS = [
  "namespace",
  "protocol",
  "family",
  "v6only",
  "address",
  "port",
  "path",
  "group",
  "acceptQueue",
  "synQueue",
  "drops",
  "refusals",
  "process",
  "container",
  "limitSetBy",
  "limitSetByEvidence",
  "findings",
];

async function runListenq(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: "", stderr: "" };
  const stream = (name: "stdout" | "stderr") =>
    new Writable({
      write(chunk, _encoding, done) {
        written[name] += String(chunk);
        done();
      },
    });
  const io: Io = {
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    stdin: {},
    env: {},
    interrupted: new AbortController().signal,
  };
  return { code: await run(args, io), ...written };
}

const server = createServer();
let port = 0;
beforeAll(async () => {
  server.listen({ port: 0, host: "127.0.0.1", backlog: 5 });
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
});

describe("listenq ls", () => {
  it("shows a listener of this process with its queue, limit and owner", async () => {
    const { code, stdout, stderr } = await runListenq("ls", "--port", String(port));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [heading, line] = stdout.split("\n");
    expect(heading).toMatch(/^LISTENER +ACCEPT QUEUE +LIMIT +SET BY +SYN QUEUE +DROPS +PROCESS$/);
    expect(line).toMatch(new RegExp(`^127\\.0\\.0\\.1:${port} +0 of 6 +5 +application .* ${process.pid}$`));
  });

  it.skipIf(!existsSync("/dev/full"))("says in one line that the output cannot be written", () => {
    const full = openSync("/dev/full", "w");
    const { status, stderr } = spawnSync(process.execPath, [BUILT, "ls"], {
      stdio: ["ignore", full, "pipe"],
      encoding: "utf8",
    });
    closeSync(full);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^listenq: cannot write the output: no space left on the device \(ENOSPC\)\n$/);
  });

  it("is what bare listenq does, options included", async () => {
    expect((await runListenq("--port", String(port))).stdout).toContain(`127.0.0.1:${port}`);
    expect((await runListenq()).stdout).toContain(`127.0.0.1:${port}`);
  });

  it("prints one JSON document with every key of the contract in it", async () => {
    const { code, stdout } = await runListenq("ls", "--json", "--port", String(port));
    const document = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(Object.keys(document)).toEqual(LS_KEYS);
    expect(document.schema).toBe("listenq.ls/1");
    expect(document.takenAt).toBe(new Date(document.takenAt).toISOString());
    expect(document.listeners).toHaveLength(1);
    expect(Object.keys(document.listeners[0])).toEqual(LISTENER_KEYS);
    expect(document.listeners[0].acceptQueue).toEqual({ length: 0, limit: 5, capacity: 6 });
    expect(document.listeners[0].process.pid).toBe(process.pid);
  });

  it("names this namespace by its inode, with its counters and sysctls", async () => {
    const document = JSON.parse((await runListenq("--json")).stdout);
    const inode = Number(/\d+/.exec(readlinkSync("/proc/self/ns/net"))?.[0]);
    expect(document.namespaces).toHaveLength(1);
    expect(document.namespaces[0]).toMatchObject({ inode, self: true });
    expect(document.namespaces[0].counters.ListenOverflows).toBeTypeOf("number");
    expect(Object.keys(document.namespaces[0].sysctls)).toEqual([
      "somaxconn",
      "tcp_max_syn_backlog",
      "tcp_syncookies",
      "tcp_abort_on_overflow",
      "tcp_synack_retries",
    ]);
    expect(document.listeners.every((listener: { namespace: number }) => listener.namespace === inode)).toBe(
      true,
    );
  });

  it("selects by process, by name and by pid, and says so if there is none", async () => {
    expect((await runListenq("ls", "--process", String(process.pid))).stdout).toContain(`:${port} `);
    const none = await runListenq("ls", "--process", "no-such-process");
    expect(none).toEqual({ code: 0, stdout: "no such listener here\n", stderr: "" });
  });

  it.each([
    [["ls", "--port", "0"], "--port must be a whole number from 1 to 65535, got 0"],
    [["ls", "--port", "http"], "--port must be a whole number from 1 to 65535, got http"],
    [["ls", "--netns", "both"], "--netns both: there is no namespace of that name; ip netns lists them"],
    [["ls", "--netns", "a/b"], "--netns must be self, all, a process id or a name of ip netns, got a/b"],
    [["ls", "--fail-on", "bad"], "--fail-on must be info, warning or critical, got bad"],
    [["why", "0"], "PORT must be a whole number from 1 to 65535, got 0"],
    [
      ["why", "80", "--for", "1"],
      "--for must be a duration such as 20ms or 10s (ns, us, ms, s, m or min, h, d), got 1",
    ],
    [["ls", "8080"], "ls takes options only, got 8080"],
    [["lss"], "there is no command lss"],
  ])("answers %j with one clear line and exit code 2", async (args, message) => {
    const { code, stdout, stderr } = await runListenq(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(`listenq: ${message}`);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  it("has help with examples", async () => {
    const { code, stdout } = await runListenq("ls", "--help");
    expect(code).toBe(0);
    expect(stdout).toMatch(/Examples:\n {2}listenq /);
  });
});

function whyNotAsNobody(): string | null {
  if (process.getuid?.() !== 0) return "not root";
  if (spawnSync("setpriv", ["--version"]).status !== 0) return "setpriv is not installed";
  if (!existsSync(BUILT)) return "dist/ is not built";
  return nobodyCanRun() ? null : "the checkout cannot be read by an ordinary user";
}

const NOBODY = ["--reuid=65534", "--regid=65534", "--clear-groups", process.execPath, BUILT];
const asNobody = (...args: string[]) =>
  spawnSync("setpriv", [...NOBODY, ...args], { encoding: "utf8", cwd: "/" });

describe.skipIf(whyNotAsNobody() !== null)(`as an ordinary user (skipped if: ${whyNotAsNobody()})`, () => {
  it("ls lists root's listeners all the same, and says that their processes are hidden", () => {
    const { status, stdout, stderr } = asNobody("ls", "--port", String(port));
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(new RegExp(`127\\.0\\.0\\.1:${port} +0 of 6 .* \\?\\n`));
    expect(stdout).toContain("hidden from this user; run it as root to see all");
  });

  it("ls --json keeps stdout one document, with null for the process and the hint on stderr", () => {
    const { status, stdout, stderr } = asNobody("--json", "--port", String(port));
    expect(status).toBe(0);
    expect(JSON.parse(stdout).listeners[0].process).toBeNull();
    expect(stderr).toContain("run it as root");
  });

  it("doctor says no to what needs root, and with what remedy", () => {
    const { status, stdout } = asNobody("doctor", "--json");
    expect(status).toBe(0);
    const byName = new Map<string, { answer: string; remedy: string }>(
      JSON.parse(stdout).features.map((feature: { name: string }) => [feature.name, feature]),
    );
    for (const name of ["processes of other users", "network namespaces"]) {
      expect(byName.get(name)?.answer).toBe("no");
      expect(byName.get(name)?.remedy).toContain("root");
    }
    expect(byName.get("listeners by sock_diag")?.answer).toBe("yes");
  });
});

describe("listenq doctor", () => {
  const isRunnable = existsSync(BUILT);

  it("prints one JSON document: the kernel, the probed rule and every feature with all its keys", async () => {
    const { code, stdout } = await runListenq("doctor", "--json");
    const document = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(Object.keys(document)[0]).toBe("schema");
    expect(document.schema).toBe("listenq.doctor/1");
    expect(document.kernel).toMatchObject({ release: expect.any(String), eraBy: "version" });
    expect(document.features.length).toBeGreaterThan(10);
    for (const feature of document.features) {
      expect(new Set(Object.keys(feature))).toEqual(
        new Set(["name", "answer", "reason", "remedy", "needsFor"]),
      );
      expect(["yes", "no", "could not tell"]).toContain(feature.answer);
      expect(feature.remedy === null).toBe(feature.answer === "yes");
    }
  });

  it("finds the program unshare exactly if it is in PATH", async () => {
    const document = JSON.parse((await runListenq("doctor", "--json")).stdout);
    const answer = document.features.find(
      ({ name }: { name: string }) => name === "the program unshare",
    ).answer;
    const folders = (process.env["PATH"] ?? "").split(":");
    expect(answer).toBe(folders.some((folder) => isExecutable(`${folder}/unshare`)) ? "yes" : "no");
  });

  it.skipIf(!isRunnable || process.getuid?.() !== 0)(
    "as root sees the SYN queue rule of this kernel by probe (needs dist/ and root)",
    async () => {
      const { synQueueTest } = JSON.parse((await runListenq("doctor", "--json")).stdout);
      expect([">", ">="]).toContain(synQueueTest.test);
      expect(synQueueTest.reason).toMatch(/^limit 0 kept (one|no) half-open request$/);
    },
  );

  it.skipIf(!isRunnable)("leaves nothing behind: no interface, no changed sysctl, no process", async () => {
    const state = () =>
      ["/proc/net/dev", "/proc/sys/net/core/somaxconn", "/proc/sys/net/ipv4/tcp_syncookies"].map(
        (path) => spawnSync("sed", ["s/:.*//", path], { encoding: "utf8" }).stdout,
      );
    const before = state();
    spawnSync(process.execPath, [BUILT, "doctor"]);
    expect(state()).toEqual(before);
  });

  it("prints a page for people", async () => {
    const { stdout } = await runListenq("doctor");
    expect(stdout).toMatch(/^Kernel \d/);
    expect(stdout).toContain("listeners by sock_diag");
  });
});

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
