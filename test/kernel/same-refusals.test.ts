import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ListenerWindow } from "../../src/core/listener/facts.ts";
import { Namespace } from "../../src/system/linux/namespace/namespace.ts";
import { Links } from "../../src/system/linux/netlink/links.ts";
import { readCounters } from "../../src/system/linux/proc/counters.ts";
import {
  closeSocket,
  connectTo,
  openListener,
  openTcpSocket,
} from "../../src/system/linux/socket/tcp-socket.ts";
import { SampleReader } from "../../src/system/metrics/sample-reader.ts";
import { ListenerSampler } from "../../src/system/observe/sampler/listener-sampler.ts";
import { why } from "../../src/system/observe/why/why.ts";
import { isRoot } from "../support/cli.ts";

const LOOPBACK_INDEX = 1;
const PORT = 6_130;
const ROUNDS = 12;

/** What a watch, a sampler and an exporter say of the same interval, by address, and what the kernel counted. */
async function compare(addresses: readonly string[]) {
  const listeners = addresses.map((address) => openListener({ address, port: PORT, backlog: 1 }));
  const sampler = new ListenerSampler();
  try {
    sampler.sample();
    const before = readCounters();
    const enough = new AbortController();
    const watching = why({ port: PORT, durationMs: 600_000, netns: "self", signal: enough.signal });
    await overflow(addresses);
    enough.abort();
    const { document } = await watching;
    const sample = sampler.sample();
    const reading = new SampleReader().read(sample);
    const rise = (name: string) => (readCounters()[name] ?? 0) - (before[name] ?? 0);
    return {
      refused: rise("ListenDrops"),
      overflows: rise("ListenOverflows"),
      byWhy: addresses.map((address) =>
        refusedIn(document.listeners.find((one) => one.address === address)?.window ?? null),
      ),
      bySampler: addresses.map((address) => {
        const one = sample.listeners.find((listener) => listener.address === address);
        if (one === undefined) throw new Error(`nobody listens on ${address}`);
        return { ...one.refusals, overflows: one.refusedBy["accept-queue-full"], raw: one.drops };
      }),
      byExporter: addresses.map(
        (address) => reading.listeners.find(({ labels }) => labels.address === address)?.drops,
      ),
    };
  } finally {
    sampler.close();
    for (const fd of listeners) closeSocket(fd);
  }
}

function refusedIn(window: ListenerWindow | null): number {
  if (window === null) throw new Error("it was not watched");
  return Object.values(window.refused).reduce((sum, { own, shared }) => sum + own + shared, 0);
}

/** Clients in bursts that all listeners refuse at once; over when the kernel has counted the last resend. */
async function overflow(addresses: readonly string[]): Promise<void> {
  const clients: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const address of addresses)
      for (let made = 0; made < 5; made += 1) {
        const client = openTcpSocket(address);
        clients.push(client);
        connectTo(client, address, PORT);
      }
    await sleep(20);
  }
  for (const client of clients) closeSocket(client);
  let [seen, quiet] = [-1, 0];
  while (quiet < 30) {
    await sleep(50);
    const now = readCounters()["ListenDrops"] ?? 0;
    quiet = now === seen ? quiet + 1 : 0;
    seen = now;
  }
}

describe.skipIf(!isRoot)("why, the sampler and the exporter (needs root, for a namespace of its own)", () => {
  let home: Namespace | null = null;
  beforeAll(() => {
    home = Namespace.own();
    const fresh = Namespace.create();
    fresh.enter();
    fresh.close();
    const links = new Links();
    links.setUp(LOOPBACK_INDEX);
    links.close();
  });
  afterAll(() => {
    home?.enter();
    home?.close();
  });

  it("give a listener that overflows alone exactly the kernel's number", async () => {
    const { refused, overflows, byWhy, bySampler, byExporter } = await compare(["127.0.0.1"]);
    expect(refused).toBeGreaterThan(ROUNDS);
    expect(overflows).toBe(refused);
    expect(byWhy).toEqual([refused]);
    expect(bySampler).toMatchObject([{ value: refused, exact: true, overflows }]);
    expect(byExporter).toMatchObject([{ "accept-queue-full": bySampler[0]?.raw, shared: 0, unknown: 0 }]);
  });

  it("give two that overflow at once together the kernel's number, each with the cause and no more than its drops", async () => {
    const addresses = ["127.0.0.1", "127.0.0.2"];
    const { refused, overflows, byWhy, bySampler, byExporter } = await compare(addresses);
    const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
    expect(overflows).toBe(refused);
    expect(sum(byWhy)).toBe(refused);
    expect(sum(bySampler.map(({ value }) => value))).toBe(refused);
    for (const [place, one] of bySampler.entries()) {
      expect(one.overflows).toBe(one.value);
      expect(one.value).toBeLessThanOrEqual(one.raw ?? 0);
      expect(byWhy[place]).toBeLessThanOrEqual(one.raw ?? 0);
      expect(byExporter[place]).toMatchObject({ "accept-queue-full": one.raw, shared: 0 });
    }
  });
});
