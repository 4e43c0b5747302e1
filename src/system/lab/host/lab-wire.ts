/**
 * The wire between the two hosts: it takes each frame off one end, remembers it, and puts it out at the other when its
 * delay is over. Delay, loss, duplication and order are decided here and nowhere else; the kernel adds nothing.
 *
 * @module
 */

import type { WirePlan } from "../../../core/scenario/index.ts";
import { type Fate, WireRules } from "../../../core/scenario/index.ts";
import type { DraftPacket, HostName, Recorder } from "../../../core/trace/index.ts";
import { type Forgery, forgeTcpFrame } from "../../../core/wire/packet/forge-tcp.ts";
import { decodeFrame } from "../../../core/wire/packet/frame.ts";
import { LINK_TYPE } from "../../../core/wire/packet/link-type.ts";
import { OpenResources } from "../../linux/ffi/descriptor.ts";
import { watch } from "../../linux/ffi/libc.ts";
import { monotonicOf } from "../../linux/process/clock.ts";
import { PacketSocket, type ReceivedFrame } from "../../linux/socket/packet-socket.ts";
import type { Agenda } from "./agenda.ts";
import type { WireEnds } from "./network.ts";

/** What the wire works with. */
export interface WireDependencies {
  readonly agenda: Agenda;
  readonly recorder: Recorder;
  readonly plan: WirePlan;
  /** The name of the client with this endpoint, or null. */
  readonly clientNameOf: (endpoint: string) => string | null;
  /** Called when a packet has just been handed to the server. */
  readonly onArrivalAtServer: (packet: DraftPacket) => void;
  readonly onError: (error: unknown) => void;
}

/** A wire that is carrying frames. */
export class Wire {
  readonly #dependencies: WireDependencies;
  readonly #rules: WireRules;
  readonly #ends: Readonly<Record<HostName, PacketSocket>>;
  readonly #opened = new OpenResources();
  #isClosed = false;
  #underWay = 0;
  #untilMs = Number.POSITIVE_INFINITY;

  constructor(ends: WireEnds, dependencies: WireDependencies) {
    this.#dependencies = dependencies;
    this.#rules = new WireRules(dependencies.plan);
    try {
      this.#ends = ends.namespace.inside(() => ({
        client: this.#opened.keep(new PacketSocket(ends.toClient)),
        server: this.#opened.keep(new PacketSocket(ends.toServer)),
      }));
      for (const sender of ["client", "server"] as const) this.#listenTo(sender);
    } catch (error) {
      this.#opened.close();
      throw error;
    }
  }

  /** Frames that the kernel dropped before the wire saw them; 0 unless the machine was hopelessly busy. */
  framesLost(): number {
    return this.#ends.client.lostFrames() + this.#ends.server.lostFrames();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#opened.close();
  }

  /**
   * Takes what is waiting and was sent until then; at the end of a run the event loop may not have come round yet. What was
   * sent later is no part of the run.
   */
  drain(untilMs: number): void {
    this.#untilMs = untilMs;
    this.#drainEnd("client");
    this.#drainEnd("server");
  }

  /** How many packets have left and not arrived. */
  get underWay(): number {
    return this.#underWay;
  }

  #listenTo(sender: HostName): void {
    this.#opened.keep({ close: watch(this.#ends[sender].fd, "readable", () => this.#drainEnd(sender)) });
  }

  #drainEnd(sender: HostName): void {
    const end = this.#ends[sender];
    try {
      for (let frame = end.receive(); frame !== null; frame = end.receive()) this.#take(sender, frame);
    } catch (error) {
      this.#dependencies.onError(error);
    }
  }

  #take(sender: HostName, frame: ReceivedFrame): void {
    const { agenda, recorder, plan, clientNameOf } = this.#dependencies;
    const at = agenda.sinceStart(monotonicOf(frame.realTimeNs));
    if (at > this.#untilMs) return;
    const tcp = decodeFrame(LINK_TYPE.ETHERNET, frame.bytes);
    if (tcp.skipped !== null) {
      if (!isMulticast(frame.bytes)) agenda.at(at + plan.delayMs, () => this.#put(sender, frame.bytes));
      return;
    }
    const client = clientNameOf(sender === "client" ? tcp.from : tcp.to);
    for (const fate of this.#rules.fatesOf(sender, client, tcp)) {
      const copy = fate.forgery === null ? { tcp, bytes: frame.bytes } : forged(frame.bytes, fate.forgery);
      const arrival = at + plan.delayMs + fate.laterMs;
      const atServer = sender === "client" ? arrival : at;
      const packet: DraftPacket = { ...copy, sender, at, atServer, arrivedAt: null };
      recorder.addPacket(packet);
      this.#send(packet, arrival, fate);
    }
  }

  #send(packet: DraftPacket, arrival: number, fate: Fate): void {
    if (fate.isLost) return;
    this.#underWay += 1;
    this.#dependencies.agenda.at(arrival, () => {
      this.#underWay -= 1;
      // Taken before the frame goes out: the receiver's answer leaves while send() is still running.
      packet.arrivedAt = this.#dependencies.agenda.now();
      this.#put(packet.sender, packet.bytes);
      if (packet.sender === "client") this.#dependencies.onArrivalAtServer(packet);
    });
  }

  #put(sender: HostName, bytes: Uint8Array): void {
    if (this.#isClosed) return;
    this.#ends[sender === "client" ? "server" : "client"].send(bytes);
  }
}

function forged(frame: Uint8Array, forgery: Forgery): Pick<DraftPacket, "tcp" | "bytes"> {
  const bytes = forgeTcpFrame(LINK_TYPE.ETHERNET, frame, forgery);
  const tcp = decodeFrame(LINK_TYPE.ETHERNET, bytes);
  if (tcp.skipped !== null) throw new Error(`a forged frame is no TCP: ${tcp.skipped}`);
  return { tcp, bytes };
}

/** MLD and its like: what a host says to everybody is no part of a scenario. */
function isMulticast(frame: Uint8Array): boolean {
  return ((frame[0] ?? 0) & 1) === 1;
}
