/**
 * A server that accepts all the time and is only overloaded must not be told to stand still: its queue is full at every scrape.
 * The rules of deploy/ are held against what a real exporter said of it, by promtool, whatever the machine's speed.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  acceptFrom,
  closeSocket,
  connectTo,
  openListener,
  openTcpSocket,
} from "../../src/system/linux/socket/tcp-socket.ts";
import { isInstalled, type RunningTestExporter, scrape, startExporter } from "../support/exporter.ts";
import { hasOwnNamespace } from "../support/own-namespace.ts";
import { PATIENCE } from "../support/patience.ts";

const ADDRESS = "127.0.0.1";
const PORT = 7_790;
const BACKLOG = 16;
const [ACCEPT_EVERY_MS, CONNECT_EVERY_MS] = [50, 5];
const MOST_CLIENTS = 300;
const RULES = fileURLToPath(new URL("../../deploy/prometheus/alerts.yaml", import.meta.url));
const SCRAPES = 6;
/** Prometheus's usual distance; the alert looks back for four of them. */
const SCRAPE_EVERY_S = 15;
const SERIES = {
  length: "listenq_accept_queue_length",
  capacity: "listenq_accept_queue_capacity",
  taken: "listenq_accept_queue_taken_total",
} as const;

type Reading = Readonly<Record<keyof typeof SERIES, number>>;

function readingOf(page: string): Reading {
  const seriesValue = (metric: string): number => {
    const line = page
      .split("\n")
      .find((one) => one.startsWith(`${metric}{`) && one.includes(`port="${PORT}"`));
    if (line === undefined) throw new Error(`no ${metric} of port ${PORT}`);
    return Number(line.slice(line.lastIndexOf(" ")));
  };
  return {
    length: seriesValue(SERIES.length),
    capacity: seriesValue(SERIES.capacity),
    taken: seriesValue(SERIES.taken),
  };
}

/** Accepts twenty a second, while ten times as many come. */
function overload(): () => void {
  const listener = openListener({ address: ADDRESS, port: PORT, backlog: BACKLOG });
  const clients: number[] = [];
  const accepting = setInterval(() => {
    const accepted = acceptFrom(listener);
    if (typeof accepted !== "number") closeSocket(accepted.fd);
  }, ACCEPT_EVERY_MS);
  const connecting = setInterval(() => {
    const client = openTcpSocket(ADDRESS);
    clients.push(client);
    connectTo(client, ADDRESS, PORT);
    const oldest = clients.length > MOST_CLIENTS ? clients.shift() : undefined;
    if (oldest !== undefined) closeSocket(oldest);
  }, CONNECT_EVERY_MS);
  return () => {
    clearInterval(accepting);
    clearInterval(connecting);
    for (const fd of [...clients, listener]) closeSocket(fd);
  };
}

/** Whether the alert fires for such readings at the last of them. */
function isToldStuck(readings: readonly Reading[]): boolean {
  const folder = mkdtempSync(join(tmpdir(), "listenq-alert-"));
  try {
    const series = Object.entries(SERIES).map(([name, metric]) => ({
      series: `${metric}{port="${PORT}"}`,
      values: readings.map((reading) => reading[name as keyof Reading]).join(" "),
    }));
    const atEnd = { eval_time: `${(readings.length - 1) * SCRAPE_EVERY_S}s` };
    const test = {
      rule_files: [RULES],
      evaluation_interval: `${SCRAPE_EVERY_S}s`,
      tests: [
        {
          interval: `${SCRAPE_EVERY_S}s`,
          input_series: series,
          alert_rule_test: [{ ...atEnd, alertname: "ListenqAcceptQueueStuck", exp_alerts: [] }],
        },
      ],
    };
    const file = join(folder, "test.yaml");
    writeFileSync(file, JSON.stringify(test));
    const { status, stdout, stderr } = spawnSync("promtool", ["test", "rules", file], { encoding: "utf8" });
    if (status === 0) return false;
    expect(stdout + stderr).toContain(`alertname="ListenqAcceptQueueStuck", port="${PORT}"`);
    return true;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const hasPromtool = isInstalled("promtool");
const unless = hasPromtool ? "" : " [skipped: promtool is not installed]";

describe.skipIf(!hasOwnNamespace || !hasPromtool)(`the alert for a server that stands still${unless}`, () => {
  let exporter: RunningTestExporter | null = null;
  let stop: (() => void) | null = null;
  afterEach(async () => {
    stop?.();
    await exporter?.stop();
  });

  it("does not fire for one that accepts all the time, though its queue is full at every scrape", async () => {
    stop = overload();
    exporter = await startExporter();
    const { url } = exporter;
    const readings: Reading[] = [];
    while (readings.length < SCRAPES) {
      const before = readings.at(-1)?.taken ?? 0;
      await vi.waitUntil(
        async () => {
          const reading = readingOf(await scrape(url));
          const isFull = reading.length >= reading.capacity;
          if (isFull && reading.taken > before) readings.push(reading);
          return readings.at(-1) === reading;
        },
        { ...PATIENCE, interval: 200 },
      );
    }
    expect(isToldStuck(readings), JSON.stringify(readings)).toBe(false);
    // The same queue of a server that takes nobody.
    expect(isToldStuck(readings.map((reading) => ({ ...reading, taken: 1 })))).toBe(true);
  });
});
