/** The built exporter as a child process, and its peers where they are installed. */
import { spawnSync } from "node:child_process";
import { type RunningCli, start } from "./cli.ts";

/** True when a program can be started. */
export function isInstalled(program: string): boolean {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined;
}

/** A running exporter. */
export interface RunningTestExporter extends RunningCli {
  readonly port: number;
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts it on a free port of loopback. */
export async function startExporter(...args: string[]): Promise<RunningTestExporter> {
  const cli = start(["exporter", "--listen", "127.0.0.1:0", ...args]);
  let stderr = "";
  cli.child.stderr.on("data", (text: string) => {
    stderr += text;
  });
  await cli.said("/metrics\n");
  const port = Number(/127\.0\.0\.1:(\d+)\/metrics/.exec(stderr)?.[1]);
  const stop = async (): Promise<void> => {
    cli.child.kill("SIGTERM");
    await cli.ended;
  };
  return { ...cli, port, url: `http://127.0.0.1:${port}`, stop };
}

/** The text of all metrics. */
export async function scrape(url: string, accept = "text/plain"): Promise<string> {
  const response = await fetch(`${url}/metrics`, { headers: { accept } });
  return await response.text();
}

/** What promtool has to say about metrics; empty when it is content. */
export function lint(metrics: string): string {
  const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], {
    input: metrics,
    encoding: "utf8",
  });
  return status === 0 ? "" : `${stdout}${stderr}`;
}
