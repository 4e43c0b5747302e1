import { execFile, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Readable, Writable } from "node:stream";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { readSysctlNumber } from "../../src/system/linux/proc/sysctl.ts";
import { closeSocket, localEndpoint, openListener } from "../../src/system/linux/socket/tcp-socket.ts";
import type { Io } from "../../src/ui/cli/io.ts";
import { run } from "../../src/ui/cli/run.ts";
import { isRoot, NOBODY, nobodyCanRun, PROGRAM, start as startBuilt } from "../support/cli.ts";

const execute = promisify(execFile);
const isInstalled = (program: string): boolean =>
  spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
const hasAb = isInstalled("ab");
const hasCurl = isInstalled("curl");
const hasPrlimit = isInstalled("prlimit");
const isBuilt = existsSync(PROGRAM);
const isPort80Privileged = (readSysctlNumber("net.ipv4.ip_unprivileged_port_start") ?? 1024) > 80;
const unlessInstalled = (program: string, has: boolean): string =>
  has ? "" : ` [skipped: ${program} is not installed]`;

interface Command {
  /** Resolved with the exit code. */
  readonly code: Promise<number>;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Waits until stdout matches. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  interrupt(code?: number): void;
}

/** Runs a command line in this process, on fakes of everything outside. */
function start(...args: string[]): Command {
  const written = { stdout: "", stderr: "" };
  const waiting = new Set<() => void>();
  const stream = (name: "stdout" | "stderr"): Writable =>
    new Writable({
      write(chunk, _encoding, done) {
        written[name] += String(chunk);
        done();
        for (const check of waiting) check();
      },
    });
  const interruption = new AbortController();
  const io: Io = {
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    stdin: {},
    env: {},
    interrupted: interruption.signal,
  };
  return {
    code: run(args, io),
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    interrupt: (code = 130) => interruption.abort(code),
    said: (pattern) =>
      new Promise((resolve) => {
        const check = (): void => {
          const match = pattern.exec(written.stdout);
          if (match === null) return;
          waiting.delete(check);
          resolve(match);
        };
        waiting.add(check);
        check();
      }),
  };
}

async function finish(command: Command): Promise<{ code: number; stdout: string; stderr: string }> {
  const code = await command.code;
  return { code, stdout: command.stdout(), stderr: command.stderr() };
}

async function startServer(...args: string[]): Promise<Command & { readonly port: number }> {
  const server = start("server", "--port", "0", ...args);
  const [, port] = await server.said(/127\.0\.0\.1:(\d+)/);
  return { ...server, port: Number(port) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

describe("listenq server", () => {
  it("says where it listens, with which backlog, and what the kernel keeps of it", async () => {
    const server = await startServer("--backlog", "5");
    expect(server.stdout()).toBe(
      `Listening on 127.0.0.1:${server.port} with backlog 5: the kernel keeps limit 5, so 6 connections fit in the accept queue\n`,
    );
    server.interrupt();
    expect(await server.code).toBe(130);
  });

  it("tells each client's endpoint when it is accepted and when it is closed, with times", async () => {
    const server = await startServer("--count", "1", "--hold", "1ms");
    const client = connect(server.port, "127.0.0.1");
    await once(client, "connect");
    const from = `127.0.0.1:${client.localPort}`;
    client.resume().write("GET / HTTP/1.0\r\n\r\n");
    expect(await server.code).toBe(0);
    const lines = server.stdout().trim().split("\n").slice(1);
    expect(lines.map((line) => line.replace(/^\d\d:\d\d:\d\d\.\d{3} /, "TIME "))).toEqual([
      `TIME ${from} accepted`,
      `TIME ${from} answered 200`,
      expect.stringMatching(`^TIME ${from} closed after [\\d.]+ m?s$`),
    ]);
  });

  it("prints one JSON object a line with --json, each beginning with its schema", async () => {
    const server = await startServer("--count", "1", "--hold", "1ms", "--json");
    connect(server.port, "127.0.0.1").resume().end("GET / HTTP/1.0\r\n\r\n");
    expect(await server.code).toBe(0);
    const events = server
      .stdout()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events.map(({ event }) => event)).toEqual(["listening", "accepted", "answered", "closed"]);
    expect(events.map((event) => Object.keys(event)[0])).toEqual(["schema", "schema", "schema", "schema"]);
    expect(events[0]).toMatchObject({ schema: "listenq.server/1", backlog: 1, limit: 1 });
  });

  it("exits 143 after SIGTERM, as main tells it", async () => {
    const server = await startServer();
    server.interrupt(143);
    expect(await server.code).toBe(143);
  });

  it("takes the smallest and the largest C int as a backlog", async () => {
    for (const backlog of ["-2147483648", "2147483647"]) {
      const server = await startServer("--backlog", backlog);
      server.interrupt();
      expect(await server.code).toBe(130);
    }
  });

  it.each([
    [
      "--backlog",
      "2147483648",
      /^listenq: --backlog must be a whole number from -2147483648 to 2147483647, got 2147483648\n$/,
    ],
    ["--backlog", "-2147483649", /^listenq: --backlog must be /],
    ["--backlog", "1.5", /^listenq: --backlog must be /],
    ["--port", "65536", /^listenq: --port must be a whole number from 0 to 65535, got 65536\n$/],
    [
      "--hold",
      "10x",
      /^listenq: --hold must be a duration such as 20ms or 10s \(.*, s, m or min, h, d\), got 10x\n$/,
    ],
    ["--hold", "10", /^listenq: --hold must be a duration/],
    ["--hold", "600h", /^listenq: --hold must be at most 24 days/],
    ["--patience", "0s", /^listenq: --patience must be at least /],
    ["--count", "0", /^listenq: --count must be a whole number from 1 /],
    [
      "--address",
      "localhost",
      /^listenq: --address must be an IP address such as 127\.0\.0\.1 or ::, got localhost\n$/,
    ],
    [
      "--address",
      "203.0.113.1",
      /^listenq: listen on 203\.0\.113\.1:8088: EADDRNOTAVAIL, [^\n]*; --address must be [^\n]*\n$/,
    ],
  ])("refuses %s %s with one line and exit code 2", async (option, value, line) => {
    const { code, stdout, stderr } = await finish(start("server", option, value));
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(line);
  });

  it("refuses a port that is taken with one line and exit code 2", async () => {
    const server = await startServer();
    const { code, stderr } = await finish(start("server", "--port", String(server.port)));
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^listenq: listen on 127\.0\.0\.1:\d+: EADDRINUSE, [^\n]*; choose another --port[^\n]*\n$/,
    );
    server.interrupt();
    await server.code;
  });

  it.skipIf(!isRoot || !isBuilt || !isPort80Privileged || !nobodyCanRun())(
    "says what would permit it when the port needs a permission, and exits 3 [needs root, a build that others can read, and port 80 privileged]",
    async () => {
      const { code, stderr } = await startBuilt(["server", "--port", "80"], { uid: NOBODY }).ended;
      expect(code).toBe(3);
      expect(stderr).toMatch(
        /^listenq: listen on 127\.0\.0\.1:80: EACCES, [^\n]*CAP_NET_BIND_SERVICE[^\n]*\n$/,
      );
    },
  );

  it.skipIf(!hasPrlimit || !isBuilt)(
    `goes on by itself when it has run out of file descriptors${unlessInstalled("prlimit", hasPrlimit)}${isBuilt ? "" : " [skipped: not built]"}`,
    async () => {
      const server = startBuilt(["server", "--port", "0", "--count", "1", "--hold", "1ms", "--json"]);
      const said = (pattern: RegExp): Promise<RegExpExecArray> => saidBy(server.child.stdout, pattern);
      const [, port] = await said(/127\.0\.0\.1:(\d+)/);
      const pid = server.child.pid ?? 0;
      const [failed, closed] = [said(/"accept-failed","error":"EMFILE"/), said(/"closed".*"reason":"held"/)];
      const before = setDescriptorLimit(pid, lowestFreeDescriptor(pid));
      connect(Number(port), "127.0.0.1").resume().write("GET / HTTP/1.0\r\n\r\n");
      await failed;
      setDescriptorLimit(pid, before);
      await closed;
      expect((await server.ended).code).toBe(0);
    },
  );
});

describe("listenq server and other people's clients", () => {
  it.skipIf(!hasAb)(
    `ab -n 4 -c 4 takes every answer as a good one${unlessInstalled("ab", hasAb)}`,
    async () => {
      const server = await startServer("--count", "4", "--hold", "50ms", "--backlog", "4");
      const { stdout } = await execute("ab", ["-n", "4", "-c", "4", `http://127.0.0.1:${server.port}/`]);
      expect(await server.code).toBe(0);
      expect(stdout).toMatch(/Server Software: +NBS\/1\.0\n/);
      expect(stdout).toMatch(/Document Length: +13 bytes\n/);
      expect(stdout).toMatch(/Complete requests: +4\nFailed requests: +0\nTotal transferred: +520 bytes\n/);
      expect(stdout).not.toContain("Non-2xx");
    },
  );

  it.skipIf(!hasCurl)(
    `curl gets the document, the head alone, and an answer to a large body${unlessInstalled("curl", hasCurl)}`,
    async () => {
      const server = await startServer("--count", "3", "--hold", "20ms");
      const url = `http://127.0.0.1:${server.port}/`;
      const curl = async (...args: string[]): Promise<string> =>
        (await execute("curl", ["-sS", "--noproxy", "*", ...args, url])).stdout;
      expect(await curl("--fail")).toBe("Hello World!\n");
      expect(await curl("--fail", "-I")).toMatch(/^HTTP\/1\.1 200 success\r\n/);
      // Without Expect, so that curl does send the body that the server throws away.
      expect(await curl("--fail", "-H", "Expect:", "--data-binary", "x".repeat(100_000))).toBe(
        "Hello World!\n",
      );
      expect(await server.code).toBe(0);
    },
  );
});

describe("listenq load", () => {
  it("prints ab's rows about the slow server, which it measures waiting in the accept queue", async () => {
    const server = await startServer("--count", "4", "--hold", "30ms", "--backlog", "4");
    const { code, stdout, stderr } = await finish(
      start("load", "-n", "4", "-c", "4", `http://127.0.0.1:${server.port}/`),
    );
    expect([code, stderr, await server.code]).toEqual([0, "", 0]);
    for (const row of ["Connect:", "Processing:", "Waiting:", "Total:"]) {
      expect(stdout).toMatch(new RegExp(`^${row} +\\d+ +\\d+ +[\\d.]+ +\\d+ +\\d+$`, "m"));
    }
    expect(stdout).toContain(
      "Complete requests:      4\nFailed requests:        0\nTotal transferred:      520 bytes\n",
    );
    expect(stdout).toMatch(/^ 100% +\d+ \(longest request\)$/m);
    expect(stdout).toContain(`Server Address:         127.0.0.1:${server.port}\n`);
  });

  it("prints one document with --json, whose first key is its schema", async () => {
    const server = await startServer("--count", "2", "--hold", "1ms");
    const { code, stdout } = await finish(start("load", "-n", "2", "--json", `127.0.0.1:${server.port}`));
    const document = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(Object.keys(document)[0]).toBe("schema");
    expect(document).toMatchObject({
      schema: "listenq.load/1",
      url: `http://127.0.0.1:${server.port}/`,
      completed: 2,
      bytes: { total: 260, body: 26 },
      requests: [
        { number: 1, status: 200 },
        { number: 2, status: 200 },
      ],
    });
    await server.code;
  });

  it("exits 0 with failures, and 1 with --fail-on-errors", async () => {
    const closing = createServer((socket) => socket.on("data", () => socket.end())).listen(0, "127.0.0.1");
    await once(closing, "listening");
    const url = `http://127.0.0.1:${(closing.address() as AddressInfo).port}/`;
    const plain = await finish(start("load", "-n", "2", url));
    expect(plain.code).toBe(0);
    expect(plain.stdout).toContain("Failed requests:        2\n   (closed-early: 2)\n");
    expect((await finish(start("load", "--fail-on-errors", url))).code).toBe(1);
    closing.close();
  });

  it("ends at once with 2 where nobody listens", async () => {
    const port = await freePort();
    const { code, stdout, stderr } = await finish(start("load", "--rate", "5/s", `127.0.0.1:${port}`));
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: "",
      stderr: `listenq: nobody listens at 127.0.0.1 port ${port}: the connection is refused; see listenq ls\n`,
    });
  });

  it("prints what is known so far when it is interrupted, and exits 130", async () => {
    const sockets: Socket[] = [];
    const command: { current?: Command } = {};
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => undefined);
      if (sockets.length === 1) socket.end("HTTP/1.0 200 OK\r\n\r\n");
      else command.current?.interrupt();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    command.current = start("load", "-n", "5", `127.0.0.1:${(server.address() as AddressInfo).port}`);
    const { code, stdout } = await finish(command.current);
    server.close();
    expect(code).toBe(130);
    expect(stdout).toContain("Unfinished requests:    4\nComplete requests:      1\n");
  });

  it.each([
    [["https://localhost/"], /^listenq: URL must begin with http:\/\/ [^\n]*got https:\/\/localhost\/\n$/],
    [["http://"], /^listenq: URL must be such as http:\/\/localhost:8088\/, got http:\/\/\n$/],
    [["http://nobody.invalid/"], /^listenq: no address found for nobody\.invalid: [^\n]*\n$/],
    [["-n", "0", "localhost"], /^listenq: -n must be a whole number from 1 /],
    [["-n", "1", "-c", "2", "localhost"], /^listenq: -c must not be more than -n, got -c 2 with -n 1\n$/],
    [["--timeout", "0s", "localhost"], /^listenq: --timeout must be at least /],
    [[], /^listenq: missing required argument 'url'\n$/],
  ])("refuses %j with one line and exit code 2", async (args, line) => {
    const { code, stdout, stderr } = await finish(start("load", ...args));
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(line);
  });
});

describe("--help", () => {
  it.each(["server", "load"])("of %s has examples", async (command) => {
    const { code, stdout } = await finish(start(command, "--help"));
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`\\nExamples:\\n  listenq ${command} `));
  });
});

/** Waits until what a stream says matches. */
function saidBy(stream: Readable, pattern: RegExp): Promise<RegExpExecArray> {
  let text = "";
  return new Promise((resolve) => {
    stream.on("data", (chunk) => {
      text += String(chunk);
      const match = pattern.exec(text);
      if (match !== null) resolve(match);
    });
  });
}

/** A soft limit of this number leaves a process what it has open and gives it nothing more. */
function lowestFreeDescriptor(pid: number): number {
  const open = new Set(readdirSync(`/proc/${pid}/fd`).map(Number));
  let free = 0;
  while (open.has(free)) free += 1;
  return free;
}

/** Sets a process's soft limit of descriptors; returns what it was. */
function setDescriptorLimit(pid: number, limit: number): number {
  const prlimit = (...args: string[]): string => {
    const { stdout, stderr, status } = spawnSync("prlimit", ["--pid", `${pid}`, ...args]);
    if (status !== 0) throw new Error(String(stderr));
    return String(stdout);
  };
  const before = Number(prlimit("--nofile", "--output=SOFT", "--noheadings"));
  prlimit(`--nofile=${limit}:`);
  return before;
}

describe("listenq load by a schedule", () => {
  const answerAll = async (): Promise<{ readonly port: number; readonly close: () => void }> => {
    const server = createServer((socket) => {
      socket.on("error", () => undefined).on("data", () => socket.end("HTTP/1.0 200 OK\r\n\r\nhello"));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    return { port: (server.address() as AddressInfo).port, close: () => server.close() };
  };

  it("says first whether it kept its schedule, then both clocks, then the server's queues", async () => {
    const server = await answerAll();
    const { code, stdout } = await finish(
      start(
        "load",
        "--rate",
        "100/s",
        "--arrivals",
        "even",
        "--duration",
        "300ms",
        `127.0.0.1:${server.port}`,
      ),
    );
    server.close();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^the generator (kept|did not keep) its schedule: /);
    expect(stdout).toContain("30 answered");
    expect(stdout).toMatch(/^connected +intended start .*\n +connect\(\) /m);
    expect(stdout).toMatch(/^FROM +OPENED +CONNECTED .* LIMIT +DROPS$/m);
  });

  it("opens bursts written as three words, and a list that was written down", async () => {
    const server = await answerAll();
    const url = `127.0.0.1:${server.port}`;
    const bursts = await finish(
      start("load", "--duration", "20ms", "--json", "--burst", "3", "every", "10ms", url),
    );
    expect(JSON.parse(bursts.stdout)).toMatchObject({
      requested: 6,
      completed: 6,
      schedule: { durationMs: 20 },
    });
    const file = join(mkdtempSync(join(tmpdir(), "listenq-")), "arrivals.txt");
    writeFileSync(file, "10.00\n10.01\n10.02\n");
    const replayed = await finish(start("load", "--replay", file, "--json", url));
    rmSync(dirname(file), { recursive: true });
    server.close();
    const { requests, verdict } = JSON.parse(replayed.stdout);
    expect(requests.map(({ intendedAt }: { intendedAt: number }) => intendedAt)).toEqual([0, 10, 20]);
    expect(Object.keys(verdict)).toContain("p99Ms");
  });

  it("counts a refusal as the kernel did: SYNs sent again, not seconds", async () => {
    const fd = openListener({ address: "127.0.0.1", port: 0, backlog: 0 });
    const url = localEndpoint(fd);
    const { stdout } = await finish(
      start("load", "--burst", "2 every 1s", "--duration", "1s", "--timeout", "1500ms", "--json", url),
    );
    closeSocket(fd);
    const { connectSteps, failures, server } = JSON.parse(stdout);
    expect(failures).toMatchObject({ "connect-timeout": 1, "no-response": 1 });
    expect(connectSteps).toMatchObject([
      { synResends: 0, connected: 1, failed: 0 },
      { synResends: 1, connected: 0, failed: 1 },
    ]);
    expect(server.samples.at(-1)).toMatchObject({ acceptQueue: 1, limit: 0 });
  });

  it("speaks what it is told to servers that do not speak HTTP", async () => {
    const server = createServer((socket) => {
      socket.on("data", (bytes) => socket.end(bytes.toString("latin1") === "QUIT\r\n\xff" ? "+OK\r\n" : ""));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const good = await finish(start("load", "--json", "--send", "QUIT\\r\\n\\xff", url));
    const bad = await finish(start("load", "--json", "--send", "HELP", url));
    server.close();
    expect(JSON.parse(good.stdout).requests).toMatchObject([{ failure: null, bytes: 5 }]);
    expect(JSON.parse(bad.stdout).requests).toMatchObject([{ failure: "closed-early", bytes: 0 }]);
  });

  it("exits 1 with --strict when this machine could not open a connection in time", {
    timeout: 120_000,
  }, async () => {
    const server = await answerAll();
    // A burst cannot be opened in no time at all: the last of so many is late on any machine.
    const { code, stdout } = await finish(
      start("load", "--strict", "--burst", "400 every 1s", "--duration", "1s", `127.0.0.1:${server.port}`),
    );
    server.close();
    expect(stdout).toMatch(/^the generator did not keep its schedule: /);
    expect(code).toBe(1);
  });

  it("prints what is known when it is interrupted", async () => {
    const server = await answerAll();
    const command = start("load", "--rate", "50/s", "--duration", "1h", `127.0.0.1:${server.port}`);
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    command.interrupt();
    const { code, stdout } = await finish(command);
    server.close();
    expect(code).toBe(130);
    expect(stdout).toMatch(/not finished when the run was ended|the run was ended before/);
  });

  it.skipIf(!isBuilt)(
    "shares a run among processes, and the numbers are those of one [needs a build]",
    async () => {
      const server = await answerAll();
      const { code, stdout } = await startBuilt([
        ...["load", "-n", "60", "-c", "6", "--threads", "3", "--json", `127.0.0.1:${server.port}`],
      ]).ended;
      server.close();
      const { threads, completed, requests } = JSON.parse(stdout);
      expect([code, threads, completed]).toEqual([0, 3, 60]);
      const numbers = requests.map(({ number }: { number: number }) => number);
      expect(numbers).toEqual(Array.from({ length: 60 }, (_, at) => at + 1));
      const sources = requests.map(({ local }: { local: string }) => local.split(":")[0]);
      // So few need no other address than the kernel's own choice.
      expect(new Set(sources)).toEqual(new Set(["127.0.0.1"]));
    },
  );

  it.each([
    [["--rate", "0/s"], 2, /^listenq: --rate must be a rate such as /],
    [["--rate", "-5/s"], 2, /^listenq: --rate must be a rate such as /],
    [["--rate", "1000000000/s"], 2, /^listenq: a run opens at most 1000000 connections, these are /],
    [["--rate", "1/h", "--duration", "1s"], 2, /^listenq: no connection comes in 1 s at --rate 1\/h/],
    [["--rate", "5/s", "-n", "5"], 2, /^listenq: -n is of a closed loop; /],
    [
      ["--rate", "5/s", "--arrivals", "often"],
      2,
      /^listenq: --arrivals must be poisson or even, got often\n$/,
    ],
    [["--burst", "5"], 2, /^listenq: --burst must be such as 500 every 10s, got /],
    [["--burst", "5 every 0s"], 2, /^listenq: --burst must be at least /],
    [["--replay", "/nowhere/at/all"], 2, /^listenq: --replay[^\n]*\n$/],
    [["--replay", "x", "--rate", "5/s"], 2, /^listenq: --replay is a whole schedule/],
    [["--strict"], 2, /^listenq: --strict is about a schedule: /],
    [["--view", "wide"], 2, /^listenq: --view must be full or ab, got wide\n$/],
    [["--threads", "0", "--rate", "5/s"], 2, /^listenq: --threads must be a whole number from 1 /],
    [
      ["--yes-this-is-mine", "example.com"],
      2,
      /^listenq: --yes-this-is-mine must name the target's host again, 203\./,
    ],
    [
      [],
      3,
      /^listenq: a load on 203\.0\.113\.1 is not possible here: it is not this machine's loopback; [^\n]*\n$/,
    ],
  ])("refuses %j with one line", async (args, expected, line) => {
    const { code, stdout, stderr } = await finish(start("load", "203.0.113.1:80", ...args));
    expect(stderr).toMatch(line);
    expect([code, stdout]).toEqual([expected, ""]);
  });
});
