/**
 * One end of an established (or not yet established) connection: what it sends, resends and answers. The client's whole
 * life is here, the server's from the moment its handshake is complete. Congestion and flow control are not modelled: what
 * is sent is sent at once, in segments.
 *
 * @module
 */
import { seqAdd, seqAfter, seqDiff } from "../../../wire/packet/sequence.ts";
import { TCP_FLAG } from "../../../wire/packet/tcp-flags.ts";
import { endOf, type FastOpenOption, has, type ModelSegment, resetTo } from "../../host/model-segment.ts";
import { ChallengeLimit } from "./challenge-limit.ts";
import type { ConnectionDependencies } from "./connection-dependencies.ts";
import { Resender } from "./resender.ts";
import type { StreamSocket } from "./stream-socket.ts";
import { type SynCargo, SynSender } from "./syn-sender.ts";

/** The states that a connection's end can be in. */
export type ConnectionState =
  | "SYN_SENT"
  | "ESTABLISHED"
  | "FIN_WAIT1"
  | "FIN_WAIT2"
  | "CLOSING"
  | "TIME_WAIT"
  | "CLOSE_WAIT"
  | "LAST_ACK"
  | "CLOSE";

/** The two ends and the first number of this one. */
export interface Ends {
  readonly local: string;
  readonly remote: string;
  readonly isn: number;
}

const DELAYED_ACK_MS = 40;
const TIME_WAIT_MS = 60_000;

/** One end of a connection. */
export class Connection implements StreamSocket {
  state: ConnectionState;
  /** Why it ended, as an errno's name; null if it did not, or in peace. */
  error: "ECONNREFUSED" | "ECONNRESET" | "ETIMEDOUT" | null = null;
  /** Bytes that the program has not read. */
  unread = 0;
  /** Whether nobody holds it any more. */
  isOrphan = false;
  readonly ends: Ends;
  readonly #dependencies: ConnectionDependencies;
  readonly #resender: Resender;
  readonly #synSender: SynSender;
  readonly #challenges: ChallengeLimit;
  #rcvNxt: number;
  #hasPeerFin = false;
  #isAckOwed = false;

  /** A client's end; `connect()` begins. */
  constructor(ends: Ends, dependencies: ConnectionDependencies) {
    this.ends = ends;
    this.#dependencies = dependencies;
    this.state = "CLOSE";
    this.#rcvNxt = 0;
    const giveUp = () => this.#fail("ETIMEDOUT");
    this.#resender = new Resender(seqAdd(ends.isn, 1), dependencies, {
      emit: (seq, length, isFin) => this.#emitData(seq, length, isFin),
      giveUp,
      isOrphan: () => this.isOrphan,
    });
    this.#challenges = new ChallengeLimit(dependencies);
    this.#synSender = new SynSender(dependencies, {
      emit: (cargo) => this.#emit(TCP_FLAG.SYN, ends.isn, cargo?.bytes ?? 0, cargo?.option),
      isWaiting: () => this.state === "SYN_SENT",
      giveUp,
    });
  }

  /** The server's end of a handshake that is complete. */
  static established(
    ends: Ends,
    clientIsn: number,
    rttMs: number,
    dependencies: ConnectionDependencies,
  ): Connection {
    const connection = new Connection(ends, dependencies);
    connection.state = "ESTABLISHED";
    connection.#rcvNxt = seqAdd(clientIsn, 1);
    connection.#resender.measured(rttMs);
    return connection;
  }

  /** Bytes, and a FIN, that the peer has not acknowledged; a SYN counts one. */
  get unacknowledged(): number {
    return this.state === "SYN_SENT" ? 1 : this.#resender.outstanding;
  }

  /** What a socket table calls the receive queue: a FIN counts one. */
  get receiveQueue(): number {
    return this.unread + (this.#hasPeerFin ? 1 : 0);
  }

  get remote(): string {
    return this.ends.remote;
  }

  get isConnecting(): boolean {
    return this.state === "SYN_SENT";
  }

  get isReadable(): boolean {
    return this.unread > 0 || this.#hasPeerFin || this.error !== null;
  }

  /** Sends the SYN, and again until somebody answers. With Fast Open its first copy carries the payload. */
  connect(cargo: SynCargo | null): number | string {
    this.state = "SYN_SENT";
    this.#dependencies.count("ActiveOpens");
    if (cargo !== null && cargo.bytes > 0) this.#resender.hold(cargo.bytes);
    this.#synSender.start(cargo);
    return "EINPROGRESS";
  }

  receive(segment: ModelSegment): void {
    if (this.state === "SYN_SENT") this.#receiveInSynSent(segment);
    else if (this.state === "CLOSE") this.#refuse(segment);
    else if (has(segment, TCP_FLAG.RST)) this.#receiveReset(segment);
    else if (has(segment, TCP_FLAG.SYN)) this.#onStraySyn();
    else this.#receiveEstablished(segment);
  }

  /** @kernel net/ipv4/tcp_input.c tcp_rcv_synsent_state_process() v6.18 */
  #receiveInSynSent(segment: ModelSegment): void {
    const isOurs = !seqAfter(segment.ack, this.#resender.next) && seqAfter(segment.ack, this.ends.isn);
    if (!has(segment, TCP_FLAG.ACK)) return;
    if (!isOurs) {
      this.#synSender.answeredWrongly();
      this.#refuse(segment);
      return;
    }
    if (has(segment, TCP_FLAG.RST)) {
      this.#fail("ECONNREFUSED");
      return;
    }
    if (!has(segment, TCP_FLAG.SYN)) return;
    this.state = "ESTABLISHED";
    this.#rcvNxt = seqAdd(segment.seq, 1);
    this.#resender.measured(this.#dependencies.now() - this.#synSender.lastAtMs);
    // Data that the SYN carried in vain goes again at once, and acknowledges the SYN+ACK itself.
    if (!this.#resender.afterSyn(segment.ack)) this.#ackNow();
    this.#dependencies.onReady();
  }

  /** Nobody is there to take it, or it acknowledges what was never sent. @kernel net/ipv4/tcp_input.c tcp_rcv_state_process() v6.18 */
  #refuse(segment: ModelSegment): void {
    if (has(segment, TCP_FLAG.RST)) return;
    this.#dependencies.count("OutRsts");
    this.#dependencies.send(resetTo(segment));
  }

  /**
   * Exact, or the peer's that has sent its FIN: one before.
   *
   * @rfc 5961 §3.2
   * @kernel net/ipv4/tcp_input.c tcp_reset_check() v6.18
   */
  #receiveReset({ seq }: ModelSegment): void {
    const isExact = seq === this.#rcvNxt || (this.#hasPeerFin && seqAdd(seq, 1) === this.#rcvNxt);
    if (isExact) this.#fail("ECONNRESET");
  }

  /** A SYN+ACK that comes again, as a rule. @rfc 5961 §4.2 */
  #onStraySyn(): void {
    if (this.#challenges.allows()) this.#ackNow();
  }

  #receiveEstablished(segment: ModelSegment): void {
    if (has(segment, TCP_FLAG.ACK)) this.#onAcknowledged(segment.ack);
    const end = endOf(segment);
    if (end === segment.seq) return;
    // What is out of order is not kept: it comes again.
    if (segment.seq !== this.#rcvNxt) {
      if (seqAfter(segment.seq, this.#rcvNxt) || !seqAfter(end, this.#rcvNxt)) {
        this.#ackNow();
        return;
      }
    }
    this.#takePayload(segment, end);
  }

  #takePayload(segment: ModelSegment, end: number): void {
    const isFin = has(segment, TCP_FLAG.FIN);
    const bytes = seqDiff(end, this.#rcvNxt) - (isFin ? 1 : 0);
    this.#rcvNxt = end;
    if (bytes > 0 && this.isOrphan && this.state !== "TIME_WAIT") {
      this.#refuse(segment);
      this.drop();
      return;
    }
    this.unread += bytes;
    if (isFin) this.#onPeerFin();
    else this.#ackNow();
    this.#dependencies.onReady();
  }

  /** Alone, a FIN is answered a little later, in case the program has something to say; after our own FIN at once. */
  #onPeerFin(): void {
    this.#hasPeerFin = true;
    if (this.state === "ESTABLISHED") {
      this.state = "CLOSE_WAIT";
      this.#isAckOwed = true;
      this.#dependencies.timer(DELAYED_ACK_MS, () => {
        if (this.#isAckOwed && this.state !== "CLOSE") this.#ackNow();
      });
      return;
    }
    if (this.state === "FIN_WAIT1") this.state = "CLOSING";
    else if (this.state === "FIN_WAIT2") this.#timeWait();
    this.#ackNow();
  }

  #onAcknowledged(ack: number): void {
    const isFinAcknowledged = this.#resender.acknowledged(ack);
    if (!isFinAcknowledged) return;
    if (this.state === "FIN_WAIT1") this.#finWait2();
    else if (this.state === "CLOSING") this.#timeWait();
    else if (this.state === "LAST_ACK") this.state = "CLOSE";
  }

  /** What nobody holds waits a minute for the peer's FIN. @kernel net/ipv4/tcp_input.c tcp_rcv_state_process() v6.18 */
  #finWait2(): void {
    this.state = "FIN_WAIT2";
    this.#dependencies.timer(TIME_WAIT_MS, () => {
      if (this.state === "FIN_WAIT2") this.state = "CLOSE";
    });
  }

  #timeWait(): void {
    this.state = "TIME_WAIT";
    this.#dependencies.timer(TIME_WAIT_MS, () => {
      if (this.state === "TIME_WAIT") this.state = "CLOSE";
    });
  }

  send(bytes: number): number | string {
    const error = this.takeError();
    if (error !== null) return error;
    if (this.state !== "ESTABLISHED" && this.state !== "CLOSE_WAIT") return "EPIPE";
    for (let left = bytes; left > 0; left -= this.#dependencies.mss)
      this.#resender.send(Math.min(left, this.#dependencies.mss), false);
    return bytes;
  }

  /** Reads up to so many bytes; null when there is nothing to read yet. */
  read(most: number): number | Connection["error"] {
    if (this.unread > 0) {
      const bytes = Math.min(most, this.unread);
      this.unread -= bytes;
      return bytes;
    }
    const error = this.takeError();
    if (error !== null) return error;
    if (this.#hasPeerFin || this.state === "CLOSE") return 0;
    return null;
  }

  /** The pending error, which is then none (SO_ERROR). */
  takeError(): Connection["error"] {
    const { error } = this;
    this.error = null;
    return error;
  }

  /** close(): a FIN, or a reset where unread bytes are thrown away. */
  close(): void {
    this.isOrphan = true;
    if (this.state === "SYN_SENT" || this.state === "CLOSE") this.state = "CLOSE";
    else if (this.unread > 0) this.abort();
    else if (this.state === "ESTABLISHED") this.#finish("FIN_WAIT1");
    else if (this.state === "CLOSE_WAIT") this.#finish("LAST_ACK");
  }

  #finish(state: ConnectionState): void {
    this.state = state;
    this.#resender.send(0, true);
  }

  /** Ends with a reset. @kernel net/ipv4/tcp_output.c tcp_send_active_reset() v6.18 */
  abort(): void {
    this.isOrphan = true;
    if (this.state !== "SYN_SENT" && this.state !== "CLOSE") {
      this.#dependencies.count("OutRsts");
      this.#emit(TCP_FLAG.RST | TCP_FLAG.ACK, this.#resender.next, 0);
    }
    this.drop();
  }

  /** Ends without a word. */
  drop(): void {
    this.state = "CLOSE";
    this.#resender.stop();
  }

  #fail(error: "ECONNREFUSED" | "ECONNRESET" | "ETIMEDOUT"): void {
    this.error = error;
    this.drop();
    this.#dependencies.onReady();
  }

  #ackNow(): void {
    this.#emit(TCP_FLAG.ACK, this.#resender.next, 0);
  }

  #emitData(seq: number, length: number, isFin: boolean): void {
    const mark = (isFin ? TCP_FLAG.FIN : 0) | (length > 0 ? TCP_FLAG.PSH : 0);
    this.#emit(mark | TCP_FLAG.ACK, seq, length);
  }

  #emit(flags: number, seq: number, length: number, fastOpen?: FastOpenOption): void {
    const { local: from, remote: to } = this.ends;
    this.#isAckOwed = false;
    const ack = (flags & TCP_FLAG.ACK) === 0 ? 0 : this.#rcvNxt;
    const segment = { from, to, flags, seq, ack, length };
    this.#dependencies.send(fastOpen === undefined ? segment : { ...segment, fastOpen });
  }
}
