/**
 * The recorder of plain loopback: it sees each packet once, as it arrives, and decides nothing.
 *
 * @module
 */

import type { Recorder } from "../../../core/trace/index.ts";
import { finishTcpChecksum } from "../../../core/wire/packet/finish-checksum.ts";
import { decodeFrame } from "../../../core/wire/packet/frame.ts";
import { LINK_TYPE } from "../../../core/wire/packet/link-type.ts";
import { type StopWatching, watch } from "../../linux/ffi/libc.ts";
import type { Namespace } from "../../linux/namespace/namespace.ts";
import { monotonicOf } from "../../linux/process/clock.ts";
import { PacketSocket, type ReceivedFrame } from "../../linux/socket/packet-socket.ts";
import type { Agenda } from "../host/agenda.ts";

const LOOPBACK_INDEX = 1;

/** What the tap works with. */
export interface TapDependencies {
  readonly agenda: Agenda;
  readonly recorder: Recorder;
  readonly clientNameOf: (endpoint: string) => string | null;
  readonly onError: (error: unknown) => void;
}

/** A tap on `lo`. */
export class Tap {
  readonly #dependencies: TapDependencies;
  readonly #socket: PacketSocket;
  readonly #stop: StopWatching;
  #isClosed = false;
  #untilMs = Number.POSITIVE_INFINITY;

  constructor(host: Namespace, dependencies: TapDependencies) {
    this.#dependencies = dependencies;
    this.#socket = host.inside(() => new PacketSocket(LOOPBACK_INDEX));
    try {
      this.#stop = watch(this.#socket.fd, "readable", () => this.#drainSafely());
    } catch (error) {
      this.#socket.close();
      throw error;
    }
  }

  /** Takes what is waiting and was sent until then; at the end of a run the event loop may not have come round yet. */
  drain(untilMs: number = Number.POSITIVE_INFINITY): void {
    this.#untilMs = untilMs;
    for (let frame = this.#socket.receive(); frame !== null; frame = this.#socket.receive())
      this.#take(frame);
  }

  #drainSafely(): void {
    try {
      this.drain();
    } catch (error) {
      this.#dependencies.onError(error);
    }
  }

  framesLost(): number {
    return this.#socket.lostFrames();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stop();
    this.#socket.close();
  }

  #take(frame: ReceivedFrame): void {
    const tcp = decodeFrame(LINK_TYPE.ETHERNET, frame.bytes);
    if (tcp.skipped !== null) return;
    finishTcpChecksum(LINK_TYPE.ETHERNET, frame.bytes);
    const at = this.#dependencies.agenda.sinceStart(monotonicOf(frame.realTimeNs));
    if (at > this.#untilMs) return;
    const sender = this.#dependencies.clientNameOf(tcp.from) === null ? "server" : "client";
    this.#dependencies.recorder.addPacket({
      tcp,
      bytes: frame.bytes,
      sender,
      at,
      atServer: at,
      arrivedAt: at,
    });
  }
}
