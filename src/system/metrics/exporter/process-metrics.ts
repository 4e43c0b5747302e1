/**
 * What the exporter costs, under the names that every Prometheus client gives to them.
 *
 * @module
 */
import { readdirSync } from "node:fs";
import process from "node:process";
import type { MetricFamily } from "./text-format.ts";

const STARTED_S = Date.now() / 1_000 - process.uptime();

/** As they are now. */
export function processMetrics(version: string): MetricFamily[] {
  const { user, system } = process.cpuUsage();
  const cpuSeconds = (user + system) / 1e6;
  return [
    {
      ...one("process_cpu_seconds_total", "CPU time of the exporter, user and system.", cpuSeconds),
      type: "counter",
    },
    one("process_resident_memory_bytes", "Resident memory of the exporter.", process.memoryUsage.rss()),
    one("process_open_fds", "Open descriptors of the exporter.", readdirSync("/proc/self/fd").length - 1),
    one("process_start_time_seconds", "Start of the exporter, seconds since 1970.", STARTED_S),
    one("listenq_build_info", "1, with the version of listenq as a label.", 1, { version }),
  ];
}

function one(name: string, help: string, value: number, labels: Record<string, string> = {}): MetricFamily {
  return { name, help, type: "gauge", points: [{ labels, value }] };
}
