/**
 * The remedies that `listenq ls` gives for real servers, applied to them: the limit must be what the line says, and what is
 * said not to be enough must not be.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { findInSnapshot } from "../../src/core/findings/find-in-snapshot.ts";
import type { ObservedListener } from "../../src/core/listener/snapshot/snapshot-document.ts";
import { writeSysctl } from "../../src/system/linux/proc/sysctl.ts";
import { takeSnapshot } from "../../src/system/observe/snapshot.ts";
import { hasOwnNamespace } from "../support/own-namespace.ts";
import { PATIENCE } from "../support/patience.ts";

const has = (program: string): boolean => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
const PORT = 8080;

describe.skipIf(!hasOwnNamespace)("remedies (needs root, for a namespace of its own)", () => {
  const folder = mkdtempSync(join(tmpdir(), "listenq-remedies-"));
  const config = join(folder, "server.conf");
  let server: ChildProcess | null = null;

  afterEach(stop);
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  async function stop(): Promise<void> {
    if (server === null) return;
    const ended = new Promise((resolve) => server?.once("exit", resolve));
    server.kill("SIGTERM");
    await ended;
    server = null;
  }
  const see = (): ObservedListener | undefined => {
    const { snapshot, hiddenProcesses } = takeSnapshot();
    return findInSnapshot(snapshot, hiddenProcesses).listeners.find(({ port }) => port === PORT);
  };
  const untilLimit = (limit: number) => vi.waitUntil(() => see()?.acceptQueue.limit === limit, PATIENCE);
  const remedyOf = (code: string): string =>
    see()
      ?.findings.find((finding) => finding.code === code)
      ?.remedy.join("\n") ?? "";
  const numberIn = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1]);

  it.skipIf(!has("nginx"))(
    "nginx: a raised somaxconn takes a restart, another number only a reload",
    async () => {
      const write = (listen: string) =>
        writeFileSync(
          config,
          `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/log info; events {} http { access_log off; server { listen ${listen}; } }`,
        );
      const reload = () => server?.kill("SIGHUP");
      writeSysctl("net.core.somaxconn", 128);
      write(String(PORT));
      server = spawn("nginx", ["-c", config], { stdio: "ignore" });
      await untilLimit(128);
      expect(remedyOf("limit-clamped")).toContain("restart the listening process");
      writeSysctl("net.core.somaxconn", 4096);
      const workers = () => spawnSync("pgrep", ["-P", String(server?.pid)]).stdout.toString();
      const before = workers();
      reload();
      await vi.waitUntil(() => workers() !== before && workers().trim().split("\n").length === 1, PATIENCE);
      expect(see()?.acceptQueue.limit).toBe(128);
      const remedy = remedyOf("limit-stale");
      expect(remedy).toContain("nginx -s reload");
      const backlog = numberIn(remedy, /backlog=(\d+)/);
      write(`${PORT} backlog=${backlog}`);
      reload();
      await untilLimit(backlog);
      expect(see()?.findings).toEqual([]);
    },
  );

  it.skipIf(!has("redis-server"))("Redis: tcp-backlog counts after a restart", async () => {
    const startWith = async (backlog: number | null, limit: number) => {
      const setting = backlog === null ? "" : `tcp-backlog ${backlog}`;
      writeFileSync(config, `port ${PORT}\nbind 127.0.0.1\nsave ""\n${setting}\n`);
      server = spawn("redis-server", [config], { stdio: "ignore", cwd: folder });
      await untilLimit(limit);
    };
    writeSysctl("net.core.somaxconn", 128);
    await startWith(null, 128);
    expect(see()?.limitSetBy).toBe("somaxconn");
    const raised = numberIn(remedyOf("limit-clamped"), /net\.core\.somaxconn=(\d+)/);
    writeSysctl("net.core.somaxconn", raised);
    await stop();
    await startWith(null, raised);
    expect(see()?.findings).toEqual([]);
    await stop();
    writeSysctl("net.core.somaxconn", 4096);
    await startWith(2044, 2044);
    expect(see()?.limitSetBy).toBe("application");
  });
});
