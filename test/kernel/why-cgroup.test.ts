import { once } from "node:events";
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { WhyDocument } from "../../src/core/listener/why-document.ts";
import { closeSocket, connectTo, openTcpSocket } from "../../src/system/linux/socket/tcp-socket.ts";
import { run } from "../../src/ui/cli/run.ts";
import { fakeIo } from "../fakes/io.ts";
import { hasOwnNamespace } from "../support/own-namespace.ts";
import { listenCode, type ServerProcess, startServer } from "../support/servers.ts";

const ROOT = "/sys/fs/cgroup";
/** Where a controller's groups may be made: version 2 in its own place or beside version 1. */
const firstWith = (...candidates: readonly (readonly [folder: string, file: string])[]): string | null =>
  candidates.find(([folder, file]) => existsSync(join(folder, file)))?.[0] ?? null;
const FREEZER_1 = firstWith([`${ROOT}/freezer`, "cgroup.procs"]);
const VERSION_2 = firstWith([`${ROOT}/unified`, "cgroup.procs"], [ROOT, "cgroup.controllers"]);
const CPU_1 = firstWith([`${ROOT}/cpu`, "cpu.cfs_quota_us"]);

/** Control groups of our own, in a network namespace of our own. */
describe.skipIf(!hasOwnNamespace)(
  "listenq why of a server whose control group does not let it run (needs root)",
  () => {
    const open: number[] = [];
    const servers: ServerProcess[] = [];
    const groups: string[] = [];
    const serve = async (code: string): Promise<ServerProcess> => {
      const server = await startServer(code);
      servers.push(server);
      return server;
    };
    const connect = (port: number): void => {
      const fd = openTcpSocket("127.0.0.1");
      open.push(fd);
      connectTo(fd, "127.0.0.1", port);
    };
    /** Puts a process into a new group with these files written first. */
    const enterGroup = (parent: string, pid: number, files: Readonly<Record<string, string>>): string => {
      const group = join(parent, `listenq-test-${process.pid}-${groups.length}`);
      mkdirSync(group);
      groups.push(group);
      for (const [file, text] of Object.entries(files)) writeFileSync(join(group, file), text);
      writeFileSync(join(group, "cgroup.procs"), String(pid));
      return group;
    };
    const why = async (port: number): Promise<WhyDocument> => {
      const io = fakeIo();
      await run(["why", String(port), "--for", "1200ms", "--json"], io);
      return JSON.parse(io.written.stdout) as WhyDocument;
    };

    afterEach(async () => {
      for (const fd of open.splice(0)) closeSocket(fd);
      for (const server of servers.splice(0)) await server.close();
      // A group can be removed once the last of its processes is gone for good.
      for (const group of groups.splice(0)) await expect.poll(() => remove(group)).toBe(true);
    });

    it.skipIf(FREEZER_1 === null)(
      "frozen, version 1: names it as the cause, and not once it is thawed",
      async () => {
        const server = await serve(listenCode(7_200, 3));
        const group = enterGroup(FREEZER_1 ?? "", server.pid, {});
        writeFileSync(join(group, "freezer.state"), "FROZEN");
        connect(7_200);
        const document = await why(7_200);
        writeFileSync(join(group, "freezer.state"), "THAWED");
        expect(document.verdict).toMatchObject({
          code: "owner-not-running",
          title: expect.stringContaining("frozen"),
        });
        expect(document.listeners[0]?.owner?.isFrozen).toBe(true);
        expect((await why(7_200)).verdict.code).toBe("not-the-queue");
      },
    );

    it.skipIf(VERSION_2 === null)("frozen, version 2", async () => {
      const server = await serve(listenCode(7_201, 3));
      const group = enterGroup(VERSION_2 ?? "", server.pid, {});
      writeFileSync(join(group, "cgroup.freeze"), "1");
      connect(7_201);
      const document = await why(7_201);
      writeFileSync(join(group, "cgroup.freeze"), "0");
      expect(document.verdict).toMatchObject({
        code: "owner-not-running",
        title: expect.stringContaining("frozen"),
      });
    });

    it.skipIf(CPU_1 === null)("throttled: names the quota while connections wait", async () => {
      const spin = `${listenCode(7_202, 3)} process.stdin.on("data", () => { console.log("spins"); for (;;); });`;
      const server = await serve(spin);
      server.child.stdin.write("spin\n");
      await once(server.child.stdout, "data");
      // A hundredth of a CPU: less than a busy machine leaves it, so that it is the quota that holds it up.
      enterGroup(CPU_1 ?? "", server.pid, { "cpu.cfs_period_us": "100000", "cpu.cfs_quota_us": "1000" });
      connect(7_202);
      const document = await why(7_202);
      expect(document.verdict).toMatchObject({
        code: "owner-not-running",
        title: expect.stringContaining("throttled"),
      });
      expect(document.listeners[0]?.owner?.throttledPeriods).toBeGreaterThan(0);
    });
  },
);

function remove(group: string): boolean {
  try {
    rmdirSync(group);
    return true;
  } catch {
    return false;
  }
}
