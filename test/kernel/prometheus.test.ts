import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { SockDiag } from "../../src/system/linux/netlink/sock-diag.ts";
import { closeSocket, openListener } from "../../src/system/linux/socket/tcp-socket.ts";
import { isInstalled, type RunningTestExporter, scrape, startExporter } from "../support/exporter.ts";
import { hasOwnNamespace } from "../support/own-namespace.ts";
import { PATIENCE } from "../support/patience.ts";

const hasPrometheus = isInstalled("prometheus");
const unless = hasPrometheus ? "" : " [skipped: prometheus is not installed]";
const PROMETHEUS_PORT = 9_090;
const [BUSY_PORT, IDLE_PORT] = [7_777, 7_778];
const RULES = fileURLToPath(new URL("../../deploy/prometheus/alerts.yaml", import.meta.url));
const DASHBOARD = fileURLToPath(new URL("../../deploy/grafana/listenq.json", import.meta.url));

/** A real Prometheus scrapes a real exporter while a real queue overflows, in a namespace that ends with this process. */
describe.skipIf(!hasOwnNamespace || !hasPrometheus)(`under a real Prometheus${unless}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "listenq-prometheus-"));
  const clients: Socket[] = [];
  const listeners: number[] = [];
  let exporter: RunningTestExporter;
  let prometheus: ChildProcess;

  beforeAll(async () => {
    for (const port of [BUSY_PORT, IDLE_PORT])
      listeners.push(openListener({ address: "127.0.0.1", port, backlog: 1 }));
    exporter = await startExporter();
    prometheus = startPrometheus(folder, exporter.port);
  });

  afterAll(async () => {
    for (const client of clients) client.destroy();
    for (const listener of listeners) closeSocket(listener);
    prometheus?.kill();
    if (prometheus !== undefined) await once(prometheus, "close");
    await exporter?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is scraped, and the overflow alert fires for the listener that overflowed and for no other", async () => {
    const before = `listenq_listener_drops_total{port="${BUSY_PORT}",cause="accept-queue-full"}`;
    await until(async () =>
      (await query(`count_over_time(${before}[1m])`)).some(({ value }) => Number(value[1]) > 1),
    );
    expect(await alerts()).toEqual([]);

    // Backlog 1 keeps two; the SYNs of the others are dropped, and come again after a second.
    for (let made = 0; made < 5; made++) clients.push(connect(BUSY_PORT, "127.0.0.1").on("error", () => {}));
    const fires = (name: string) => async (): Promise<boolean> =>
      (await alerts()).some(({ labels, state }) => labels["alertname"] === name && state === "firing");
    await until(fires("ListenqAcceptQueueOverflow"));
    const overflows = (await alerts()).filter(
      ({ labels }) => labels["alertname"] === "ListenqAcceptQueueOverflow",
    );
    expect(overflows.map(({ labels }) => labels["port"])).toEqual([String(BUSY_PORT)]);
    expect(overflows[0]?.annotations["summary"]).toMatch(
      /on 127\.0\.0\.1:7777 refused packets: its accept queue was full$/,
    );
    // Nobody accepts; its `for` is shortened to 2 s here.
    await until(fires("ListenqAcceptQueueStuck"));
  });

  it.each([
    ["all", { instance: ".*", process: ".*", port: ".*" }],
    // Grafana joins what was chosen, and escapes it.
    [
      "chosen",
      { instance: "(127\\\\.0\\\\.0\\\\.1:.*)", process: "(node|none)", port: `(${BUSY_PORT}|${IDLE_PORT})` },
    ],
  ])(
    "gives every panel of the dashboard data, and shares that are not above 1, with variables for %s",
    async (_name, variables) => {
      for (const { title, unit, expression } of panelQueries(variables)) {
        let values: number[] = [];
        await until(async () => {
          values = (await query(expression)).map(({ value }) => Number(value[1]));
          return values.length > 0;
        }).catch(() => expect.fail(`${title} has no data: ${expression}`));
        if (unit === "percentunit") expect(Math.max(...values), title).toBeLessThanOrEqual(1);
      }
    },
  );

  it("counts exactly what the kernel counts, and says for how long the queue was full", async () => {
    for (const client of clients.splice(0)) client.destroy();
    const diag = new SockDiag();
    await until(async () => {
      const text = await scrape(exporter.url);
      const row = diag.sockets(["LISTEN"], ["ipv4"]).find(({ local }) => local.port === BUSY_PORT);
      return sumOf(text, "listenq_listener_drops_total", BUSY_PORT) === row?.skmeminfo?.drops;
    });
    diag.close();
    const text = await scrape(exporter.url);
    expect(sumOf(text, "listenq_listener_drops_total", BUSY_PORT)).toBeGreaterThanOrEqual(3);
    expect(sumOf(text, "listenq_accept_queue_full_seconds_total", BUSY_PORT)).toBeGreaterThan(1);
    expect(sumOf(text, "listenq_accept_queue_peak", BUSY_PORT)).toBe(2);
    expect(sumOf(text, "listenq_listener_drops_total", IDLE_PORT)).toBe(0);
    expect(sumOf(text, "listenq_accept_queue_full_seconds_total", IDLE_PORT)).toBe(0);
  });
});

interface Panel {
  readonly title: string;
  readonly fieldConfig: { readonly defaults: { readonly unit: string } };
  readonly targets: readonly { readonly expr: string }[];
}

/** What Grafana would ask, with its variables replaced. */
function panelQueries(variables: Readonly<Record<string, string>>) {
  const { panels } = JSON.parse(readFileSync(DASHBOARD, "utf8")) as { panels: readonly Panel[] };
  const all = { ...variables, __rate_interval: "30s" };
  return panels.flatMap(({ title, fieldConfig, targets }) =>
    targets.map(({ expr }) => ({
      title,
      unit: fieldConfig.defaults.unit,
      expression: Object.entries(all).reduce(
        (text, [name, value]) => text.replaceAll(`$${name}`, value),
        expr,
      ),
    })),
  );
}

function startPrometheus(folder: string, port: number): ChildProcess {
  const configuration = {
    global: { scrape_interval: "1s", evaluation_interval: "1s" },
    rule_files: ["rules.yaml"],
    scrape_configs: [{ job_name: "listenq", static_configs: [{ targets: [`127.0.0.1:${port}`] }] }],
  };
  writeFileSync(join(folder, "prometheus.yml"), JSON.stringify(configuration));
  writeFileSync(join(folder, "rules.yaml"), readRulesWithShortFor());
  const args = [
    `--config.file=${folder}/prometheus.yml`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${PROMETHEUS_PORT}`,
  ];
  return spawn("prometheus", args, { stdio: "ignore", cwd: folder });
}

function readRulesWithShortFor(): string {
  return readFileSync(RULES, "utf8").replaceAll(/^( +for:) .*$/gm, "$1 2s");
}

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: string;
}

async function api(path: string): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${PROMETHEUS_PORT}/api/v1/${path}`);
  return ((await response.json()) as { data: unknown }).data;
}

/** Alerts of listeners; the exporter's own series are no part of the question. */
async function alerts(): Promise<Alert[]> {
  const { alerts: all } = (await api("alerts")) as { alerts: Alert[] };
  return all;
}

async function query(expression: string): Promise<{ value: [number, string] }[]> {
  const { result } = (await api(`query?query=${encodeURIComponent(expression)}`)) as {
    result: { value: [number, string] }[];
  };
  return result;
}

/** Prometheus tells nobody when it has scraped: it must be asked. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  await vi.waitUntil(() => holds().catch(() => false), { ...PATIENCE, interval: 200 });
}

function sumOf(text: string, metric: string, port: number): number {
  const lines = text
    .split("\n")
    .filter((line) => line.startsWith(`${metric}{`) && line.includes(`port="${port}"`));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}
