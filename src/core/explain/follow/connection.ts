/**
 * What is known of one connection attempt so far: numbers only, made once and used again for later connections, because
 * a capture of a million packets holds a hundred thousand of them. The files `on-*.ts` fill it in; `verdict.ts` judges it.
 *
 * @module
 */
import type { Segment } from "../../wire/packet/segment.ts";
import type { Listener } from "./followed-listener.ts";
import { NumberList } from "./number-list.ts";
import { Transmission } from "./transmission.ts";

/** How far a connection has come; from `served` on nothing is left to find out about its handshake. */
export const PHASE = {
  /** A SYN was seen. */
  synSent: 0,
  /** A SYN+ACK was seen. */
  answered: 1,
  /** The client has sent a packet that can complete the handshake; whether it passed is not proven. */
  final: 2,
  /** The server has acknowledged the client's bytes, so it has a child. */
  passed: 3,
  /** The server has sent bytes or a FIN, so the child was accepted. */
  served: 4,
  /** It is over; kept a little longer for stray packets. */
  ended: 5,
  /** Its handshake was before the capture began. */
  foreign: 6,
} as const;

export type Phase = (typeof PHASE)[keyof typeof PHASE];

/** A final packet that was refused. */
export interface Refusal {
  readonly at: number;
  /** Whether it was dropped in silence, rather than answered with a reset. */
  readonly isSilent: boolean;
}

/** Who sent the reset that ended it. */
export type Resetter = "client" | "server" | null;

/** What the server's own kernel says of a reset to a final ACK, where it could be asked: a full queue, or something else. */
export type ResetCause = "overflow" | "other" | null;

/** Most packet numbers and tries that are kept as evidence of one connection, and most SYNs and SYN+ACKs. */
const MOST_EVIDENCE = 64;
const MOST_TIMES = 32;
const MOST_WITHHELD = 4;

/** One connection attempt. Times are milliseconds since the capture's first packet, NaN where it has not happened. */
export class Connection {
  client0 = 0;
  client1 = 0;
  client2 = 0;
  client3 = 0;
  clientPort = 0;
  server0 = 0;
  server1 = 0;
  server2 = 0;
  server3 = 0;
  serverPort = 0;
  ipVersion: 4 | 6 = 4;

  /** The table's: the next one in the same bucket, and the place among the living. */
  nextInBucket: Connection | null = null;
  place = -1;

  phase: Phase = PHASE.synSent;
  lastAt: number = Number.NaN;
  startedAt: number = Number.NaN;
  /** The endpoint that answered; null until a SYN+ACK or an established packet of it was seen. */
  listener: Listener | null = null;
  /** Whether the listener's log knows that it was let in. */
  isAdmissionLogged = false;
  /** Whether the server speaks and has not ended it. */
  isServing = false;
  /** When the server took it in with the SYN (Fast Open). */
  openedFastAt: number = Number.NaN;

  hasSyn = false;
  /** NaN before a packet tells, like the other sequence numbers: the engine then keeps all of them as doubles. */
  clientIsn: number = Number.NaN;
  /** The window of the last SYN+ACK; a proxy that answers for a server it has not reached yet offers none. */
  offeredWindow: number = Number.NaN;
  /** Bytes that came with the SYN (Fast Open). */
  synLength = 0;
  hasFastOpen = false;
  hasSynAck = false;
  hasServerIsn = false;
  serverIsn: number = Number.NaN;
  /** That of a later SYN+ACK with another number; the client takes the first that it gets. */
  otherServerIsn: number = Number.NaN;

  readonly lastSyn: Transmission = new Transmission();
  readonly lastSynAck: Transmission = new Transmission();
  // Made when they are needed: a flood has none of them.
  #lastFinal: Transmission | null = null;
  #lastData: Transmission | null = null;
  #lastReset: Transmission | null = null;

  /** When each SYN and each SYN+ACK was sent, copies left out. */
  readonly synTimes: NumberList = new NumberList(MOST_TIMES);
  readonly synAckTimes: NumberList = new NumberList(MOST_TIMES);
  /** How many SYNs had gone out before the first SYN+ACK. */
  synsBeforeAnswer = 0;
  /** Whether the first SYN+ACK echoes the timestamp of a SYN that was sent again. */
  answersLaterSyn = false;
  /** When the client sent something that could have completed the handshake, while that was not proven. */
  readonly tries: NumberList = new NumberList(MOST_EVIDENCE);
  /** How many of `tries` are proven refused. */
  refusedTries = 0;
  /** Those of them that only the bytes after them prove refused, which the listener's log does not count. */
  readonly withheld: NumberList = new NumberList(MOST_WITHHELD);
  /** The refused ones, kept for the verdict. */
  readonly refusals: Refusal[] = [];
  /** SYN+ACKs that came again after the final ACK, beyond doubt and perhaps crossing it. */
  provenAgain = 0;
  crossedAgain = 0;
  /** How often the client's first bytes came again and proved that what came before them had been refused. */
  provenByData = 0;
  /** Whether the server greeted it only behind a later packet, which proves that those before were refused. */
  provenByGreeting = false;

  finalAt: number = Number.NaN;
  firstDataAt: number = Number.NaN;
  dataSequence: number = Number.NaN;
  /** The number of the client's last packet that could have completed the handshake. */
  lastTrySequence: number = Number.NaN;
  dataResends = 0;
  /** Whether payload or a FIN of the client was among what was refused. */
  hasRefusedData = false;
  dataAckedAt: number = Number.NaN;
  passedAt: number = Number.NaN;
  servedAt: number = Number.NaN;
  firstPayloadAt: number = Number.NaN;
  serverFinAt: number = Number.NaN;
  clientFinAt: number = Number.NaN;
  resetAt: number = Number.NaN;
  resetBy: Resetter = null;
  /** The reset is of the form that answers an ACK without a socket: no ACK flag, sequence = the ACK's number. */
  isBareReset = false;
  /** And it answers a later packet than the first that could have completed the handshake. */
  isLateReset = false;
  resetCause: ResetCause = null;
  isRefused = false;
  /** Both ends sent a SYN (simultaneous open), or the server split its SYN+ACK in two. */
  isSimultaneous = false;
  /** The server answered the SYN with an ACK that does not fit it. */
  hasStrayAck = false;
  /** And the client answered that one with a reset, as it does to an ACK of an older connection in TIME_WAIT. */
  wasChallenged = false;
  /** The client said something before the server did. */
  clientSpokeFirst = false;
  copies = 0;
  /** Packets of it came without a time; they count as coming with the packet before, and no time of it is told. */
  isUntimed = false;
  /** Whether it waits for its verdict, so that nobody else may use it. */
  isKept = false;
  /** Evidence: the numbers of the packets that matter. */
  readonly packets: NumberList = new NumberList(MOST_EVIDENCE);

  get lastFinal(): Transmission {
    this.#lastFinal ??= new Transmission();
    return this.#lastFinal;
  }

  get lastData(): Transmission {
    this.#lastData ??= new Transmission();
    return this.#lastData;
  }

  get lastReset(): Transmission {
    this.#lastReset ??= new Transmission();
    return this.#lastReset;
  }

  /** Makes it a fresh attempt between the segment's ends. */
  begin(segment: Segment, isFromClient: boolean): void {
    if (isFromClient) this.#beginFromClient(segment);
    else this.#beginFromServer(segment);
    this.ipVersion = segment.ipVersion;
    this.startedAt = segment.at;
    this.lastAt = segment.at;
  }

  /** Notes a packet as evidence. */
  cite(segment: Segment): void {
    this.packets.push(segment.number);
  }

  /** Whether a segment is the last one of its kind, captured once more. Without times only its timestamp tells. */
  isCopy(last: Transmission, segment: Segment): boolean {
    return (!this.isUntimed || segment.timestampValue >= 0) && last.isCopy(segment);
  }

  /** When the first SYN+ACK was seen, or where it is missing the latest moment at which it can have been there. */
  lastAnswerBeforeFinal(): number {
    const first = this.synAckTimes.at(0) ?? Number.POSITIVE_INFINITY;
    return Number.isNaN(this.finalAt) ? first : Math.min(first, this.finalAt);
  }

  /** Makes it as new, so that another attempt can use it. */
  reset(): void {
    this.#resetHandshake();
    this.#resetFate();
    this.#resetEvidence();
  }

  #resetHandshake(): void {
    this.phase = PHASE.synSent;
    this.listener = null;
    this.isAdmissionLogged = false;
    this.isServing = false;
    this.openedFastAt = Number.NaN;
    this.hasSyn = false;
    this.clientIsn = Number.NaN;
    this.synLength = 0;
    this.hasFastOpen = false;
    this.hasSynAck = false;
    this.offeredWindow = Number.NaN;
    this.hasServerIsn = false;
    this.serverIsn = Number.NaN;
    this.otherServerIsn = Number.NaN;
    this.synsBeforeAnswer = 0;
    this.answersLaterSyn = false;
    this.refusedTries = 0;
  }

  #resetFate(): void {
    this.provenAgain = 0;
    this.crossedAgain = 0;
    this.provenByData = 0;
    this.provenByGreeting = false;
    this.finalAt = Number.NaN;
    this.firstDataAt = Number.NaN;
    this.dataSequence = Number.NaN;
    this.lastTrySequence = Number.NaN;
    this.dataResends = 0;
    this.hasRefusedData = false;
    this.dataAckedAt = Number.NaN;
    this.passedAt = Number.NaN;
    this.servedAt = Number.NaN;
    this.firstPayloadAt = Number.NaN;
    this.serverFinAt = Number.NaN;
    this.clientFinAt = Number.NaN;
    this.resetAt = Number.NaN;
    this.resetBy = null;
    this.isBareReset = false;
    this.isLateReset = false;
    this.resetCause = null;
    this.isRefused = false;
    this.isSimultaneous = false;
    this.hasStrayAck = false;
    this.wasChallenged = false;
    this.clientSpokeFirst = false;
    this.copies = 0;
    this.isUntimed = false;
    this.isKept = false;
  }

  #resetEvidence(): void {
    this.lastSyn.clear();
    this.lastSynAck.clear();
    this.#lastFinal?.clear();
    this.#lastData?.clear();
    this.#lastReset?.clear();
    this.synTimes.clear();
    this.synAckTimes.clear();
    this.tries.clear();
    this.withheld.clear();
    if (this.refusals.length > 0) this.refusals.length = 0;
    this.packets.clear();
  }

  #beginFromClient(segment: Segment): void {
    this.client0 = segment.source0;
    this.client1 = segment.source1;
    this.client2 = segment.source2;
    this.client3 = segment.source3;
    this.clientPort = segment.sourcePort;
    this.server0 = segment.destination0;
    this.server1 = segment.destination1;
    this.server2 = segment.destination2;
    this.server3 = segment.destination3;
    this.serverPort = segment.destinationPort;
  }

  #beginFromServer(segment: Segment): void {
    this.client0 = segment.destination0;
    this.client1 = segment.destination1;
    this.client2 = segment.destination2;
    this.client3 = segment.destination3;
    this.clientPort = segment.destinationPort;
    this.server0 = segment.source0;
    this.server1 = segment.source1;
    this.server2 = segment.source2;
    this.server3 = segment.source3;
    this.serverPort = segment.sourcePort;
  }
}
