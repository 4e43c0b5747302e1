/**
 * Listens to one listener's packets on one interface, through a filter in the kernel that passes little, and tells victims as
 * they come. What the packets mean is `live-explainer.ts`'s.
 *
 * @module
 */

import { realpathSync } from "node:fs";
import process from "node:process";
import { isNotSupported, NotSupportedError, SyscallError, UsageError } from "../../core/errors.ts";
import type { Explanation, Handshake } from "../../core/explain/explanation.ts";
import { KernelHistory, readingOf } from "../../core/explain/live/kernel-history.ts";
import { LiveExplainer } from "../../core/explain/live/live-explainer.ts";
import { withOverflow } from "../../core/explain/live/overflow-finding.ts";
import type { KernelWord } from "../../core/listener/victims/kernel-word.ts";
import { shownWord } from "../../core/report/layout/printable.ts";
import { FrameParser } from "../../core/wire/packet/decode/frame-parser.ts";
import { LINK_TYPE } from "../../core/wire/packet/link-type.ts";
import { encodePacketFilter } from "../../core/wire/packet/packet-filter.ts";
import { OpenResources } from "../linux/ffi/descriptor.ts";
import { watch } from "../linux/ffi/libc.ts";
import { Links } from "../linux/netlink/links.ts";
import { realTimeNs } from "../linux/process/clock.ts";
import { PacketSocket, type ReceivedFrame } from "../linux/socket/packet-socket.ts";
import { openNamespaces } from "./namespace-scope.ts";
import { ListenerSampler } from "./sampler/listener-sampler.ts";
import { PortWitness } from "./victims/port-witness.ts";

/** What to listen to. */
export interface LiveCaptureOptions {
  /** Its name in this namespace, such as `"eth0"`. */
  readonly interfaceName: string;
  /** The listener's. */
  readonly port: number;
  readonly onVictim: (victim: Victim) => void;
}

/** A client to whom something happened. */
export interface Victim {
  /** When its first packet was seen; ISO 8601, UTC. */
  readonly startedAt: string;
  readonly handshake: Handshake;
  /** By how much ListenOverflows of this namespace rose since then: packets that a full accept queue refused, of all clients. */
  readonly overflows: number | null;
}

/** What was received. */
export interface LiveFacts {
  readonly packets: number;
  /** ISO 8601 in UTC; null before the first packet. */
  readonly first: string | null;
  readonly last: string | null;
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  /** Clients that began. */
  readonly attempts: number;
  /** Packets that passed the filter and came too fast for us. */
  readonly lost: number;
}

/** The end. */
export interface LiveResult {
  readonly facts: LiveFacts;
  readonly explanation: Explanation;
  /** What the kernel's trace events said of the port; null where they may not be read, or said nothing. */
  readonly kernelWord: KernelWord | null;
}

/** The loopback of each namespace is its first interface. */
const LOOPBACK_INDEX = 1;
const TICK_MS = 250;
/** So many packets at a time, then the event loop has its turn. */
const MOST_AT_ONCE = 512;

/** Listens until it is closed. */
export class LiveCapture {
  readonly #options: LiveCaptureOptions;
  readonly #socket: PacketSocket;
  readonly #sampler: ListenerSampler;
  readonly #parser = new FrameParser();
  readonly #history = new KernelHistory();
  readonly #explainer = new LiveExplainer({
    resetCause: (at) => this.#history.resetCause(this.#realMs(at)),
    factsOf: (address, ipVersion) => this.#history.factsOf(address, ipVersion),
  });
  readonly #skipped = new Map<string, number>();
  readonly #opened = new OpenResources();
  readonly #timer: NodeJS.Timeout;
  readonly #witness: PortWitness;
  #packets = 0;
  #firstNs: bigint | null = null;
  #lastNs = 0n;
  #lost = 0;

  /**
   * Begins.
   *
   * @throws {NotSupportedError} without CAP_NET_RAW
   * @throws {UsageError} when there is no such interface
   */
  constructor(options: LiveCaptureOptions) {
    this.#options = options;
    const opened = this.#opened;
    try {
      this.#socket = opened.keep(openSocket(options));
      const { port } = options;
      this.#sampler = opened.keep(
        new ListenerSampler({ owners: "none", onlyPort: port, watchPorts: [port], synEveryMs: TICK_MS }),
      );
      const { seen } = openNamespaces("self");
      for (const { eye } of seen) opened.keep(eye);
      this.#witness = opened.keep(new PortWitness(port, seen));
      this.#askKernel();
      opened.keep({ close: watch(this.#socket.fd, "readable", () => this.#drain()) });
      this.#timer = setInterval(() => this.#tick(), TICK_MS);
    } catch (error) {
      opened.close();
      throw error;
    }
  }

  /** What was received so far. */
  facts(): LiveFacts {
    this.#lost += this.#socket.lostFrames();
    return {
      packets: this.#packets,
      first: this.#firstNs === null ? null : isoTime(this.#firstNs),
      last: this.#firstNs === null ? null : isoTime(this.#lastNs),
      skipped: [...this.#skipped].map(([reason, count]) => ({ reason, count })),
      attempts: this.#explainer.attempts,
      lost: this.#lost,
    };
  }

  /** Stops listening, and tells everything. Call it once. */
  close(): LiveResult {
    const { facts, kernelWord } = this.#lastFacts();
    const { port } = this.#options;
    return {
      facts,
      kernelWord,
      explanation: withOverflow(
        this.#explainer.finish(this.#atOf(realTimeNs())),
        port,
        this.#history.overflowed,
      ),
    };
  }

  #lastFacts(): Omit<LiveResult, "explanation"> {
    clearInterval(this.#timer);
    try {
      this.#drain();
      this.#askKernel();
      return { facts: this.facts(), kernelWord: this.#witness.end() };
    } finally {
      this.#opened.close();
    }
  }

  #drain(): void {
    let isFilterOld = false;
    for (let count = 0; count < MOST_AT_ONCE; count += 1) {
      const frame = this.#socket.receive();
      if (frame === null) break;
      isFilterOld = this.#take(frame) || isFilterOld;
    }
    if (isFilterOld) this.#renewFilter();
  }

  /** True if other packets are wanted than before. */
  #take({ bytes, realTimeNs: stampNs }: ReceivedFrame): boolean {
    this.#packets += 1;
    this.#firstNs ??= stampNs;
    this.#lastNs = stampNs;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const reason = this.#parser.parse(view, 0, bytes.length, bytes.length, LINK_TYPE.RAW);
    if (reason !== null) {
      this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + 1);
      return false;
    }
    const { segment } = this.#parser;
    segment.number = this.#packets;
    segment.at = this.#atOf(stampNs);
    return this.#explainer.see(segment);
  }

  #tick(): void {
    this.#askKernel();
    if (this.#firstNs === null) return;
    const now = this.#atOf(realTimeNs());
    for (const handshake of this.#explainer.victims(now)) this.#tell(handshake);
    if (this.#explainer.forgetSilent(now)) this.#renewFilter();
  }

  #tell(handshake: Handshake): void {
    const startedMs = this.#realMs(handshake.startedAt ?? 0);
    const overflows = this.#history.riseSince(startedMs);
    this.#options.onVictim({ startedAt: new Date(startedMs).toISOString(), handshake, overflows });
  }

  #askKernel(): void {
    const at = Number(realTimeNs()) / 1e6;
    this.#history.add(readingOf(this.#sampler.sample(), this.#options.port, at));
  }

  #renewFilter(): void {
    const clientPorts = this.#explainer.wantedPorts;
    this.#socket.setFilter(encodePacketFilter({ serverPort: this.#options.port, clientPorts }));
  }

  /** Milliseconds since 1970 of a moment of the explainer's. */
  #realMs(at: number): number {
    return Number((this.#firstNs ?? 0n) / 1_000n) / 1_000 + at;
  }

  #atOf(stampNs: bigint): number {
    return Number(stampNs - (this.#firstNs ?? stampNs)) / 1e6;
  }
}

function openSocket({ interfaceName, port }: LiveCaptureOptions): PacketSocket {
  const index = indexOf(interfaceName);
  const filter = encodePacketFilter({ serverPort: port, clientPorts: [] });
  try {
    // On loopback what goes out comes in again.
    return new PacketSocket(index, { kind: "cooked", outgoing: index !== LOOPBACK_INDEX, filter });
  } catch (error) {
    if (!isNotSupported(error)) throw error;
    const remedy = `run it as root, or give node the capability: setcap cap_net_raw+ep ${realpathSync(process.execPath)}`;
    throw new NotSupportedError(`listening to packets on ${interfaceName}`, error.message, remedy, {
      cause: error,
    });
  }
}

function indexOf(interfaceName: string): number {
  const links = new Links();
  try {
    return links.indexOf(interfaceName);
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    throw new UsageError(
      `--interface ${shownWord(interfaceName)}: ${noInterface(error)}; ip link lists them`,
      { cause: error },
    );
  } finally {
    links.close();
  }
}

/** A name that is too long for one is the name of none either. */
function noInterface({ code, message }: SyscallError): string {
  const isUnknown = code === "ENODEV" || code === "ERANGE";
  return isUnknown ? "there is no interface of that name in this network namespace" : message;
}

function isoTime(timeNs: bigint): string {
  return new Date(Number(timeNs / 1_000_000n)).toISOString();
}
