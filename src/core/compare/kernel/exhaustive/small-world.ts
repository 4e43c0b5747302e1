/**
 * A small world: one listener and a few clients of the model, in which time passes only from one timer to the next. What may happen
 * in a state is a list of steps, and a step makes another state.
 *
 * @module
 */
import {
  type Effects,
  type KernelRules,
  type ModelSegment,
  noEffects,
  ServerHost,
} from "../../../model/index.ts";
import { seqAdd } from "../../../wire/packet/sequence.ts";
import { TCP_FLAG } from "../../../wire/packet/tcp-flags.ts";

/**
 * What a client does: completes its handshake; loses its first ACK and answers the SYN+ACK that comes again; says nothing more;
 * resets instead of an ACK; completes and resets while it waits.
 */
export type ClientKind = "prompt" | "late" | "silent" | "resetting" | "leaving";

/** All kinds. */
export const CLIENT_KINDS: readonly ClientKind[] = ["prompt", "late", "silent", "resetting", "leaving"];

/** The two settings that tell one small world from another. */
export interface SmallSetting {
  readonly backlog: number;
  readonly cookies: 0 | 1;
}

/** How a client's affair ended at the server. `forgotten`: a cookie's ACK met a full queue, and nothing remembers it. */
export type Fate = "served" | "reset" | "expired" | "refused" | "forgotten";

/** One client that has begun. */
export interface SmallClient {
  readonly kind: ClientKind;
  /** `open`: a SYN+ACK came, and its next packet is to come. */
  readonly phase: "open" | "acknowledged" | "left" | "over";
  readonly fate: Fate | null;
  /** Whether its SYN was answered by a cookie, so that the server keeps nothing of it. */
  readonly hasCookie: boolean;
  /** The server's first number, from its SYN+ACK. */
  readonly serverIsn: number;
}

/** Something that may happen next. */
export type Step =
  | { readonly what: "begin"; readonly kind: ClientKind }
  | { readonly what: "acknowledge" | "reset" | "leave"; readonly client: number }
  | { readonly what: "accept" }
  /** Time passes until the next timers, which fire, and clients answer what is sent again. */
  | { readonly what: "wait"; readonly forMs: number };

/** What of a listening host a small world asks for; the model's, or one with a fault for a test. */
export type SmallHost = Pick<
  ServerHost,
  | "accept"
  | "connection"
  | "counters"
  | "fire"
  | "listen"
  | "listener"
  | "onSegment"
  | "requests"
  | "setSysctl"
  | "timers"
  | "waiting"
> & { clone(): SmallHost };

/** A state. It is never changed: a step copies it. */
export interface SmallState {
  readonly host: SmallHost;
  readonly clients: readonly SmallClient[];
  readonly nowMs: number;
}

export const LISTENER = "listener";
const ENDPOINT = "192.0.2.2:8088";
const FIRST_PORT = 40_001;
const SERVER_ISN = 5_000_000;
/** A request is sent again once, and given up at its second timeout. */
export const SYNACK_RETRIES = 1;

/** The first state of a world. */
export function firstState(
  rules: KernelRules,
  { backlog, cookies }: SmallSetting,
  createHost: (rules: KernelRules) => SmallHost = modelHost,
): SmallState {
  const host = createHost(rules);
  host.setSysctl("net.ipv4.tcp_syncookies", cookies);
  host.setSysctl("net.ipv4.tcp_synack_retries", SYNACK_RETRIES);
  host.listen({ name: LISTENER, endpoint: ENDPOINT, backlog });
  return { host, clients: [], nowMs: 0 };
}

/** The model itself. */
export function modelHost(rules: KernelRules): ServerHost {
  return ServerHost.create(rules, { initialSequence: () => SERVER_ISN });
}

/** Everything that may happen in a state. */
export function stepsFrom(state: SmallState, mostClients: number): Step[] {
  const steps: Step[] = [];
  if (state.clients.length < mostClients)
    for (const kind of CLIENT_KINDS) steps.push({ what: "begin", kind });
  for (const [client, { kind, phase }] of state.clients.entries()) {
    if (phase === "open" && (kind === "prompt" || kind === "leaving"))
      steps.push({ what: "acknowledge", client });
    if (phase === "open" && kind === "resetting") steps.push({ what: "reset", client });
    if (phase === "acknowledged" && kind === "leaving") steps.push({ what: "leave", client });
  }
  if (state.host.waiting(LISTENER).length > 0) steps.push({ what: "accept" });
  const dueMs = Math.min(...state.host.timers().map((timer) => timer.dueMs));
  if (mayWait(state)) steps.push({ what: "wait", forMs: dueMs - state.nowMs });
  return steps;
}

/** Packets that are on their way arrive before time passes. */
function mayWait({ host, clients }: SmallState): boolean {
  const isUnderWay = ({ kind, phase }: SmallClient) =>
    phase === "open" && kind !== "silent" && kind !== "late";
  return host.timers().length > 0 && !clients.some(isUnderWay);
}

/** The state after a step. */
export function takeStep(state: SmallState, step: Step): SmallState {
  const next = new Change(state);
  if (step.what === "begin") next.begin(step.kind);
  else if (step.what === "accept") next.accept();
  else if (step.what === "wait") next.wait(step.forMs);
  else next.send(step.client, step.what);
  return next.finish();
}

/** The endpoint of a client by its place. */
function peerOf(place: number): string {
  return `192.0.2.1:${FIRST_PORT + place}`;
}

/** A state that is being changed. */
class Change {
  readonly #host: SmallHost;
  readonly #clients: SmallClient[];
  #nowMs: number;

  constructor({ host, clients, nowMs }: SmallState) {
    this.#host = host.clone();
    this.#clients = [...clients];
    this.#nowMs = nowMs;
  }

  finish(): SmallState {
    return { host: this.#host, clients: this.#clients, nowMs: this.#nowMs };
  }

  begin(kind: ClientKind): void {
    const place = this.#clients.push({ kind, phase: "open", fate: null, hasCookie: false, serverIsn: 0 }) - 1;
    this.#deliver(place, { flags: TCP_FLAG.SYN, seq: clientIsn(place), ack: 0 });
  }

  send(place: number, what: "acknowledge" | "reset" | "leave"): void {
    const { serverIsn } = this.#client(place);
    const ack = seqAdd(serverIsn, 1);
    this.#set(place, { phase: what === "acknowledge" ? "acknowledged" : "left" });
    const flags = what === "acknowledge" ? TCP_FLAG.ACK : TCP_FLAG.RST;
    this.#deliver(place, { flags, seq: seqAdd(clientIsn(place), 1), ack: flags === TCP_FLAG.ACK ? ack : 0 });
  }

  accept(): void {
    const child = this.#host.accept(LISTENER);
    if (child !== null) this.#set(placeOf(String(child.peer)), { phase: "over", fate: "served" });
  }

  wait(forMs: number): void {
    this.#nowMs += forMs;
    for (const timer of this.#host.timers().filter(({ dueMs }) => dueMs <= this.#nowMs))
      this.#take(this.#host.fire(timer, this.#nowMs, noEffects()));
  }

  #deliver(place: number, { flags, seq, ack }: Pick<ModelSegment, "flags" | "seq" | "ack">): void {
    const segment = { from: peerOf(place), to: ENDPOINT, flags, seq, ack, length: 0 };
    this.#take(this.#host.onSegment(segment, this.#nowMs, noEffects()));
  }

  /** What an event means for the clients. */
  #take({ sent, freed, refused }: Effects): void {
    for (const { peer, what } of refused) {
      if (what === "syn") this.#set(placeOf(String(peer)), { phase: "over", fate: "refused" });
      if (what === "cookie-ack") this.#set(placeOf(String(peer)), { phase: "over", fate: "forgotten" });
    }
    for (const { peer, why } of freed)
      this.#set(placeOf(String(peer)), { phase: "over", fate: why === "reset" ? "reset" : "expired" });
    for (const { kind, segment } of sent) {
      const place = placeOf(String(segment.to));
      if (kind === "syn-ack") this.#set(place, { serverIsn: segment.seq });
      if (kind === "syn-ack-cookie") this.#set(place, { serverIsn: segment.seq, hasCookie: true });
      if (kind === "syn-ack-again") this.#answer(place);
    }
  }

  /** A client that believes itself connected answers each SYN+ACK that comes again; the ACK of a late one was lost before. */
  #answer(place: number): void {
    const { kind, phase } = this.#client(place);
    if (phase === "acknowledged" || (kind === "late" && phase === "open")) this.send(place, "acknowledge");
  }

  #client(place: number): SmallClient {
    const client = this.#clients[place];
    if (client === undefined) throw new Error(`no client ${place} in a small world`);
    return client;
  }

  #set(place: number, change: Partial<SmallClient>): void {
    this.#clients[place] = { ...this.#client(place), ...change };
  }
}

function clientIsn(place: number): number {
  return 1_000_000 * (place + 1);
}

/** The place of a client by its endpoint. */
export function placeOf(peer: string): number {
  return Number(peer.slice(peer.lastIndexOf(":") + 1)) - FIRST_PORT;
}
