/**
 * Listens to the kernel's trace events about refused clients, machine-wide, and tells each as it comes. What events mean together is
 * `victim-ledger.ts`'s.
 *
 * @module
 */
import { NotSupportedError } from "../../../core/errors.ts";
import {
  decodeVictimEvent,
  VICTIM_EVENTS,
  type VictimEventKind,
  victimFilter,
} from "../../../core/listener/victims/victim-events.ts";
import { type LedgerLine, VictimLedger } from "../../../core/listener/victims/victim-ledger.ts";
import type {
  UntoldEvents,
  VictimLine,
  VictimListener,
  VictimNamespace,
  VictimsDocument,
} from "../../../core/listener/victims/victims-document.ts";
import { eraOf } from "../../../core/model/rules/kernel-era.ts";
import type { TraceEventFormat } from "../../../core/wire/trace-event/event-format.ts";
import { readKernelIdentity } from "../../linux/proc/kernel-identity.ts";
import { monotonicTimeNs, realTimeNs } from "../../linux/process/clock.ts";
import { PerfEvents } from "../../linux/trace/perf-events.ts";
import { Tracefs } from "../../linux/trace/tracefs.ts";
import type { UnseenNamespace } from "../namespace-scope.ts";
import { ListenerFinder } from "./listener-finder.ts";
import { WatchedNamespaces } from "./watched-namespaces.ts";

/** What to watch. */
export interface VictimWatchOptions {
  /** Only listeners on this port; null for all. */
  readonly port: number | null;
  readonly onLine: (line: VictimLine) => void;
  /** How many events of a kind a second are too many; 5,000 if left out. */
  readonly mostPerSecond?: number;
  /** All of the machine if left out. */
  readonly namespaces?: WatchedNamespaces;
}

interface Source {
  readonly kind: VictimEventKind;
  readonly format: TraceEventFormat;
  readonly filter: string | null;
}

const MOST_PER_SECOND = 5_000;
const SECOND_NS = 1_000_000_000n;
/** A watch may go on for days: of very many lines the last ones are kept for the document. */
const MOST_LINES = 10_000;

const ALL_TOLD: UntoldEvents = { synAckResent: 0, refused: 0, resetSent: 0, resetReceived: 0 };

/** Watches until it is closed. */
export class VictimWatch {
  readonly #options: VictimWatchOptions;
  readonly #sources: readonly Source[];
  readonly #namespaces: WatchedNamespaces;
  readonly #finder: ListenerFinder;
  readonly #ledger: VictimLedger;
  readonly #events: PerfEvents;
  readonly #takenAt = new Date();
  readonly #startedNs = monotonicTimeNs();
  readonly #aheadNs = realTimeNs() - monotonicTimeNs();
  readonly #lines: VictimLine[] = [];
  #second = { fromNs: 0n, events: new Map<VictimEventKind, number>() };
  #lost = 0;
  readonly #muted = new Set<VictimEventKind>();

  /**
   * Begins.
   *
   * @throws {NotSupportedError} where the trace events may not be read, or this kernel has none of them
   */
  constructor(options: VictimWatchOptions) {
    this.#options = options;
    this.#sources = findSources(options.port);
    this.#namespaces = options.namespaces ?? WatchedNamespaces.all();
    this.#finder = new ListenerFinder(this.#namespaces);
    this.#ledger = new VictimLedger({
      namesRefusals: this.#has("refused"),
      listenerOf: (address, port, client) => this.#finder.listenerOf(address, port, client),
      boundListener: (address, port) => this.#finder.boundListener(address, port),
      fullListener: () => this.#finder.fullListener(),
      hasCounterRisen: ({ namespace }) => this.#namespaces.hasRisen(namespace),
    });
    const wanted = this.#sources.map(({ format: { id }, filter }) => ({ id, filter }));
    try {
      this.#events = new PerfEvents(wanted, {
        sample: (atNs, record) => this.#onRecord(atNs, record),
        lost: (count) => {
          this.#lost += count;
        },
      });
    } catch (error) {
      this.#namespaces.close();
      throw error;
    }
  }

  /** Namespaces whose listeners cannot be named. */
  get unseen(): readonly UnseenNamespace[] {
    return this.#namespaces.unseen;
  }

  /** Looks for namespaces that came or ended. */
  refresh(): void {
    this.#namespaces.refresh();
  }

  /** All that is known, while it goes on. What is counted and not told is known at the end only. */
  soFar(): VictimsDocument {
    this.#events.drain();
    return this.#describe(ALL_TOLD);
  }

  /** Stops, and tells everything. Call it once. */
  close(): VictimsDocument {
    const untold = this.#stop();
    if (untold.synAckResent > 0) this.#nameOpenHandshakes();
    const document = this.#describe(untold);
    this.#namespaces.close();
    return document;
  }

  #describe(untold: UntoldEvents): VictimsDocument {
    const namespaces = this.#namespaces.rises();
    const { release, version } = readKernelIdentity();
    const summaries = this.#ledger.summaries();
    return {
      takenAt: this.#takenAt.toISOString(),
      kernel: { release, era: eraOf(version), eraBy: "version" },
      watchedMs: Math.round(Number(monotonicTimeNs() - this.#startedNs) / 1e6),
      port: this.#options.port,
      sources: {
        synAckResent: this.#has("synAckResent"),
        refused: this.#has("refused"),
        resetSent: this.#has("resetSent"),
      },
      lines: this.#lines,
      listeners: summaries.filter(({ listener }) => this.#isWanted(listener)),
      refusedUnnamed: summaries.reduce(
        (sum, one) => sum + (one.listener === null ? (one.refused ?? 0) : 0),
        0,
      ),
      othersResent: this.#ledger.othersResent,
      namespaces,
      synsRefused: this.#synsRefused(namespaces, untold.refused),
      untold,
      lost: this.#lost,
      wasMuted: this.#muted.size > 0,
    };
  }

  /** What was lost for want of room is said as such. */
  #stop(): UntoldEvents {
    const gaps = this.#events.stop();
    this.#events.close();
    const isExplained = gaps.reduce((sum, gap) => sum + gap, 0) <= this.#lost;
    const gapOf = (kind: VictimEventKind): number => {
      const gap = gaps[this.#sources.findIndex((source) => source.kind === kind)] ?? 0;
      return isExplained ? 0 : Math.max(0, gap);
    };
    return {
      synAckResent: gapOf("synAckResent"),
      refused: gapOf("refused"),
      resetSent: gapOf("resetSent"),
      resetReceived: gapOf("resetReceived"),
    };
  }

  /** Where a record is missing, the table still knows whose SYN+ACK was sent again, for as long as the handshake is open. */
  #nameOpenHandshakes(): void {
    for (const listener of this.#ledger.refusingListeners())
      for (const [client, synAcksResent] of this.#finder.openHandshakes(listener))
        this.#ledger.nameOpenHandshake(listener, client, synAcksResent);
  }

  #onRecord(atNs: bigint, record: DataView): void {
    const id = record.getUint16(0, true);
    const source = this.#sources.find(({ format }) => format.id === id);
    if (source === undefined) return;
    this.#count(source.kind, atNs);
    const line = this.#ledger.add(decodeVictimEvent(source.kind, source.format, { atNs, record }));
    if (line !== null && this.#isWanted(line.listener)) this.#tell(line);
  }

  #tell({ atNs, ...line }: LedgerLine): void {
    const at = new Date(Number((atNs + this.#aheadNs) / 1_000_000n)).toISOString();
    this.#lines.push({ at, ...line });
    if (this.#lines.length > MOST_LINES) this.#lines.shift();
    this.#options.onLine({ at, ...line });
  }

  /** Each costs some microseconds of ours: a flood is worth counting, and the counter does that. */
  #count(kind: VictimEventKind, atNs: bigint): void {
    if (atNs - this.#second.fromNs >= SECOND_NS) this.#second = { fromNs: atNs, events: new Map() };
    const count = (this.#second.events.get(kind) ?? 0) + 1;
    this.#second.events.set(kind, count);
    if (this.#muted.has(kind) || count <= (this.#options.mostPerSecond ?? MOST_PER_SECOND)) return;
    this.#muted.add(kind);
    this.#events.mute(this.#sources.findIndex((source) => source.kind === kind));
  }

  /** A refusal says no port: where one is asked for, a listener that is not named yet is rather another one. */
  #isWanted(listener: VictimListener | null): boolean {
    const { port } = this.#options;
    return port === null || listener?.port === port;
  }

  #has(kind: VictimEventKind): boolean {
    return this.#sources.some((source) => source.kind === kind);
  }

  /** What the counters say and no event does. */
  #synsRefused(namespaces: readonly VictimNamespace[], untold: number): number | null {
    if (!this.#has("refused") || this.#muted.has("refused") || this.#lost > 0 || this.unseen.length > 0)
      return null;
    if (namespaces.some(({ overflows }) => overflows === null)) return null;
    const rise = namespaces.reduce((sum, { overflows }) => sum + (overflows ?? 0), 0);
    return Math.max(0, rise - this.#ledger.refused - untold);
  }
}

/** The events that this kernel has, with their filters. */
function findSources(port: number | null): Source[] {
  const tracefs = new Tracefs();
  try {
    const sources = (Object.keys(VICTIM_EVENTS) as VictimEventKind[]).flatMap((kind): Source[] => {
      const format = tracefs.event(VICTIM_EVENTS[kind]);
      const filter = format === null ? undefined : victimFilter(kind, format, port);
      return format === null || filter === undefined ? [] : [{ kind, format, filter }];
    });
    if (sources.some(({ kind }) => kind === "synAckResent" || kind === "refused")) return sources;
    const reason = `this kernel has no event ${VICTIM_EVENTS.synAckResent}`;
    throw new NotSupportedError(
      "naming victims",
      reason,
      "listenq explain --interface names them from packets",
    );
  } finally {
    tracefs.close();
  }
}
