import { describe, expect, it } from "vitest";
import { fitsTimer } from "../../src/core/experiment/timing.ts";
import { counterRise } from "../../src/core/trace/index.ts";
import { runScenarioFile } from "../support/lab.ts";
import { callsOf, packetsOf, sampleAfter, sampleBefore, sketch } from "../support/lookups.ts";

describe.concurrent("the accept queue on this kernel", () => {
  it("gets shorter by one with each accept() at its planned time, until nothing is there", async (ctx) => {
    const { trace } = await runScenarioFile(ctx, "accept-at-planned-times-shortens-the-queue");
    expect(sampleBefore(trace, 500).acceptQueue).toBe(5);
    const accepts = callsOf(trace, "listener", "accept4");
    expect(accepts.map((call) => sampleAfter(trace, call).acceptQueue)).toEqual([4, 3, 2, 1, 0, 0, 0]);
    expect(accepts.map(({ result }) => typeof result)).toEqual([
      ...Array(5).fill("number"),
      "string",
      "string",
    ]);
    expect(accepts.slice(5).map(({ result }) => result)).toEqual(["EAGAIN", "EAGAIN"]);
    const planned = [500, 700, 700, 900, 900, 900, 900];
    for (const [place, { at }] of accepts.entries()) expect(at).toBeGreaterThanOrEqual(planned[place] ?? 0);
    const remotes = accepts.slice(0, 5).map(({ remote }) => remote);
    const finalAcks = trace.packets.filter((packet) => packet.note?.startsWith("handshake complete"));
    expect(remotes, "first in, first out").toEqual(finalAcks.map(({ from }) => from));
  });

  it("keeps everybody when listen() is called again with less, and refuses until it is called with more", async (ctx) => {
    const { trace } = await runScenarioFile(ctx, "smaller-backlog-evicts-nobody");
    const listens = callsOf(trace, "listener", "listen");
    const seen = listens
      .map((call) => sampleAfter(trace, call))
      .map(({ acceptQueue, limit }) => [acceptQueue, limit]);
    expect(seen).toEqual([
      [0, 5],
      [6, 1],
      [6, 20],
    ]);
    const [first, again] = packetsOf(trace, 7);
    expect(first?.note).toBe("SYN refused: accept queue 6 of 2");
    expect(fitsTimer((again?.at ?? 0) - (first?.at ?? 0), 1000)).toBe(true);
    expect(packetsOf(trace, 7).map(sketch)).toEqual(["client 7 S", "client 7 S", "server S.", "client 7 ."]);
    expect(counterRise(trace, "ListenOverflows")).toBe(1);
    expect(
      trace.packets.filter((packet) => packet.flags.includes("R")),
      "nobody is reset",
    ).toEqual([]);
  });

  it("is reset as a whole when the listener is closed, and a later SYN finds nobody", async (ctx) => {
    const { trace } = await runScenarioFile(ctx, "closing-the-listener-resets-who-waits");
    const closed = callsOf(trace, "listener", "close")[0];
    const resets = trace.packets.filter((packet) => packet.flags === "R.");
    expect(resets.map(({ to }) => to)).toEqual(["192.0.2.1:40001", "192.0.2.1:40002", "192.0.2.1:40003"]);
    for (const { at } of resets) expect(at).toBeGreaterThanOrEqual(closed?.at ?? Number.POSITIVE_INFINITY);
    for (const client of ["client 1", "client 2"]) {
      expect(callsOf(trace, client, "recv").map(({ result }) => result)).toEqual(["ECONNRESET"]);
    }
    expect(callsOf(trace, "late", "SO_ERROR").map(({ result }) => result)).toEqual(["ECONNREFUSED"]);
    const after = trace.samples.filter((sample) => sample.at > (closed?.endedAt ?? 0));
    expect(after, "samples of a listener that is gone").toEqual([]);
    const late = trace.packets.find((packet) => packet.from.endsWith(":40003"));
    expect(late?.note ?? "", "nobody listened any more").not.toContain("queue");
  });

  it("keeps the place of a client that closes or resets while it waits", async (ctx) => {
    const { trace } = await runScenarioFile(ctx, "client-that-closes-while-waiting-keeps-its-place");
    const accepts = callsOf(trace, "listener", "accept4");
    expect(sampleBefore(trace, accepts[0]?.at ?? 0).acceptQueue).toBe(3);
    const waiting = trace.sockets.filter(({ host, state }) => host === "server" && state !== "LISTEN");
    expect(waiting.map(({ state, process }) => [state, process]).sort()).toEqual([
      ["CLOSE_WAIT", null],
      ["ESTABLISHED", null],
    ]);
    expect(accepts.map(({ remote }) => remote)).toEqual([
      "192.0.2.1:40001",
      "192.0.2.1:40002",
      "192.0.2.1:40003",
    ]);
    expect(accepts.map((call) => sampleAfter(trace, call).acceptQueue)).toEqual([2, 1, 0]);
    const reads = callsOf(trace, "listener", "recv").map(({ remote, result }) => [remote?.slice(-5), result]);
    expect(reads).toEqual([
      ["40001", 82],
      ["40002", 0],
      // What had arrived before the reset can still be read.
      ["40003", 82],
    ]);
  });

  it("gives its client to a server that speaks first, although the client is silent", async (ctx) => {
    const { trace } = await runScenarioFile(ctx, "silent-client-of-a-server-that-speaks-first");
    expect(callsOf(trace, "silent", "send")).toEqual([]);
    expect(callsOf(trace, "silent", "recv").map(({ result }) => result)).toEqual([50, 0]);
    expect(callsOf(trace, "listener", "recv"), "the server asks for nothing").toEqual([]);
    const [answer, end] = [
      trace.packets.find((packet) => packet.length === 50),
      trace.packets.find((packet) => packet.flags === "F."),
    ];
    expect((end?.at ?? 0) - (answer?.at ?? 0)).toBeGreaterThanOrEqual(199);
  });

  it("shows nothing of two that wait for each other: a handshake, and then silence to the end", async (ctx) => {
    const { trace, scenario } = await runScenarioFile(ctx, "silent-client-of-a-server-that-waits");
    expect(trace.packets.map(sketch)).toEqual(["client 1 S", "server S.", "client 1 ."]);
    expect(callsOf(trace, "listener", "recv").map(({ result }) => result)).toEqual(["EAGAIN"]);
    expect(trace.samples.at(-1)?.acceptQueue).toBe(0);
    expect(trace.samples.at(-1)?.at).toBeGreaterThanOrEqual(scenario.durationMs);
  });

  it("belongs to one listener: two of them fill up at their own lengths", async (ctx) => {
    const { trace } = await runScenarioFile(ctx, "two-listeners-have-queues-of-their-own");
    expect(sampleBefore(trace, 600, "small")).toMatchObject({ acceptQueue: 1, limit: 0 });
    expect(sampleBefore(trace, 600, "large")).toMatchObject({ acceptQueue: 3, limit: 3 });
    const listening = trace.sockets.filter(({ state }) => state === "LISTEN");
    expect(listening.map(({ actor, recvQueue, sendQueue }) => [actor, recvQueue, sendQueue]).sort()).toEqual([
      ["large", 3, 3],
      ["small", 1, 0],
    ]);
  });

  it("belongs to one member of a SO_REUSEPORT group: both have samples of their own, and share the clients", async (ctx) => {
    const { trace } = await runScenarioFile(ctx, "reuseport-group-of-two-splits-its-clients");
    const [one, two] = [sampleBefore(trace, 600, "one"), sampleBefore(trace, 600, "two")];
    expect([one.limit, two.limit]).toEqual([40, 50]);
    expect(one.acceptQueue + two.acceptQueue).toBe(32);
    expect(Math.min(one.acceptQueue, two.acceptQueue), "of 32 clients each member gets some").toBeGreaterThan(
      0,
    );
  });

  it("is named in no note of a group, since nobody knows to which member a client was given", async (ctx) => {
    const { trace } = await runScenarioFile(ctx, "reuseport-group-of-two-splits-its-clients");
    expect(trace.packets.filter((packet) => packet.note?.includes("accept queue"))).toEqual([]);
  });
});
