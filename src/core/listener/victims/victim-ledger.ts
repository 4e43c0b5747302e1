/**
 * Joins the kernel's events to victims: a refusal knows only the listening socket, a resent SYN+ACK knows socket, listener and client.
 * Pure: times are in the events.
 *
 * @module
 */
import { formatEndpoint } from "../../wire/address.ts";
import type { VictimEvent } from "./victim-events.ts";
import type { VictimEvidence, VictimLine, VictimListener, VictimSummary } from "./victims-document.ts";

/** A line before its time is a date. */
export type LedgerLine = Omit<VictimLine, "at"> & { readonly atNs: bigint };

/** What the ledger asks of whoever can look. */
export interface LedgerDependencies {
  /** Whether this kernel names refusals. */
  readonly namesRefusals: boolean;
  /** The listener at an endpoint that the client's request belongs to. */
  listenerOf(address: string, port: number, client: string): VictimListener;
  /** The listener that is bound to this address, which may be a wildcard. */
  boundListener(address: string, port: number): VictimListener;
  /** The only listener whose accept queue is full now; null if there are none or several. */
  fullListener(): VictimListener | null;
  /** Whether ListenOverflows of the listener's namespace has risen so far. */
  hasCounterRisen(listener: VictimListener): boolean;
}

interface Client {
  readonly synAcksResent: number;
  readonly evidence: VictimEvidence;
  /** When the last one was; null for a client that was reset. */
  readonly resentNs: bigint | null;
  /** Its listener's end. */
  readonly address: string;
  readonly port: number;
}

interface Socket {
  listener: VictimListener | null;
  /** Whether an event with an endpoint named it, and its namespace was found: else it is nobody, or the only one that was full. */
  isNamed: boolean;
  refused: number;
  lastRefusedNs: bigint | null;
  /** Refused packets that no line has told of. */
  untold: number;
  toldNs: bigint;
  resets: number;
  /** Resets whose clients are not known, by their times. */
  readonly openResetsNs: bigint[];
  readonly clients: Map<string, Client>;
}

/** Lines about packets of clients that are not named come no faster than this, for one listener. */
const TELL_EVERY_NS = 1_000_000_000n;
/** The first SYN+ACK is sent again after a second, and each further one after twice as long. */
const FIRST_RESEND_NS = 1_000_000_000n;
const LONGEST_NS = 120_000_000_000n;
const MOST_CLIENTS = 4_096;
/** A reset to a client of this machine arrives within this time. */
const RESET_UNDERWAY_NS = 2_000_000_000n;
const WILDCARDS: readonly string[] = ["0.0.0.0", "::"];

/** What is known of each listening socket. */
export class VictimLedger {
  readonly #sockets = new Map<bigint, Socket>();
  readonly #dependencies: LedgerDependencies;
  /** The packet of the last reset, and whose it was. */
  #lastReset: Extract<VictimEvent, { kind: "resetSent" }> | null = null;

  constructor(dependencies: LedgerDependencies) {
    this.#dependencies = dependencies;
  }

  /** Refused packets of all listeners. */
  get refused(): number {
    return [...this.#sockets.values()].reduce((sum, { refused }) => sum + refused, 0);
  }

  /** Takes an event in; returns the line that it is worth, or null. */
  add(event: VictimEvent): LedgerLine | null {
    if (event.kind === "synAckResent") return this.#onResent(event);
    if (event.kind === "refused") return this.#onRefused(event);
    if (event.kind === "resetReceived") return this.#onResetReceived(event);
    // Whether it answers a refusal says the packet that is thrown away next.
    this.#lastReset = event;
    return null;
  }

  /** Listeners that refused somebody. */
  summaries(): VictimSummary[] {
    return [...this.#sockets.values()].flatMap(({ listener, refused, resets, clients }) => {
      const victims = [...clients].filter(([, { evidence }]) => evidence !== "kernel-resent");
      if (refused + resets + victims.length === 0) return [];
      const named = victims.map(([client, { synAcksResent, evidence }]) => ({
        client,
        synAcksResent,
        evidence,
      }));
      return [
        { listener, refused: this.#dependencies.namesRefusals ? refused : null, resets, clients: named },
      ];
    });
  }

  /** Clients whose SYN+ACK was sent again and whom nobody refused: lost packets, slow clients, scans and floods. */
  get othersResent(): number {
    const all = [...this.#sockets.values()].flatMap(({ clients }) => [...clients.values()]);
    return all.filter(({ evidence }) => evidence === "kernel-resent").length;
  }

  /** Listeners that are known by name and of which the kernel said that they refused. */
  refusingListeners(): VictimListener[] {
    return [...this.#sockets.values()].flatMap(({ listener, refused }) =>
      listener === null || refused === 0 ? [] : [listener],
    );
  }

  /** Adds a client of such a listener whose SYN+ACK was sent again by the table of handshakes, and by no event. */
  nameOpenHandshake(listener: VictimListener, client: string, synAcksResent: number): void {
    const socket = [...this.#sockets.values()].find((one) => one.listener === listener);
    if (socket === undefined || socket.clients.has(client)) return;
    const { address, port } = listener;
    this.#remember(socket, client, {
      synAcksResent,
      evidence: "kernel-refused",
      resentNs: null,
      address,
      port,
    });
  }

  #onResent(event: Extract<VictimEvent, { kind: "synAckResent" }>): LedgerLine | null {
    const socket = this.#socket(event.socket);
    const client = formatEndpoint(event.clientAddress, event.clientPort);
    const synAcksResent = (socket.clients.get(client)?.synAcksResent ?? 0) + 1;
    const isRefused = this.#dependencies.namesRefusals && hasRefused(socket, event.atNs, synAcksResent);
    // Half-open handshakes of scanners and floods need no name.
    if ((isRefused || !this.#dependencies.namesRefusals) && !socket.isNamed) {
      socket.listener = this.#dependencies.listenerOf(event.address, event.port, client);
      socket.isNamed = socket.listener.namespace !== null;
    }
    const { listener } = socket;
    const evidence = isRefused ? "kernel-refused" : this.#weakerEvidence(listener);
    this.#remember(socket, client, {
      synAcksResent,
      evidence,
      resentNs: event.atNs,
      address: event.address,
      port: event.port,
    });
    if (evidence === "kernel-resent") return null;
    socket.untold = 0;
    return { atNs: event.atNs, listener, client, what: "syn-ack-resent", count: synAcksResent, evidence };
  }

  #weakerEvidence(listener: VictimListener | null): VictimEvidence {
    if (this.#dependencies.namesRefusals || listener === null) return "kernel-resent";
    return this.#dependencies.hasCounterRisen(listener) ? "counter-rose" : "kernel-resent";
  }

  /** Of very many the first ones are forgotten. */
  #remember(socket: Socket, client: string, known: Client): void {
    socket.clients.delete(client);
    socket.clients.set(client, known);
    if (socket.clients.size <= MOST_CLIENTS) return;
    const [first] = socket.clients.keys();
    if (first !== undefined) socket.clients.delete(first);
  }

  #onRefused({ atNs, socket: key, packet }: Extract<VictimEvent, { kind: "refused" }>): LedgerLine | null {
    const socket = this.#socket(key);
    socket.refused += 1;
    socket.lastRefusedNs = atNs;
    this.#suspectOpen(socket, atNs);
    const reset =
      this.#lastReset?.packet === packet && this.#lastReset.socket === key ? this.#lastReset : null;
    socket.listener ??=
      reset === null
        ? this.#dependencies.fullListener()
        : this.#dependencies.boundListener(reset.address, reset.port);
    const { listener } = socket;
    if (reset !== null) {
      this.#lastReset = null;
      socket.resets += 1;
      socket.openResetsNs.push(atNs);
      if (socket.openResetsNs.length > MOST_CLIENTS) socket.openResetsNs.shift();
      return { atNs, listener, client: null, what: "reset", count: 1, evidence: "kernel-refused" };
    }
    socket.untold += 1;
    if (atNs - socket.toldNs < TELL_EVERY_NS) return null;
    const count = socket.untold;
    socket.untold = 0;
    socket.toldNs = atNs;
    return { atNs, listener, client: null, what: "refused", count, evidence: "kernel-refused" };
  }

  /** Whose SYN+ACK was sent again before the first refusal that was seen: their handshakes are open until the next one is due. */
  #suspectOpen(socket: Socket, atNs: bigint): void {
    for (const [client, known] of socket.clients) {
      const { evidence, resentNs, synAcksResent } = known;
      if (evidence !== "kernel-resent" || resentNs === null) continue;
      const nextNs = resentNs + FIRST_RESEND_NS * 2n ** BigInt(Math.min(synAcksResent, 10));
      if (atNs >= nextNs) continue;
      socket.clients.set(client, { ...known, evidence: "kernel-refused" });
      socket.listener ??= this.#dependencies.listenerOf(known.address, known.port, client);
    }
  }

  /** A client of this machine: its listener is the one that has just reset somebody at that endpoint. */
  #onResetReceived(event: Extract<VictimEvent, { kind: "resetReceived" }>): LedgerLine | null {
    const { atNs, address, port } = event;
    const socket = [...this.#sockets.values()].find(
      ({ listener, openResetsNs }) =>
        listener?.port === port &&
        (listener.address === address || WILDCARDS.includes(listener.address)) &&
        openResetsNs.some((sentNs) => sentNs <= atNs && atNs - sentNs < RESET_UNDERWAY_NS),
    );
    if (socket === undefined) return null;
    socket.openResetsNs.shift();
    const client = formatEndpoint(event.clientAddress, event.clientPort);
    const synAcksResent = socket.clients.get(client)?.synAcksResent ?? 0;
    this.#remember(socket, client, {
      synAcksResent,
      evidence: "kernel-refused",
      resentNs: null,
      address,
      port,
    });
    const { listener } = socket;
    return { atNs, listener, client, what: "reset-received", count: 1, evidence: "kernel-refused" };
  }

  #socket(key: bigint): Socket {
    const known = this.#sockets.get(key);
    if (known !== undefined) return known;
    const fresh: Socket = {
      listener: null,
      isNamed: false,
      refused: 0,
      lastRefusedNs: null,
      untold: 0,
      toldNs: -TELL_EVERY_NS,
      resets: 0,
      openResetsNs: [],
      clients: new Map(),
    };
    this.#sockets.set(key, fresh);
    return fresh;
  }
}

/** A refusal counts that came since this client's SYN+ACK was sent for the first time. */
function hasRefused({ lastRefusedNs }: Socket, atNs: bigint, resends: number): boolean {
  const age = FIRST_RESEND_NS * (2n ** BigInt(Math.min(resends, 10)) - 1n);
  const since = atNs - (age < LONGEST_NS ? age : LONGEST_NS) - FIRST_RESEND_NS / 5n;
  return lastRefusedNs !== null && lastRefusedNs >= since;
}
