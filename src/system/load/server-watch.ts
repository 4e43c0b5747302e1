/**
 * The server's two queues and its drop counters while a load runs, where the server is on this machine. Not the sampler of
 * system/observe: one port, no history, and nothing of who holds the socket, so that a look costs a fraction of a millisecond.
 *
 * @module
 */
import { performance } from "node:perf_hooks";
import type { ServerCourse, ServerSample } from "../../core/load/index.ts";
import type { Counters } from "../../core/wire/counter-names.ts";
import type { AddressFamily } from "../../core/wire/netlink/inet-diag-constants.ts";
import { SockDiag } from "../linux/netlink/sock-diag.ts";
import { readCounters } from "../linux/proc/counters.ts";

const LOOK_EVERY_MS = 20;
/** Requests are counted more seldom: that takes milliseconds where there are many connections. */
const LOOKS_A_COUNT = 10;
const WILDCARDS = ["0.0.0.0", "::"];

interface Look {
  readonly listeners: number;
  readonly acceptQueue: number;
  readonly synQueue: number;
  readonly limit: number;
  readonly drops: number;
}

/** Looks at one endpoint until it is closed. */
export class ServerWatch {
  readonly #diag: SockDiag;
  readonly #families: readonly AddressFamily[];
  readonly #isHere: (address: string) => boolean;
  readonly #port: number;
  readonly #first: Look;
  readonly #countersBefore: Counters;
  readonly #samples: ServerSample[] = [];
  #looks = 0;
  #synQueue = 0;
  #startMs: number | null = null;
  #timer: NodeJS.Timeout | null = null;

  readonly #everyMs: number;

  private constructor(diag: SockDiag, addresses: readonly string[] | null, port: number, everyMs: number) {
    this.#diag = diag;
    this.#port = port;
    this.#everyMs = everyMs;
    const families = addresses?.map((one): AddressFamily => (one.includes(":") ? "ipv6" : "ipv4"));
    this.#families = families === undefined ? ["ipv4", "ipv6"] : [...new Set(families)];
    const own = new Set([...(addresses ?? []), ...WILDCARDS]);
    this.#isHere = (address) => addresses === null || own.has(address);
    this.#first = this.#look();
    this.#countersBefore = readCounters();
  }

  /**
   * Null where nobody of this namespace listens there, or the kernel does not say.
   *
   * @param addresses null for whatever listens on the port
   * @param everyMs from one look to the next
   */
  static of(
    addresses: readonly string[] | null,
    port: number,
    everyMs: number = LOOK_EVERY_MS,
  ): ServerWatch | null {
    let diag: SockDiag | null = null;
    try {
      diag = new SockDiag();
      const watch = new ServerWatch(diag, addresses, port, everyMs);
      if (watch.#first.listeners > 0) return watch;
    } catch {
      // A load needs no look at the server; the report says that there was none.
    }
    diag?.close();
    return null;
  }

  /** Begins to look; the run begins now. */
  start(): void {
    this.#startMs = performance.now();
    this.#sample();
    this.#timer = setInterval(() => this.#sample(), this.#everyMs);
  }

  /** The last look. */
  get latest(): ServerSample | null {
    return this.#samples.at(-1) ?? null;
  }

  /** Ends, and says what was seen. */
  close(): ServerCourse {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#sample();
    this.#diag.close();
    const after = readCounters();
    const rises = Object.entries(after).map(([name, value]) => {
      const before = this.#countersBefore[name] ?? null;
      return [name, value === null || before === null ? null : value - before] as const;
    });
    return {
      listeners: this.#first.listeners,
      samples: this.#samples,
      counters: Object.fromEntries(rises),
    };
  }

  #sample(): void {
    const { acceptQueue, synQueue, limit, drops } = this.#look();
    const at = Math.round((performance.now() - (this.#startMs ?? performance.now())) * 1000) / 1000;
    this.#samples.push({ at, acceptQueue, synQueue, limit, drops: drops - this.#first.drops });
  }

  /** The kernel walks its table of all connections for it. */
  #countRequests(): number {
    const options = { localPort: this.#port, skmeminfo: false };
    return this.#diag.sockets(["SYN_RECV"], this.#families, options).length;
  }

  #look(): Look {
    const look = { listeners: 0, acceptQueue: 0, synQueue: 0, limit: 0, drops: 0 };
    const port = { localPort: this.#port };
    // A dual-stack listener takes IPv4 clients too.
    for (const socket of this.#diag.sockets(["LISTEN"], ["ipv4", "ipv6"], port)) {
      if (!this.#isHere(socket.local.address)) continue;
      look.listeners += 1;
      look.acceptQueue += socket.receiveQueue;
      look.limit += socket.sendQueue;
      look.drops += socket.skmeminfo?.drops ?? 0;
    }
    if (this.#looks % LOOKS_A_COUNT === 0) this.#synQueue = this.#countRequests();
    this.#looks += 1;
    look.synQueue = this.#synQueue;
    return look;
  }
}
