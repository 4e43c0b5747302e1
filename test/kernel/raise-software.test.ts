/**
 * Real servers raised under load: none of them loses a connection, writes a line to its log, or makes a call for it.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect as netConnect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { Namespace } from "../../src/system/linux/namespace/namespace.ts";
import { Links } from "../../src/system/linux/netlink/links.ts";
import { SockDiag } from "../../src/system/linux/netlink/sock-diag.ts";
import { raise } from "../../src/system/observe/raise/raise.ts";
import { PATIENCE } from "../support/patience.ts";

const isRoot = process.getuid?.() === 0;
const has = (program: string): boolean => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
const PORT = 8070;
const CONNECTIONS = 400;
const AT_ONCE = 16;
const RAISES = 20;

interface Software {
  readonly name: string;
  readonly program: string;
  readonly words: readonly string[];
  /** What is written to a file beforehand. */
  readonly config?: string;
  readonly request: string;
  readonly answer: RegExp;
}

const folder = mkdtempSync(join(tmpdir(), "listenq-raise-"));
const config = join(folder, "server.conf");
const log = join(folder, "log");
const HTTP = "GET / HTTP/1.0\r\nHost: here\r\n\r\n";

const SERVERS: readonly Software[] = [
  {
    name: "nginx",
    program: "nginx",
    words: ["-c", config],
    config: `daemon off; worker_processes 2; pid ${folder}/pid; error_log ${log} info; events {} http { access_log off; server { listen 127.0.0.1:${PORT} backlog=3; return 200 "yes"; } }`,
    request: HTTP,
    answer: /200 OK.*yes$/s,
  },
  {
    name: "Redis",
    program: "redis-server",
    words: [config],
    config: `bind 127.0.0.1\nport ${PORT}\ntcp-backlog 3\nsave ""\nlogfile ${log}\n`,
    request: "PING\r\nQUIT\r\n",
    answer: /^\+PONG/,
  },
  {
    name: "HAProxy",
    program: "haproxy",
    words: ["-f", config],
    config: `global\n  maxconn 500\ndefaults\n  mode http\n  timeout client 5s\nfrontend f\n  bind 127.0.0.1:${PORT} backlog 3\n  http-request return status 200 content-type text/plain string yes\n`,
    request: HTTP,
    answer: /200 OK.*yes$/s,
  },
  {
    name: "gunicorn",
    program: "gunicorn",
    words: [
      "--chdir",
      folder,
      "--backlog",
      "3",
      "--workers",
      "2",
      "-b",
      `127.0.0.1:${PORT}`,
      "--log-file",
      log,
      "app:app",
    ],
    request: HTTP,
    answer: /200 OK.*yes$/s,
  },
  {
    name: "Node",
    program: "node",
    words: [
      "-e",
      `require("node:http").createServer((request, response) => response.end("yes")).listen({ port: ${PORT}, host: "127.0.0.1", backlog: 3 })`,
    ],
    request: HTTP,
    answer: /200 OK.*yes$/s,
  },
];

describe.skipIf(!isRoot)("listenq raise on real servers (needs root, for a namespace of its own)", () => {
  const home = isRoot ? Namespace.own() : null;
  let server: ChildProcess | null = null;

  beforeAll(() => {
    const fresh = Namespace.create();
    fresh.enter();
    fresh.close();
    const links = new Links();
    links.setUp(links.indexOf("lo"));
    links.close();
    writeFileSync(
      join(folder, "app.py"),
      'def app(environ, start):\n    start("200 OK", [("Content-Length", "3")])\n    return [b"yes"]\n',
    );
  });
  afterEach(async () => {
    if (server === null) return;
    const ended = once(server, "exit");
    server.kill("SIGTERM");
    await ended;
    server = null;
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
    home?.enter();
    home?.close();
  });

  const limits = (): number[] => {
    const diag = new SockDiag();
    const rows = diag.sockets(["LISTEN"], ["ipv4"], { localPort: PORT });
    diag.close();
    return rows.map(({ sendQueue }) => sendQueue);
  };
  const raiseTo = async (to: number): Promise<number | null> => {
    const { document } = await raise({
      port: PORT,
      to,
      mayLower: true,
      netns: "self",
      address: undefined,
      process: undefined,
      dryRun: false,
      watchMs: null,
      signal: new AbortController().signal,
    });
    return document.listeners[0]?.limitAfter ?? null;
  };
  const begin = async ({ program, words, config: text }: Software): Promise<ChildProcess> => {
    writeFileSync(log, "");
    if (text !== undefined) writeFileSync(config, text);
    const child = spawn(program, words, { stdio: "ignore", cwd: folder });
    server = child;
    await vi.waitUntil(() => limits().length > 0, PATIENCE);
    return child;
  };

  for (const software of SERVERS) {
    it.skipIf(!has(software.program))(
      `${software.name} answers every connection while its limit changes ${RAISES} times`,
      async () => {
        await begin(software);
        await vi.waitUntil(
          async () => software.answer.test(await ask(software.request).catch(() => "")),
          PATIENCE,
        );
        const logBefore = readFileSync(log, "utf8");
        const load = askMany(software.request);
        for (let time = 1; time <= RAISES; time += 1) {
          const to = time % 2 === 0 ? 20 : 500;
          expect(await raiseTo(to)).toBe(to);
        }
        const answers = await load;
        expect(answers.filter((answer) => !software.answer.test(answer))).toEqual([]);
        expect(answers).toHaveLength(CONNECTIONS);
        const said = readFileSync(log, "utf8").slice(logBefore.length);
        expect(said.split("\n").filter((line) => /listen|backlog|warn|error|emerg/i.test(line))).toEqual([]);
      },
    );
  }

  it.skipIf(!has("strace") || !has("nginx"))("nginx makes no call at all for it", async () => {
    const [nginx] = SERVERS;
    if (nginx === undefined) return;
    const child = await begin(nginx);
    const workers = (): string[] =>
      String(spawnSync("pgrep", ["-P", String(child.pid)]).stdout)
        .split("\n")
        .filter((line) => line !== "");
    await vi.waitUntil(() => workers().length === 2, PATIENCE);
    const pids = [String(child.pid), ...workers()];
    const strace = spawn("strace", ["-f", ...pids.flatMap((pid) => ["-p", pid])]);
    let seen = "";
    strace.stderr.on("data", (bytes) => {
      seen += bytes;
    });
    // Each of them shows the call in which it waits.
    await vi.waitUntil(
      () => (seen.match(/attached/g) ?? []).length >= pids.length && waitsIn(seen) >= pids.length,
      PATIENCE,
    );
    const before = seen;
    expect(await raiseTo(700)).toBe(700);
    // A connection is seen at once, so nothing that happened before it is still to come.
    await ask(HTTP);
    await vi.waitUntil(() => seen.includes("accept4("), PATIENCE);
    const between = seen.slice(before.length, seen.indexOf("accept4(", before.length));
    expect((between.match(/\b[a-z_0-9]+\(/g) ?? []).filter((call) => call !== "epoll_wait(")).toEqual([]);
    const ended = once(strace, "exit");
    strace.kill("SIGINT");
    await ended;
  });
});

function waitsIn(text: string): number {
  return (text.match(/(epoll_wait|rt_sigsuspend)\(/g) ?? []).length;
}

/** All that a server sends to one request. */
function ask(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = netConnect(PORT, "127.0.0.1", () => socket.write(request));
    socket.on("data", (bytes) => {
      text += bytes;
    });
    socket.on("end", () => resolve(text));
    socket.on("error", reject);
  });
}

/** The answers, or the errors' names. */
async function askMany(request: string): Promise<string[]> {
  const answers: string[] = [];
  const one = async (): Promise<void> => {
    while (answers.length < CONNECTIONS) {
      const place = answers.push("") - 1;
      answers[place] = await ask(request).catch((error: Error) => error.message);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return answers;
}
