import { describe, expect, it } from "vitest";
import { labRun, runScenarioFile, scenarioFile, USERS } from "../support/lab.ts";
import { callsOf, theOne } from "../support/lookups.ts";

// What is true of every recording (order, references, keys, checksums, the capture file) is checked by runScenarioFile.
describe.concurrent("a recording", () => {
  it("tells how densely it was sampled, as its own samples say", async (ctx) => {
    const { trace } = await runScenarioFile(ctx, "three-seconds-of-waiting");
    const gaps = trace.samples.slice(1).map(({ at }, place) => at - (trace.samples[place]?.at ?? 0));
    const { p99SampleGapMs, largestSampleGapMs, framesLost, interrupted } = trace.recording;
    const within = gaps.filter((gap) => gap <= (p99SampleGapMs ?? 0)).length;
    expect(within / gaps.length).toBeGreaterThanOrEqual(0.99);
    expect(largestSampleGapMs).toBe(Math.max(...gaps));
    expect([framesLost, interrupted]).toEqual([0, false]);
    expect(gaps.length, "samples in three seconds").toBeGreaterThan(100);
  });

  it("has a sample after each packet that reached the server and after each call on the listener", async (ctx) => {
    const { trace } = await runScenarioFile(ctx, "accept-at-planned-times-shortens-the-queue");
    const sampledPackets = new Set(trace.samples.map(({ afterPacket }) => afterPacket));
    const toServer = trace.packets.filter(({ to, arrivedAt }) => to.endsWith(":8088") && arrivedAt !== null);
    expect(toServer.filter(({ number }) => !sampledPackets.has(number))).toEqual([]);
    const sampledCalls = new Set(trace.samples.map(({ afterCall }) => afterCall));
    expect(callsOf(trace, "listener", "accept4").filter(({ number }) => !sampledCalls.has(number))).toEqual(
      [],
    );
  });
});

describe.concurrent.each(USERS)("a document of a scenario file, as $user", ({ uid }) => {
  it("has every key of the contract, and claims nothing", async (ctx) => {
    const file = scenarioFile("handshake-over-ipv6-loopback");
    const { document, stderr } = await labRun(ctx, [file], { uid });
    expect(Object.keys(document)).toEqual(["schema", "kernel", "experiments"]);
    expect(document.kernel).toMatchObject({ release: expect.stringMatching(/^\d+\./), eraBy: "version" });
    const entry = theOne(document.experiments);
    expect(entry).toMatchObject({
      name: file,
      question: entry.scenario.title,
      claims: [],
      verdict: "holds",
      artifacts: { pcap: null, report: null },
    });
    expect(entry.scenario).toMatchObject({ topology: "loopback", family: "ipv6", durationMs: 2000 });
    expect(stderr).toBe(`${file}: running, at most 2 s\n`);
  });

  it("is over IPv6 with --ipv6 although the file says nothing of it", async (ctx) => {
    const { document } = await labRun(ctx, [scenarioFile("silent-client-of-a-server-that-waits"), "--ipv6"], {
      uid,
    });
    const { scenario, trace } = theOne(document.experiments);
    expect(scenario.family).toBe("ipv6");
    expect(trace.packets[0]?.from).toBe("[2001:db8::1]:40001");
  });
});
