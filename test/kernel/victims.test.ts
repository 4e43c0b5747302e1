/**
 * Victims by the kernel's trace events, beside what the lab recorded of the same clients.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { VictimsDocument } from "../../src/core/listener/victims/victims-document.ts";
import { arrivalsOf, counterRise, type Trace } from "../../src/core/trace/index.ts";
import { isRoot, NOBODY, nobodyCanRun, run, start } from "../support/cli.ts";
import { type LabDocument, scenarioFile } from "../support/lab.ts";
import { theOne } from "../support/lookups.ts";

async function victimsOf(
  scenario: string,
  port: number,
): Promise<{ victims: VictimsDocument; trace: Trace }> {
  const watching = start(["victims", "--json", "--port", String(port)]);
  await watching.said(`watching port ${port}`);
  const lab = await run(["lab", "run", scenarioFile(scenario), "--json"]);
  watching.child.kill("SIGINT");
  const { stdout, code } = await watching.ended;
  expect(code).toBe(130);
  return {
    victims: JSON.parse(stdout),
    trace: theOne((JSON.parse(lab.stdout) as LabDocument).experiments).trace,
  };
}

// Events are machine-wide, so each scenario has a port of its own.
describe.skipIf(!isRoot)("listenq victims (needs root, for the kernel's trace events)", () => {
  it("names exactly those whose final ACK the lab saw refused, and as many refused packets as the counter", async (ctx) => {
    const { victims, trace } = await victimsOf("final-acks-refused", 8423);
    if (!victims.sources.refused) return ctx.skip("this kernel does not name refusals");
    const refused = arrivalsOf(trace, (endpoint) => (endpoint.endsWith(":8423") ? "listener" : null)).filter(
      ({ outcome }) => outcome === "final-refused",
    );
    const named = theOne(victims.listeners.filter(({ listener }) => listener?.port === 8423));
    expect(refused.length).toBeGreaterThan(0);
    expect(named.refused).toBe(refused.length);
    expect(named.refused).toBe(counterRise(trace, "ListenOverflows"));
    expect(new Set(named.clients.map(({ client }) => client))).toEqual(
      new Set(refused.map(({ packet }) => packet.from)),
    );
    expect(named.clients.every(({ evidence }) => evidence === "kernel-refused")).toBe(true);
    expect(victims.lost).toBe(0);
  });

  it("tells a reset from a silent refusal", async (ctx) => {
    const { victims } = await victimsOf("final-acks-reset", 8424);
    if (!victims.sources.refused || !victims.sources.resetSent)
      return ctx.skip("this kernel does not name refusals");
    expect(victims.lines.map(({ what }) => what)).toContain("reset");
  });

  it("leaves nothing when it is killed: no mount, and no instance of tracefs", async () => {
    const before = readFileSync("/proc/self/mountinfo", "utf8");
    const watching = start(["victims", "--json"]);
    await watching.said("watching every listener");
    expect(readFileSync("/proc/self/mountinfo", "utf8")).toBe(before);
    expect(perfDescriptors(watching.child.pid ?? 0)).toBeGreaterThan(0);
    watching.child.kill("SIGKILL");
    await watching.ended;
    expect(perfDescriptors(watching.child.pid ?? 0)).toBe(0);
    expect(readFileSync("/proc/self/mountinfo", "utf8")).toBe(before);
  });

  it("says who may, where this user may not", async (ctx) => {
    if (!nobodyCanRun()) return ctx.skip("the program cannot be read by an ordinary user");
    const { code, stderr } = await run(["victims", "--for", "1s"], { uid: NOBODY });
    expect([code, stderr]).toEqual([3, expect.stringContaining("run it as root")]);
  });
});

function perfDescriptors(pid: number): number {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).filter((fd) => readlinkSync(`${folder}/${fd}`).includes("perf_event")).length;
  } catch {
    return 0;
  }
}
