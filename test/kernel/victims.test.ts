/**
 * Victims by the kernel's trace events, beside what the lab recorded of the same clients.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { VictimsDocument } from "../../src/core/listener/victims/victims-document.ts";
import type { WhyDocument } from "../../src/core/listener/why-document.ts";
import { arrivalsOf, counterRise, type Trace } from "../../src/core/trace/index.ts";
import { isRoot, NOBODY, nobodyCanRun, run, start } from "../support/cli.ts";
import { type LabDocument, scenarioFile } from "../support/lab.ts";
import { theOne } from "../support/lookups.ts";
import { openStream, openWebSession, startWebPage } from "../support/web.ts";

async function victimsOf(scenario: string): Promise<{ victims: VictimsDocument; trace: Trace }> {
  const watching = start(["victims", "--json"]);
  await watching.said("watching every listener");
  const lab = await run(["lab", "run", scenarioFile(scenario), "--json"]);
  watching.child.kill("SIGINT");
  const { stdout, code } = await watching.ended;
  expect(code).toBe(130);
  return {
    victims: JSON.parse(stdout),
    trace: theOne((JSON.parse(lab.stdout) as LabDocument).experiments).trace,
  };
}

/** A machine where the kernel counts without a record says so (`untold`); then it is tried again. */
const UNTOLD = { retry: 4 };

// Events are machine-wide, so each scenario has a port of its own.
describe.skipIf(!isRoot)("listenq victims (needs root, for the kernel's trace events)", () => {
  it(
    "names exactly those whose final ACK the lab saw refused, and as many refused packets as the counter",
    UNTOLD,
    async (ctx) => {
      const { victims, trace } = await victimsOf("final-acks-refused");
      if (!victims.sources.refused) return ctx.skip("this kernel does not name refusals");
      const refused = arrivalsOf(trace, (endpoint) =>
        endpoint.endsWith(":8423") ? "listener" : null,
      ).filter(({ outcome }) => outcome === "final-refused");
      // A listener that comes while the machine is busy may be met once before its namespace is known.
      const named = victims.listeners.filter(({ listener }) => listener?.port === 8423);
      const told = named.reduce((sum, one) => sum + (one.refused ?? 0), 0);
      const clients = named.flatMap((one) => one.clients);
      expect(refused.length).toBeGreaterThan(0);
      // Never fewer in silence: what is in no line is in the counts.
      expect(told + victims.untold.refused + victims.refusedUnnamed).toBeGreaterThanOrEqual(refused.length);
      expect(victims.untold).toEqual({ synAckResent: 0, refused: 0, resetSent: 0, resetReceived: 0 });
      expect(told, JSON.stringify(victims.listeners)).toBe(refused.length);
      expect(told).toBe(counterRise(trace, "ListenOverflows"));
      expect(new Set(clients.map(({ client }) => client))).toEqual(
        new Set(refused.map(({ packet }) => packet.from)),
      );
      expect(clients.every(({ evidence }) => evidence === "kernel-refused")).toBe(true);
      expect(victims.lost).toBe(0);
    },
  );

  it("are told by the page's stream too", UNTOLD, async (ctx) => {
    const page = await startWebPage();
    try {
      const cookie = await openWebSession(page);
      const stream = await openStream(page.port, cookie);
      const { victims } = await stream.first(() => true);
      if (victims.needs !== null) return ctx.skip(victims.needs);
      const ended = run(["lab", "run", scenarioFile("final-acks-refused"), "--json"]);
      const told = stream.first((one) =>
        one.victims.lines.some(({ listener }) => listener.includes(":8423")),
      );
      // The run ends some seconds after its first refusal.
      const first = await Promise.race([told, ended.then(() => null)]);
      await ended;
      expect(first?.victims.lines.map(({ what }) => what).join("\n")).toMatch(/refused/);
      // Whoever comes later is told what was said.
      const later = await openStream(page.port, cookie);
      expect((await later.first(() => true)).victims.lines.length).toBeGreaterThan(0);
      later.close();
      stream.close();
    } finally {
      await page.stop();
    }
  });

  it("tells a reset from a silent refusal", UNTOLD, async (ctx) => {
    const { victims, trace } = await victimsOf("final-acks-reset");
    if (!victims.sources.refused || !victims.sources.resetSent)
      return ctx.skip("this kernel does not name refusals");
    // Events are machine-wide, and other tests provoke resets too.
    const reset = theOne(
      victims.lines.filter(({ what, listener }) => what === "reset" && listener?.port === 8424),
    );
    expect(reset.listener).toMatchObject({ address: "192.0.2.2" });
    // The lab's clients are of this machine, so the kernel tells who received it.
    const received = victims.lines.filter(({ what }) => what === "reset-received");
    const resets = trace.packets.filter(({ flags, to }) => flags.startsWith("R") && !to.endsWith(":8424"));
    expect(received.map(({ client }) => client)).toContain(resets[0]?.to);
  });

  it(
    "is the second witness of why: the kernel's own word stands beside the counters, with the client",
    UNTOLD,
    async (ctx) => {
      const watching = start(["why", "8423", "--netns", "all", "--for", "4s", "--json"]);
      const lab = await run(["lab", "run", scenarioFile("final-acks-refused"), "--json"]);
      const { stdout, stderr, code } = await watching.ended;
      const trace = theOne((JSON.parse(lab.stdout) as LabDocument).experiments).trace;
      // The listener is waited for for two seconds, which a busy machine may need to begin the lab.
      if (code === 2 && stderr.includes("nobody listens")) return ctx.skip("the lab began too late");
      const { kernelWord } = JSON.parse(stdout) as WhyDocument;
      const refused = arrivalsOf(trace, (endpoint) =>
        endpoint.endsWith(":8423") ? "listener" : null,
      ).filter(({ outcome }) => outcome === "final-refused");
      const clients = refused.map(({ packet }) => packet.from);
      expect(["said", "resent"]).toContain(kernelWord?.grade);
      expect(clients).toEqual(expect.arrayContaining([...(kernelWord?.clients ?? [])]));
      expect(kernelWord?.refused ?? 0).toBeLessThanOrEqual(refused.length);
    },
  );

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
    expect([code, stderr]).toEqual([3, expect.stringMatching(/run it as root.*listenq why PORT/)]);
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
