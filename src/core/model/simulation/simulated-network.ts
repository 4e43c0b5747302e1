/**
 * What joins the two hosts of a simulation: a wire with delay, losses and rules, or loopback, where a packet is handled as
 * soon as the kernel has finished what it is at. It carries and records; the receiver decides what a packet means.
 *
 * @module
 */
import { clientNameOf, type Scenario, WireRules } from "../../scenario/index.ts";
import type { DraftPacket, HostName, Recorder } from "../../trace/index.ts";
import type { Forgery } from "../../wire/packet/forge-tcp.ts";
import { seqAdd } from "../../wire/packet/sequence.ts";
import { formatTcpFlags, parseTcpFlags, TCP_FLAG } from "../../wire/packet/tcp-flags.ts";
import type { ModelSegment } from "../host/model-segment.ts";
import type { World } from "./world.ts";

/** What the network works with. */
export interface NetworkDependencies {
  readonly scenario: Scenario;
  readonly world: World;
  readonly recorder: Recorder;
  readonly deliver: (to: HostName, segment: ModelSegment, packet: DraftPacket) => void;
  /** The frame of a packet for a capture file; nothing where none is wanted. */
  readonly frameOf: (segment: ModelSegment, atMs: number) => Uint8Array;
}

/** The wire or the loopback of one run. */
export class Network {
  readonly #dependencies: NetworkDependencies;
  readonly #rules: WireRules | null;
  readonly #backlog: {
    readonly to: HostName;
    readonly segment: ModelSegment;
    readonly packet: DraftPacket;
  }[] = [];

  #underWay = 0;

  constructor(dependencies: NetworkDependencies) {
    this.#dependencies = dependencies;
    const { scenario } = dependencies;
    this.#rules = scenario.topology === "wire" ? new WireRules(scenario.wire) : null;
  }

  /** How many packets have left and not arrived. */
  get underWay(): number {
    return this.#underWay;
  }

  /** Sends a segment on its way. */
  send(sender: HostName, segment: ModelSegment): void {
    const at = this.#dependencies.world.moment();
    if (this.#rules === null) {
      const packet = this.#record(sender, segment, at, at);
      this.#backlog.push({ to: otherThan(sender), segment, packet });
    } else this.#sendByWire(this.#rules, sender, segment, at);
  }

  #sendByWire(rules: WireRules, sender: HostName, segment: ModelSegment, at: number): void {
    const { scenario, world } = this.#dependencies;
    const client = clientNameOf(scenario, String(sender === "client" ? segment.from : segment.to));
    const features = { flags: formatTcpFlags(segment.flags), payloadLength: segment.length };
    for (const fate of rules.fatesOf(sender, client, features)) {
      const copy = fate.forgery === null ? segment : forged(segment, fate.forgery);
      const arrival = at + scenario.wire.delayMs + fate.laterMs + world.lagMs();
      const packet = this.#record(sender, copy, at, arrival);
      if (!fate.isLost) this.#carry(otherThan(sender), copy, packet, arrival);
    }
  }

  #carry(to: HostName, segment: ModelSegment, packet: DraftPacket, arrival: number): void {
    this.#underWay += 1;
    this.#dependencies.world.at(arrival, () => {
      this.#underWay -= 1;
      this.#arrive(to, segment, packet);
    });
  }

  #record(sender: HostName, segment: ModelSegment, at: number, arrival: number): DraftPacket {
    const tcp = {
      skipped: null,
      ipVersion: this.#dependencies.scenario.family === "ipv6" ? 6 : 4,
      from: String(segment.from),
      to: String(segment.to),
      flags: formatTcpFlags(segment.flags),
      seq: segment.seq,
      ack: (segment.flags & TCP_FLAG.ACK) === 0 ? null : segment.ack,
      window: 0xffff,
      payloadLength: segment.length,
    } as const;
    const bytes = this.#dependencies.frameOf(segment, at);
    const atServer = sender === "client" ? arrival : at;
    const packet: DraftPacket = { tcp, bytes, sender, at, atServer, arrivedAt: null };
    this.#dependencies.recorder.addPacket(packet);
    return packet;
  }

  #arrive(to: HostName, segment: ModelSegment, packet: DraftPacket): void {
    packet.arrivedAt = this.#dependencies.world.moment();
    this.#dependencies.deliver(to, segment, packet);
  }

  /** Loopback: handles what was sent, first come first served, and what comes of it. */
  drain(): void {
    for (let next = this.#backlog.shift(); next !== undefined; next = this.#backlog.shift())
      this.#arrive(next.to, next.segment, next.packet);
  }
}

function forged(segment: ModelSegment, { seqBy, ackBy, flags }: Forgery): ModelSegment {
  return {
    ...segment,
    seq: seqAdd(segment.seq, seqBy),
    ack: seqAdd(segment.ack, ackBy),
    flags: flags === null ? segment.flags : parseTcpFlags(flags),
  };
}

function otherThan(host: HostName): HostName {
  return host === "client" ? "server" : "client";
}
