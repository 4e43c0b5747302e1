import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Namespace } from "../../src/system/linux/namespace/namespace.ts";
import { findNamespaces, namespaceInode } from "../../src/system/linux/namespace/namespace-list.ts";
import { closeSocket, openListener } from "../../src/system/linux/socket/tcp-socket.ts";
import { run } from "../../src/ui/cli/run.ts";
import { fakeIo } from "../fakes/io.ts";
import { PROGRAM } from "../support/cli.ts";
import { PidNamespace } from "../support/pid-namespace.ts";
import { type ServerProcess, startServer } from "../support/servers.ts";

const isRoot = process.getuid?.() === 0;
const hasUnshare = spawnSync("unshare", ["--version"]).status === 0;

interface Row {
  readonly namespace: number;
  readonly port: number | null;
  readonly path: string | null;
  readonly protocol: string;
  readonly acceptQueue: { readonly length: number; readonly limit: number; readonly capacity: number };
  readonly process: { readonly pid: number } | null;
  readonly findings: readonly { readonly code: string }[];
}

async function ls(
  ...args: string[]
): Promise<{ listeners: Row[]; namespaces: { inode: number; name: string | null }[] }> {
  const io = fakeIo();
  const code = await run(["ls", "--json", ...args], io);
  expect(code).toBe(0);
  // An ordinary user is told that the processes of others are hidden; root has nothing to be told.
  if (isRoot) expect(io.written.stderr).toBe("");
  return JSON.parse(io.written.stdout);
}

describe.skipIf(!isRoot || !hasUnshare)("ls --netns (needs root and unshare)", () => {
  const servers: ServerProcess[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });
  const serveElsewhere = async (port: number): Promise<ServerProcess> => {
    const code = `require("node:net").createServer().listen({ port: ${port}, host: "0.0.0.0", backlog: 3 }, () => console.log("listens"));`;
    const server = await startServer(code, ["unshare", "--net"]);
    servers.push(server);
    return server;
  };

  it("shows the listeners of two other namespaces, each with its namespace and process, and not those of a third", async () => {
    const [one, two] = [await serveElsewhere(7201), await serveElsewhere(7202)];
    const { listeners } = await ls("--netns", "all");
    for (const [server, port] of [
      [one, 7201],
      [two, 7202],
    ] as const) {
      const inode = namespaceInode(readlinkSync(`/proc/${server.pid}/ns/net`));
      expect(listeners.filter((row) => row.port === port && row.namespace === inode)).toMatchObject([
        { namespace: inode, acceptQueue: { length: 0, limit: 3, capacity: 4 }, process: { pid: server.pid } },
      ]);
    }
    const only = await ls("--netns", String(one.pid));
    expect(only.listeners.map(({ port }) => port)).toEqual([7201]);
    expect((await ls()).listeners.filter(({ port }) => port === 7201 || port === 7202)).toEqual([]);
  });

  it("forgets a namespace that has ended", async () => {
    // The number of a namespace is given away again at once, so they are counted, where nobody else makes any.
    const machine = await PidNamespace.create();
    const count = (): number => {
      const ls = [...machine.before, process.execPath, PROGRAM, "ls", "--netns", "all", "--json"];
      const { stdout } = spawnSync("env", ls, { encoding: "utf8" });
      return (JSON.parse(stdout) as { namespaces: unknown[] }).namespaces.length;
    };
    const alone = count();
    const other = spawn("env", [...machine.before, "unshare", "--net", "sh", "-c", "echo there; exec cat"]);
    await once(other.stdout, "data");
    expect(count()).toBe(alone + 1);
    other.stdin.end();
    await once(other, "exit");
    await expect.poll(count).toBe(alone);
    await machine.close();
  });

  it("finds a namespace that only a descriptor holds open, with the listener in it", async () => {
    const namespace = Namespace.create();
    const inode = namespaceInode(readlinkSync(`/proc/self/fd/${namespace.fd}`));
    const listener = namespace.inside(() => openListener({ address: "127.0.0.1", port: 7204, backlog: 1 }));
    expect(findNamespaces().places.map((place) => place.inode)).toContain(inode);
    const { listeners } = await ls("--netns", "all", "--port", "7204");
    const found = listeners.filter((row) => row.namespace === inode);
    expect(found).toMatchObject([{ process: { pid: process.pid } }]);
    closeSocket(listener);
    namespace.close();
  });

  it("leaves this thread where it was", async () => {
    await serveElsewhere(7205);
    const before = readlinkSync("/proc/thread-self/ns/net");
    await ls("--netns", "all");
    expect(readlinkSync("/proc/thread-self/ns/net")).toBe(before);
  });

  it("says in one line that there is no such process", async () => {
    const io = fakeIo();
    expect(await run(["ls", "--netns", "4194304"], io)).toBe(2);
    expect(io.written.stderr).toBe("listenq: --netns 4194304: there is no process 4194304\n");
  });
});

describe("ls --unix", () => {
  const folder = mkdtempSync(join(tmpdir(), "listenq-"));
  const path = join(folder, "full \u001b[31m.sock");
  let server: ServerProcess | null = null;
  beforeAll(async () => {
    // A server that is stopped right after it listens, so that its queue fills.
    const code = `require("node:net").createServer().listen({ path: ${JSON.stringify(path)}, backlog: 1 }, () => console.log("listens"));`;
    server = await startServer(code);
    process.kill(server.pid, "SIGSTOP");
  });
  afterAll(async () => {
    await server?.close();
    rmSync(folder, { recursive: true });
  });

  it("shows a unix listener with its queue, full at limit + 1, and the finding", async () => {
    const clients = await startServer(
      `const net = require("node:net"); let open = 0; for (let n = 0; n < 2; n++) net.connect(${JSON.stringify(path)}).on("connect", () => { if (++open === 2) console.log("both"); });`,
    );
    const { listeners } = await ls("--unix");
    const row = listeners.find((one) => one.path === path);
    expect(row).toMatchObject({
      protocol: "unix",
      port: null,
      acceptQueue: { length: 2, limit: 1, capacity: 2 },
      process: { pid: server?.pid },
    });
    expect(row?.findings.map(({ code }) => code)).toContain("unix-queue-full");
    await clients.close();
  });

  it("does not let the path steer the terminal", async () => {
    const io = fakeIo();
    await run(["ls", "--unix"], io);
    expect(io.written.stdout).toContain("full \ufffd[31m.sock");
    expect(io.written.stdout).not.toContain("\u001b");
  });

  it("shows none without the option", async () => {
    expect((await ls()).listeners.filter(({ protocol }) => protocol === "unix")).toEqual([]);
  });
});
