import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { run } from "../support/cli.ts";
import { isInstalled, lint, type RunningTestExporter, scrape, startExporter } from "../support/exporter.ts";

const hasPromtool = isInstalled("promtool");
const MANY = 300;

describe("listenq exporter", () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0)) await cleanup();
  });
  const exporter = async (...args: string[]): Promise<RunningTestExporter> => {
    const running = await startExporter(...args);
    cleanups.push(running.stop);
    return running;
  };
  const listener = async (backlog: number): Promise<number> => {
    const server = createServer().listen({ host: "127.0.0.1", port: 0, backlog });
    await once(server, "listening");
    cleanups.push(() => server.close());
    return (server.address() as { port: number }).port;
  };

  it("shows a listener with its limit, capacity and process, in both formats", async () => {
    const port = await listener(7);
    const { url } = await exporter();
    const labels = `protocol="tcp",address="127.0.0.1",port="${port}",process="[^"]+",container="[^"]*"`;
    for (const accept of ["text/plain", "application/openmetrics-text; version=1.0.0"]) {
      const text = await scrape(url, accept);
      expect(text).toMatch(new RegExp(`^listenq_accept_queue_limit\\{netns="\\d+",${labels}\\} 7$`, "m"));
      expect(text).toMatch(new RegExp(`^listenq_accept_queue_capacity\\{netns="\\d+",${labels}\\} 8$`, "m"));
      expect(text).toMatch(
        new RegExp(
          `^listenq_listener_drops_total\\{netns="\\d+",${labels},cause="accept-queue-full"\\} 0$`,
          "m",
        ),
      );
      expect(text.endsWith("# EOF\n")).toBe(accept.startsWith("application"));
    }
  });

  it("shows unix listeners with --unix, by path and without drops, and none without it", async () => {
    const path = join(tmpdir(), `listenq-exporter-${process.pid}.sock`);
    const server = createServer().listen({ path, backlog: 3 });
    await once(server, "listening");
    cleanups.push(() => server.close());
    const shown = await scrape((await exporter("--unix")).url);
    const series = shown.split("\n").filter((line) => line.includes(`address="${path}",port=""`));
    expect(series.find((line) => line.startsWith("listenq_accept_queue_capacity"))).toMatch(/ 4$/);
    expect(series.some((line) => /^listenq_(listener_drops|syn_queue)/.test(line))).toBe(false);
    expect(await scrape((await exporter()).url)).not.toContain(path);
  });

  it("pleases promtool, with names that somebody chose to do harm", async (context) => {
    if (!hasPromtool) context.skip("promtool (Debian package prometheus) is not installed");
    const evil = spawn(process.execPath, [
      "-e",
      `require("fs").writeFileSync("/proc/self/comm", 'e"v\\\\i\\n\\x1b[31m');
       require("net").createServer().listen(0, "127.0.0.1", () => console.log("up"))`,
    ]);
    cleanups.push(() => evil.kill());
    await once(evil.stdout, "data");
    const { url } = await exporter();
    const text = await scrape(url);
    expect(text).toContain('process="e\\"v\\\\i\\\\x0a\\\\x1b[31m"');
    expect(lint(text)).toBe("");
    // What promtool must refuse, so that the line above says something.
    expect(lint(text.replaceAll("_total", ""))).toContain("counter");
  });

  it("folds listeners beyond the bound into one series, and says so", async () => {
    for (const backlog of [5, 6, 7]) await listener(backlog);
    const running = await exporter("--max-listeners", "1");
    await running.said("listeners beyond the bound of 1 are folded");
    const text = await scrape(running.url);
    expect(text.match(/^listenq_accept_queue_length\{/gm)).toHaveLength(2);
    expect(text).toContain('port="folded"');
    expect(Number(/^listenq_folded_listeners (\d+)$/m.exec(text)?.[1])).toBeGreaterThanOrEqual(2);
  });

  it("answers its health, its root, and nothing else", async () => {
    const { url } = await exporter();
    const ask = async (path: string, method = "GET") => {
      const response = await fetch(url + path, { method });
      return [response.status, await response.text()];
    };
    expect(await ask("/healthz")).toEqual([200, "ok\n"]);
    expect((await ask("/"))[0]).toBe(200);
    expect(await ask("/metrics?name=x")).toEqual([200, expect.stringContaining("# HELP")]);
    expect(await ask("/metrics", "HEAD")).toEqual([200, ""]);
    expect((await ask("/metrics", "POST"))[0]).toBe(405);
    expect(await ask("/%1b%5b<script>")).toEqual([404, "there is no such page; see /metrics\n"]);
  });

  it("is not hurt by hundreds of scrapers that say nothing, half a request, or read nothing", async () => {
    const running = await exporter();
    const openings = [
      "",
      "GET /metrics HTTP/1.1\r\nHost:",
      "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".repeat(50),
    ];
    const sockets: Socket[] = [];
    cleanups.push(() => sockets.forEach((socket) => void socket.destroy()));
    for (let made = 0; made < MANY; made++) {
      const socket = connect(running.port, "127.0.0.1").on("error", () => {});
      socket.pause();
      socket.write(openings[made % openings.length]!);
      sockets.push(socket);
    }
    const text = await scrape(running.url);
    expect(text).toContain("listenq_accept_queue_length");
    expect(Number(/^process_open_fds (\d+)$/m.exec(text)?.[1])).toBeLessThan(150);
  });

  it("says in one line that the port is taken, or no endpoint at all, and exits with 2", async () => {
    const port = await listener(5);
    const taken = await run(["exporter", "--listen", `127.0.0.1:${port}`]);
    expect(taken).toMatchObject({ code: 2, stdout: "" });
    expect(taken.stderr).toBe(
      `listenq: --listen 127.0.0.1:${port}: another program listens there; choose another port\n`,
    );
    for (const [option, value] of [
      ["--listen", "9842"],
      ["--max-listeners", "0"],
      ["--netns", "a/b"],
      ["--every", "0"],
    ]) {
      const wrong = await run(["exporter", option!, value!]);
      expect(wrong.code).toBe(2);
      expect(wrong.stderr).toMatch(new RegExp(`^listenq: ${option} must be [^\n]*\n$`));
    }
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("ends cleanly on %s, with a scraper connected", async (signal, code) => {
    const running = await startExporter();
    await scrape(running.url);
    running.child.kill(signal);
    expect(await running.ended).toMatchObject({ code, stdout: "" });
  });
});

describe.skipIf(!hasPromtool)("the alert rules (promtool, Debian package prometheus)", () => {
  const folder = fileURLToPath(new URL("../../deploy/prometheus/", import.meta.url));
  it.each([
    ["check", "alerts.yaml"],
    ["test", "alerts.test.yaml"],
  ])("pass promtool %s rules %s", (command, file) => {
    const { status, stdout, stderr } = spawnSync("promtool", [command, "rules", file], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(status, stdout + stderr).toBe(0);
  });
});
