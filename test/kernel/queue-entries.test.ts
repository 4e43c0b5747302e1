/**
 * Connections that enter an accept queue, by the kernel's trace events, beside what was really done to the queue.
 */
import { afterEach, describe, expect, it } from "vitest";
import type { ListenerSample } from "../../src/core/listener/sample/sample.ts";
import { OpenResources } from "../../src/system/linux/ffi/descriptor.ts";
import { Namespace } from "../../src/system/linux/namespace/namespace.ts";
import { Links } from "../../src/system/linux/netlink/links.ts";
import {
  acceptFrom,
  closeSocket,
  connectTo,
  openListener,
  openTcpSocket,
} from "../../src/system/linux/socket/tcp-socket.ts";
import { EntryWitness } from "../../src/system/observe/sampler/entry-witness.ts";
import { ListenerSampler } from "../../src/system/observe/sampler/listener-sampler.ts";
import { isRoot } from "../support/cli.ts";
import { theOne } from "../support/lookups.ts";

const ADDRESS = "127.0.0.1";
const PORT = 8428;

/** Null where this kernel or container does not let root hear them: then there is nothing to try. */
function canHear(): boolean {
  const opened = new OpenResources();
  try {
    return EntryWitness.open(opened) !== null;
  } finally {
    opened.close();
  }
}

/** A namespace with a listener that nobody accepts from but the test. */
class Place {
  readonly namespace = Namespace.create();
  readonly #listener: number;
  readonly #open: number[] = [];

  constructor(backlog: number) {
    this.#listener = this.namespace.inside(() => {
      const links = new Links();
      links.setUp(1);
      links.close();
      return openListener({ address: ADDRESS, port: PORT, backlog });
    });
  }

  connect(count: number): void {
    this.namespace.inside(() => {
      for (let made = 0; made < count; made += 1) {
        const fd = openTcpSocket(ADDRESS);
        this.#open.push(fd);
        connectTo(fd, ADDRESS, PORT);
      }
    });
  }

  /** All that wait. */
  accept(): number {
    for (let taken = 0; ; taken += 1) {
      const accepted = acceptFrom(this.#listener);
      if (typeof accepted === "number") return taken;
      closeSocket(accepted.fd);
    }
  }

  close(): void {
    for (const fd of [...this.#open, this.#listener]) closeSocket(fd);
    this.namespace.close();
  }
}

describe.skipIf(!isRoot || !canHear())("queue entries (needs root, for the kernel's trace events)", () => {
  const opened = new OpenResources();
  afterEach(() => opened.close());

  const placeOf = (backlog: number) => opened.keep(new Place(backlog));
  /** Looks a hundred times a second would be luck here: everything between two samples happens in one turn of the event loop. */
  const samplerIn = ({ namespace }: Place) =>
    opened.keep(namespace.inside(() => new ListenerSampler({ hearsEntries: true, owners: "none" })));
  const told = (sampler: ListenerSampler): ListenerSample =>
    theOne(sampler.sample().listeners.filter(({ port }) => port === PORT));

  it("tells of each of 6,000 connections", () => {
    const place = placeOf(64);
    const sampler = samplerIn(place);
    const before = told(sampler).entries?.entered ?? Number.NaN;
    for (let round = 0; round < 100; round += 1) {
      place.connect(60);
      expect(place.accept()).toBe(60);
      sampler.sample();
    }
    expect((told(sampler).entries?.entered ?? Number.NaN) - before).toBe(6_000);
  });

  it("bounds a burst that no look saw, exactly where nobody else was accepted", () => {
    const place = placeOf(64);
    const sampler = samplerIn(place);
    told(sampler);
    place.connect(40);
    place.accept();
    const one = told(sampler);
    expect(one.intervalPeak).toBe(0);
    expect(one.entries).toEqual({ entered: 40, verdict: "counted", peakAtMost: 40 });
    expect(told(sampler).entries).toEqual({ entered: 40, verdict: "counted", peakAtMost: 0 });
  });

  it("is never above the capacity, as what finds no room does not enter", () => {
    const place = placeOf(4);
    const sampler = samplerIn(place);
    told(sampler);
    place.connect(9);
    expect(told(sampler)).toMatchObject({
      intervalPeak: 5,
      entries: { entered: 5, verdict: "counted", peakAtMost: 5 },
    });
  });

  it("says 'at most' where another namespace has the same listener, and knows the difference by the counter", () => {
    const [own, other] = [placeOf(64), placeOf(64)];
    const sampler = samplerIn(own);
    told(sampler);
    own.connect(3);
    other.connect(7);
    expect(told(sampler).entries).toEqual({ entered: 10, verdict: "at-most", peakAtMost: 10 });
    own.connect(2);
    expect(told(sampler).entries).toMatchObject({ entered: 12, verdict: "counted" });
  });

  it("bounds nothing where the counter rose by more than was told: a connection to a listener that nobody knew", () => {
    const place = placeOf(64);
    const sampler = samplerIn(place);
    told(sampler);
    place.namespace.inside(() => {
      const listener = openListener({ address: ADDRESS, port: PORT + 1, backlog: 4 });
      const client = openTcpSocket(ADDRESS);
      connectTo(client, ADDRESS, PORT + 1);
      for (const fd of [client, listener]) closeSocket(fd);
    });
    expect(told(sampler).entries).toMatchObject({ verdict: "unheard", peakAtMost: null });
    place.connect(1);
    expect(told(sampler).entries).toEqual({ entered: 1, verdict: "counted", peakAtMost: 1 });
  });

  it("bounds nothing where the kernel had no room for all, and says how many were lost", () => {
    const place = placeOf(64);
    const sampler = samplerIn(place);
    told(sampler);
    // Nobody reads meanwhile: the test holds the event loop.
    for (let round = 0; round < 100; round += 1) {
      place.connect(60);
      place.accept();
    }
    expect(told(sampler).entries).toMatchObject({ verdict: "unheard", peakAtMost: null });
    // Each CPU says so with its next record.
    let lost = 0;
    for (let more = 0; more < 60 && lost === 0; more += 1) {
      place.connect(1);
      lost = sampler.sample().coverage.entries?.lost ?? 0;
    }
    expect(lost).toBeGreaterThan(0);
  });

  it("is off for ten seconds above its rate, and says so", () => {
    const place = placeOf(64);
    const most = 500;
    const witness = EntryWitness.open(opened, most);
    expect(witness?.coverage()).toMatchObject({ isOff: false, mostPerSecond: most });
    witness?.hear([], 0);
    for (let round = 0; round < 9; round += 1) {
      place.connect(60);
      place.accept();
    }
    const isOffAt = (at: number) => {
      witness?.hear([], at);
      return witness?.coverage().isOff;
    };
    expect([1_000, 10_999, 11_000].map(isOffAt)).toEqual([true, true, false]);
  });
});
