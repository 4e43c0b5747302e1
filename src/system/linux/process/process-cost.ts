/**
 * What this process costs.
 *
 * @module
 */
import process from "node:process";

/** CPU time of all its threads, from call to call. */
export class ProcessCost {
  #usage: NodeJS.CpuUsage = process.cpuUsage();
  #atMs: number = performance.now();

  /** Since the last call, or since this was made, as a share of one core. */
  share(): number {
    const { user, system } = process.cpuUsage(this.#usage);
    const atMs = performance.now();
    const share = (user + system) / 1_000 / Math.max(1, atMs - this.#atMs);
    this.#usage = process.cpuUsage();
    this.#atMs = atMs;
    return share;
  }
}
