/**
 * What the exporter costs, under the names that every Prometheus client gives to them.
 *
 * @module
 */
import { readdirSync } from "node:fs";
import process from "node:process";
import { Counter, Gauge, type Registry } from "prom-client";

/** Adds them to a registry. */
export function registerProcessMetrics(registry: Registry, version: string): void {
  const registers = [registry];
  new Counter({
    name: "process_cpu_seconds_total",
    help: "CPU time of the exporter, user and system.",
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  gauge(registers, "process_resident_memory_bytes", "Resident memory of the exporter.", () =>
    process.memoryUsage.rss(),
  );
  gauge(
    registers,
    "process_open_fds",
    "Open descriptors of the exporter.",
    () => readdirSync("/proc/self/fd").length - 1,
  );
  gauge(
    registers,
    "process_start_time_seconds",
    "Start of the exporter, seconds since 1970.",
    () => STARTED_S,
  );
  new Gauge({
    name: "listenq_build_info",
    help: "1, with the version of listenq as a label.",
    labelNames: ["version"],
    registers,
  }).set({ version }, 1);
}

const STARTED_S = Date.now() / 1_000 - process.uptime();

function gauge(registers: Registry[], name: string, help: string, value: () => number): void {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(value());
    },
  });
}
