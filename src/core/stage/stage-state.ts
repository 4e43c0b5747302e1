/**
 * Who stands where, as far as a trace has been walked through. The lengths of the queues are the recorded ones; the names
 * follow from packets and calls and are cut to the lengths.
 *
 * @module
 */
import type { Scenario } from "../scenario/index.ts";
import { type Arrival, isReset, type QueueSample, type TraceCall, type TracePacket } from "../trace/index.ts";
import type { Moment, OwnEnd, ServerPlace, StageClient, StageListener } from "./stage.ts";

/** Changes with each event; what it gives out never changes. */
export class StageState {
  readonly #hasNames: boolean;
  readonly #places: ReadonlyMap<string, number>;
  #clients: readonly StageClient[];
  #listeners: readonly StageListener[];

  constructor(scenario: Scenario, hasNames: boolean) {
    this.#hasNames = hasNames;
    const clients = hasNames ? scenario.clients : [];
    this.#places = new Map(clients.map(({ name }, place) => [name, place]));
    this.#clients = clients.map(({ name }) => ({ name, ownEnd: "not yet", place: "nowhere", refused: 0 }));
    this.#listeners = scenario.listeners.map(({ name }) => ({
      name,
      isOpen: false,
      limit: 0,
      acceptQueue: 0,
      synQueue: 0,
      acceptNames: [],
      synNames: [],
      heldNames: [],
      drops: null,
      refused: 0,
    }));
  }

  now(): Omit<Moment, "at"> {
    return { clients: this.#clients, listeners: this.#listeners };
  }

  client(name: string): StageClient | undefined {
    return this.#clients[this.#places.get(name) ?? -1];
  }

  listener(name: string): StageListener | undefined {
    return this.#listeners.find((one) => one.name === name);
  }

  /** The kernel was looked at. */
  sample({ listener: name, acceptQueue, synQueue, limit, drops }: QueueSample): void {
    const known = this.listener(name);
    if (known === undefined) return;
    const acceptNames = known.acceptNames.slice(Math.max(0, known.acceptNames.length - acceptQueue));
    const synNames = known.synNames.slice(Math.max(0, known.synNames.length - synQueue));
    for (const gone of [...known.acceptNames, ...known.synNames])
      if (!acceptNames.includes(gone) && !synNames.includes(gone)) this.#put(gone, { place: "nowhere" });
    this.#set(known, { isOpen: true, acceptQueue, synQueue, limit, drops, acceptNames, synNames });
  }

  /** A packet decided something at a listener. */
  arrived(client: string, { outcome, listener: name, packet }: Arrival): void {
    const listener = this.listener(name);
    if (listener === undefined) return;
    if (outcome === "syn-answered") this.#enter(client, listener, "SYN queue");
    else if (outcome === "completed") this.#enter(client, listener, "accept queue");
    else if (outcome === "final-refused" || outcome === "syn-refused-accept-queue-full") {
      this.#set(listener, { refused: listener.refused + 1 });
      this.#refuse(client);
    } else if (outcome === "syn-unanswered" && packet.arrivedAt !== null) this.#refuse(client);
  }

  /** The client's reset takes its request away; in the accept queue its connection stays. */
  clientReset(client: string): void {
    this.#own(client, "closed");
    for (const listener of this.#listeners)
      if (listener.synNames.includes(client))
        this.#set(listener, { synNames: without(listener.synNames, client) });
  }

  reachedClient(client: string, packet: TracePacket): void {
    if (isReset(packet)) this.#own(client, "reset");
    else if (packet.length > 0) this.#own(client, "answered");
    else if (packet.flags === "S.") this.#own(client, "connected");
  }

  /** @param remote the client at the other end, where the server calls */
  call(call: TraceCall, remote: string | null): void {
    if (call.host === "client") this.#clientCall(call);
    else this.#serverCall(call, remote);
  }

  #clientCall({ call, actor, result }: TraceCall): void {
    const failed = typeof result === "string" && result !== "EINPROGRESS" && result !== "EAGAIN";
    if (call === "connect" || call === "SO_ERROR") {
      if (failed) this.#own(actor, result === "ECONNRESET" ? "reset" : "failed");
      else if (result === "EINPROGRESS") this.#own(actor, "connecting");
      else this.#own(actor, "connected");
    } else if (call === "recv" && result === "ECONNRESET") this.#own(actor, "reset");
    else if (call === "recv" && typeof result === "number" && result > 0) this.#own(actor, "answered");
    else if (call === "close") this.#own(actor, "closed");
  }

  #serverCall({ call, actor, result, remote: endpoint }: TraceCall, remote: string | null): void {
    const listener = this.listener(actor);
    if (listener === undefined) return;
    if (call === "accept4" && typeof result === "number") this.#accept(listener, remote);
    else if (call === "close" && endpoint === null)
      this.#set(listener, { isOpen: false, acceptQueue: 0, synQueue: 0, acceptNames: [], synNames: [] });
    else if (call === "close" && remote !== null) {
      this.#put(remote, { place: "over" });
      this.#set(listener, { heldNames: without(listener.heldNames, remote) });
    }
  }

  #accept(listener: StageListener, client: string | null): void {
    const acceptQueue = Math.max(0, listener.acceptQueue - 1);
    const acceptNames = without(listener.acceptNames, client).slice(0, acceptQueue);
    const heldNames =
      client === null || !this.#hasNames ? listener.heldNames : [...listener.heldNames, client];
    this.#set(listener, { acceptQueue, acceptNames, heldNames });
    if (client !== null) this.#put(client, { place: "accepted" });
  }

  #enter(client: string, listener: StageListener, place: "SYN queue" | "accept queue"): void {
    if (!this.#hasNames) return;
    const synNames = without(listener.synNames, client);
    const acceptNames = without(listener.acceptNames, client);
    if (place === "SYN queue") this.#set(listener, { synNames: [...synNames, client] });
    else this.#set(listener, { synNames, acceptNames: [...acceptNames, client] });
    this.#put(client, { place });
  }

  #refuse(client: string): void {
    this.#put(client, { refused: (this.client(client)?.refused ?? 0) + 1 });
  }

  /** What is over stays over: whoever was served has been served, also when it has closed. */
  #own(client: string, ownEnd: OwnEnd): void {
    const known = this.client(client)?.ownEnd;
    if (known === "reset" || known === "failed" || known === "closed") return;
    if (known === "answered" && ownEnd !== "reset") return;
    this.#put(client, { ownEnd });
  }

  #put(client: string, change: { ownEnd?: OwnEnd; place?: ServerPlace; refused?: number }): void {
    const place = this.#places.get(client);
    const known = place === undefined ? undefined : this.#clients[place];
    if (place === undefined || known === undefined || !isChange(known, change)) return;
    this.#clients = this.#clients.with(place, { ...known, ...change });
  }

  #set(listener: StageListener, change: Partial<StageListener>): void {
    const place = this.#listeners.findIndex(({ name }) => name === listener.name);
    const known = this.#listeners[place];
    if (known !== undefined && isChange(known, change))
      this.#listeners = this.#listeners.with(place, { ...known, ...change });
  }
}

function without(names: readonly string[], name: string | null): readonly string[] {
  return name !== null && names.includes(name) ? names.filter((one) => one !== name) : names;
}

function isChange<T extends object>(known: T, change: Partial<T>): boolean {
  return (Object.keys(change) as (keyof T)[]).some((key) => {
    const [before, after] = [known[key], change[key]];
    if (Array.isArray(before) && Array.isArray(after))
      return before.length !== after.length || before.some((one, place) => one !== after[place]);
    return before !== after;
  });
}
