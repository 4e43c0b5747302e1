import { describe, expect, it } from "vitest";
import { fitsTimer } from "../../src/core/experiment/timing.ts";
import { runScenarioFile, USERS } from "../support/lab.ts";
import { callsOf, packetsOf, sampleBefore, sketch } from "../support/lookups.ts";

describe.concurrent.each(USERS)("the wire, as $user", ({ uid }) => {
  it("loses the first SYN+ACK: the server sends it again after about 1 s, and so does the client its SYN", async (ctx) => {
    const { trace } = await runScenarioFile(ctx, "syn-ack-lost-once-comes-again-by-the-servers-timer", {
      uid,
    });
    expect(trace.packets.slice(0, 4).map(sketch)).toEqual([
      "client 1 S",
      "server S. lost",
      "server S.",
      "client 1 .",
    ]);
    const [syn, lost, again, final] = trace.packets;
    expect(fitsTimer((again?.at ?? 0) - (lost?.at ?? 0), 1000), `after ${again?.note}`).toBe(true);
    expect(again?.seq).toBe(lost?.seq);
    expect(final?.note).toBe("handshake complete: accept queue now 1 of 2");
    const secondSyn = trace.packets.filter((packet) => packet.flags === "S")[1];
    expect(fitsTimer((secondSyn?.at ?? 0) - (syn?.at ?? 0), 1000), `after ${secondSyn?.note}`).toBe(true);
    expect(secondSyn?.arrivedAt).toBeGreaterThanOrEqual((secondSyn?.at ?? 0) + 520);
  });

  it("carries IPv6, and the socket tables of both hosts show the handshake half done", async (ctx) => {
    const { trace, scenario } = await runScenarioFile(ctx, "handshake-over-an-ipv6-wire", { uid });
    expect(scenario.family).toBe("ipv6");
    expect(trace.packets.slice(0, 4).map(sketch)).toEqual([
      "client 1 S",
      "server S.",
      "client 1 .",
      "client 1 P. 82",
    ]);
    expect(trace.sockets.map(({ host, state, local, remote }) => [host, state, local, remote])).toEqual([
      ["server", "LISTEN", "[2001:db8::2]:8088", "[::]:0"],
      ["server", "SYN_RECV", "[2001:db8::2]:8088", "[2001:db8::1]:40001"],
      ["client", "SYN_SENT", "[2001:db8::1]:40001", "[2001:db8::2]:8088"],
    ]);
    expect(callsOf(trace, "client 1", "recv")[0]?.result).toBe(130);
  });
});

describe.concurrent("the wire", () => {
  it("delivers a final ACK twice: two packets that left together, one connection in the queue", async (ctx) => {
    const { trace } = await runScenarioFile(ctx, "final-ack-duplicated-changes-nothing");
    expect(trace.packets.slice(0, 4).map(sketch)).toEqual([
      "client 1 S",
      "server S.",
      "client 1 .",
      "client 1 .",
    ]);
    const [, , first, copy] = trace.packets;
    expect([copy?.at, copy?.seq, copy?.ack]).toEqual([first?.at, first?.seq, first?.ack]);
    expect((copy?.arrivedAt ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(120);
    expect(first?.note).toBe("handshake complete: accept queue now 1 of 2");
    expect(copy?.note).toBeNull();
    expect(Math.max(...trace.samples.map((sample) => sample.acceptQueue))).toBe(1);
  });

  it("holds a SYN back so that it arrives after a later one, and the trace is in the order of arrival", async (ctx) => {
    const { trace } = await runScenarioFile(ctx, "held-syn-arrives-after-a-later-one");
    const syns = trace.packets.filter((packet) => packet.flags === "S");
    expect(syns.map(sketch)).toEqual(["client 2 S", "client 1 S"]);
    const [quick, slow] = syns;
    expect(slow?.at).toBeLessThan(quick?.at ?? 0);
    expect(slow?.arrivedAt).toBeGreaterThan(quick?.arrivedAt ?? Number.POSITIVE_INFINITY);
    expect(slow?.arrivedAt).toBeGreaterThanOrEqual((slow?.at ?? 0) + 320);
  });

  it("loses the same packets by chance when the seed is the same", async (ctx) => {
    const runs = await Promise.all([
      runScenarioFile(ctx, "same-seed-loses-the-same-packets"),
      runScenarioFile(ctx, "same-seed-loses-the-same-packets"),
    ]);
    const lossesOf = runs.map(({ trace }) =>
      [1, 2, 3, 4, 5, 6].map((place) => packetsOf(trace, place).map(sketch).at(-1)),
    );
    expect(lossesOf[1]).toEqual(lossesOf[0]);
    expect(lossesOf[0]?.filter((last) => last?.endsWith("lost")).length, "some of six").toBeGreaterThan(1);
  });

  it("never carries a frame above its MTU although 100 kB are sent each way at once", async (ctx) => {
    const { trace, capture } = await runScenarioFile(ctx, "hundred-kilobytes-travel-in-frames-of-the-mtu");
    expect(Math.max(...capture.packets.map(({ bytes }) => bytes.length))).toBe(1514);
    const sent = callsOf(trace, "client 1", "send")[0];
    expect(sent?.argument).toBe(100_000);
    const full = trace.packets.filter((packet) => packet.from.endsWith(":40001") && packet.length > 1400);
    expect(full.length, "full frames of the client").toBeGreaterThan(5);
  });
});

describe.concurrent.each(USERS)("loopback, as $user", ({ uid }) => {
  it("carries IPv6, sees each packet once, and tells the two roles apart", async (ctx) => {
    const { trace } = await runScenarioFile(ctx, "handshake-over-ipv6-loopback", { uid });
    const [request, answer] = trace.packets.filter((packet) => packet.length > 0);
    expect([request?.from, request?.length]).toEqual(["[::1]:40001", 82]);
    expect([answer?.from, answer?.length]).toEqual(["[::1]:8088", 130]);
    expect(trace.packets.filter((packet) => packet.flags.startsWith("S")).map(sketch)).toEqual([
      "client 1 S",
      "server S.",
    ]);
    expect(trace.packets.every((packet) => packet.arrivedAt === packet.at)).toBe(true);
    expect(trace.sockets.map(({ host, state }) => `${host} ${state}`).sort()).toEqual([
      "client ESTABLISHED",
      "server ESTABLISHED",
      "server LISTEN",
    ]);
    expect(sampleBefore(trace, 50).acceptQueue).toBe(0);
  });
});
