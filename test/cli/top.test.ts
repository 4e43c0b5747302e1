import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../support/cli.ts";
import { type ServerProcess, startServer } from "../support/servers.ts";

/** One that listens with backlog 1 and stands still, and one that is idle; it prints the two ports. */
const STANDS_STILL = `
const { createServer } = require("node:net");
const idle = createServer().listen({ port: 0, host: "127.0.0.1", backlog: 9 }, () => {
  const still = createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
    require("node:fs").writeSync(1, still.address().port + " " + idle.address().port);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
});`;

interface TopDocument {
  readonly schema: string;
  readonly intervalMs: number;
  readonly listeners: readonly {
    readonly port: number;
    readonly acceptQueue: object;
    readonly drops: number | null;
    readonly findings: readonly { readonly code: string }[];
  }[];
}

describe("listenq top where there is no terminal", () => {
  let server: ServerProcess;
  let clients: ReturnType<typeof spawn>;
  let ports: readonly [number, number] = [0, 0];

  beforeAll(async () => {
    server = await startServer(STANDS_STILL);
    ports = server.said.split(" ").map(Number) as [number, number];
    const connect = `let made = 0; for (let i = 0; i < 2; i++) require("node:net").connect(${ports[0]}, "127.0.0.1", () => ++made === 2 && console.log("on")).on("error", () => {}); setInterval(() => {}, 1e3)`;
    clients = spawn(process.execPath, ["-e", connect], { stdio: ["ignore", "pipe", "inherit"] });
    await once(clients.stdout as NodeJS.ReadableStream, "data");
  });
  afterAll(async () => {
    clients.kill();
    await server.close();
  });

  it("prints one document of one interval with --json, the fullest listener first", async () => {
    const { code, stdout, stderr } = await run([
      "top",
      "--json",
      "--every",
      "200ms",
      "--fail-on",
      "critical",
    ]);
    const document = JSON.parse(stdout) as TopDocument;
    const [still, idle] = ports.map((port) => document.listeners.findIndex((one) => one.port === port));
    expect({ code, stderr, schema: document.schema }).toEqual({
      code: 1,
      stderr: "",
      schema: "listenq.top/1",
    });
    expect(stdout.startsWith('{\n  "schema"')).toBe(true);
    expect(document.intervalMs).toBeGreaterThanOrEqual(200);
    expect(still).toBeGreaterThanOrEqual(0);
    expect(idle).toBeGreaterThan(still ?? 0);
    expect(document.listeners[still ?? 0]).toMatchObject({
      acceptQueue: { length: 2, limit: 1, capacity: 2 },
      drops: 0,
    });
    expect(document.listeners[still ?? 0]?.findings.map((one) => one.code)).toContain("accept-queue-full");
  });

  it("leaves out what the filter does not fit, and its findings with it", async () => {
    const filter = `:${ports[1]}`;
    const { code, stdout } = await run([
      "top",
      "--json",
      "--every",
      "100ms",
      "--filter",
      filter,
      "--fail-on",
      "info",
    ]);
    const { listeners } = JSON.parse(stdout) as TopDocument;
    expect(listeners.map(({ port, findings }) => [port, findings.length])).toEqual([[ports[1], 0]]);
    expect(code).toBe(0);
  });

  it("prints a table, and below it what is wrong", async () => {
    const { code, stdout } = await run(["top", "--every", "100ms", "--filter", `:${ports[0]}`]);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^127\\.0\\.0\\.1:${ports[0]} +2/2 `, "m"));
    expect(stdout).toMatch(/^critical accept-queue-full$/m);
    expect(stdout).not.toContain(`:${ports[1]}`);
  });
});
