/**
 * Every listener, all the time: rests on those that are idle, looks fast at the few that fill, and says what it can have
 * missed. It needs no thread of its own: one alarm in Node's event loop runs what is due, and each kind of look slows down
 * before it costs more than its share of a core. What the looks mean is in `listener-state.ts` and `namespace-state.ts`.
 *
 * @module
 */
import { isNotSupported, NotSupportedError } from "../../../core/errors.ts";
import type { ListenerProcess, WaitingFacts } from "../../../core/listener/facts.ts";
import type { OwnerSource } from "../../../core/listener/sample/owner-source.ts";
import type { Coverage, ListenerSample, Sample } from "../../../core/listener/sample/sample.ts";
import { chooseWatched, type IsNamed } from "../../../core/listener/sample/watch-list.ts";
import { OpenResources } from "../../linux/ffi/descriptor.ts";
import { QUEUE_COUNTERS } from "../../linux/proc/counters.ts";
import { readKernelIdentity } from "../../linux/proc/kernel-identity.ts";
import { monotonicTimeNs } from "../../linux/process/clock.ts";
import { Timer } from "../../linux/process/timer.ts";
import type { UnseenNamespace } from "../namespace-scope.ts";
import { EntryWitness } from "./entry-witness.ts";
import type { Lane } from "./lane.ts";
import type { NamespaceLooker } from "./namespace-looker.ts";
import { NamespacesUnderWatch } from "./namespaces-under-watch.ts";
import { RequestRound } from "./request-round.ts";
import { samplerLanes } from "./sampler-lanes.ts";
import { type ListenerSamplerOptions, ownerSource, type SamplerSource } from "./sampler-options.ts";
import { tellListeners } from "./tell-listeners.ts";
import { watchCandidates } from "./watch-candidates.ts";

/** So long the search for owners may hold the event loop at a time. */
const SEARCH_STEP_MS = 1;
/** And so long the loop has for itself in between. */
const SEARCH_PAUSE_MS = 4;

export type { ListenerSamplerOptions } from "./sampler-options.ts";

/** Samples the listeners of one or more namespaces until it is closed. One consumer calls `sample()`. */
export class ListenerSampler {
  readonly #startedNs: bigint = monotonicTimeNs();
  readonly #namespaces: NamespacesUnderWatch;
  readonly #owners: OwnerSource;
  readonly #isOnlyOwn: boolean;
  readonly #onlyPort: number | null;
  readonly #version: string = readKernelIdentity().version;
  readonly #isNamed: IsNamed;
  readonly #lanes: ReturnType<typeof samplerLanes>;
  readonly #opened = new OpenResources();
  readonly #entries: EntryWitness | null;
  readonly #timer: Timer;
  readonly #stop = () => this.close();
  readonly #signal: AbortSignal | undefined;
  #isClosed = false;
  #hasWatched = false;
  #chosenVersion = -1;
  readonly #synRound = new RequestRound<NamespaceLooker>();
  #synRoundMs = 0;
  #lookingMs = 0;
  #overruns = 0;
  #sampledAt = 0;

  /**
   * Looks at once, and from then on by itself.
   *
   * @throws {NotSupportedError} where the kernel does not answer sock_diag, or a namespace may not be entered
   * @throws {UsageError} where there is no such process
   */
  constructor(options: ListenerSamplerOptions | SamplerSource = {}) {
    const {
      netns = "self",
      unix = false,
      watchPorts = [],
      owners = "all",
      onlyPort = null,
      counters = QUEUE_COUNTERS,
      hearsEntries = false,
    }: SamplerSource = options;
    this.#isOnlyOwn = owners === "own";
    this.#onlyPort = onlyPort;
    this.#owners = ownerSource(owners);
    const ports = new Set(watchPorts);
    this.#isNamed = ({ state: { identity } }) => identity.port !== null && ports.has(identity.port);
    this.#signal = options.signal;
    this.#lanes = samplerLanes(options);
    this.#namespaces = this.#opened.keep(
      new NamespacesUnderWatch(netns, this.#now, { unix, onlyPort, counters }),
    );
    try {
      this.#entries = hearsEntries ? EntryWitness.open(this.#opened) : null;
      this.#timer = this.#opened.keep(new Timer(() => this.#wake()));
      this.#signal?.addEventListener("abort", this.#stop);
      this.#lookFirst();
      this.#wake();
    } catch (error) {
      this.close();
      throw error;
    }
    if (this.#signal?.aborted === true) this.close();
  }

  /** Namespaces that this user may not look at. */
  get unseen(): readonly UnseenNamespace[] {
    return this.#namespaces.unseen;
  }

  /** Processes whose network namespace this user may not see; 0 unless all namespaces were asked for. */
  get hiddenNamespaces(): number {
    return this.#namespaces.hiddenProcesses;
  }

  /** Processes whose descriptors this user may not read. */
  get hiddenProcesses(): number {
    return this.#owners.hiddenProcesses;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Looks at everything once more, and tells all that is known. */
  sample(): Sample {
    const startedAt = this.#now();
    if (!this.#isClosed) this.#settleAll();
    const at = this.#now();
    const intervalMs = at - this.#sampledAt;
    const isFirst = this.#sampledAt === 0;
    const entryVerdict = (inode: number) => this.#entries?.verdictIn(inode) ?? null;
    const around = { at, intervalMs, version: this.#version, owners: this.#owners, entryVerdict };
    // The first sample has all listeners, where their windows begin.
    const port = isFirst ? null : this.#onlyPort;
    const listeners = this.#lookers().flatMap((looker) => tellListeners(looker, { ...around, port }));
    this.#sampledAt = at;
    this.#lookingMs += this.#now() - startedAt;
    return {
      takenAt: new Date().toISOString(),
      at,
      intervalMs,
      namespaces: this.#lookers().map(({ inode, name, self, state, sysctls }) => ({
        inode,
        name,
        self,
        counters: state.counters,
        sysctls,
        closed: state.closed,
      })),
      listeners,
      hiddenProcesses: this.hiddenProcesses,
      coverage: this.#coverage(intervalMs),
    };
  }

  /** Who waits in a listener's queue now; null where it cannot be told. It costs a walk of the established table. */
  waitingAt({ namespace, cookie }: ListenerSample): WaitingFacts | null {
    const looker = this.#namespaces.lookers.get(namespace);
    const state = looker?.state.listeners.get(Number(`0x${cookie}`));
    return looker === undefined || state === undefined ? null : looker.waitingAt(state);
  }

  /** All processes that are known to hold a listener, the one to name first. */
  holdersOf({ namespace, cookie }: ListenerSample): readonly ListenerProcess[] {
    const state = this.#namespaces.lookers.get(namespace)?.state.listeners.get(Number(`0x${cookie}`));
    return state === undefined ? [] : this.#owners.holdersOf(state.identity.inode);
  }

  /** Ends it; safe to call twice. What is known can still be read. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#signal?.removeEventListener("abort", this.#stop);
    this.#opened.close();
  }

  readonly #now = (): number => Number(monotonicTimeNs() - this.#startedNs) / 1e6;

  #lookers(): NamespaceLooker[] {
    return [...this.#namespaces.lookers.values()];
  }

  /** Runs what is due and sets the next alarm. */
  #wake(): void {
    if (this.#isClosed) return;
    const { watched, all, syn, upkeep } = this.#lanes;
    if (upkeep.isDue(this.#now())) this.#run(upkeep, () => this.#upkeep());
    if (all.isDue(this.#now())) this.#run(all, () => this.#lookAtAll());
    else if (this.#hasWatched && watched.isDue(this.#now())) this.#run(watched, () => this.#lookAtWatched());
    if (syn.isDue(this.#now()) || this.#synRound.isUnderWay) this.#countSomeRequests();
    if (this.#owners.isSearching) this.#searchSomeOwners();
    const due = [all, upkeep, syn, ...(this.#hasWatched ? [watched] : [])].map(({ dueAt }) => dueAt);
    const now = this.#now();
    // A lane that never ran is due since always.
    if (this.#synRound.isUnderWay) due.push(now + 1);
    if (this.#owners.isSearching) due.push(now + SEARCH_PAUSE_MS);
    const nextAt = Math.max(now, Math.min(...due));
    this.#timer.set(this.#startedNs + BigInt(Math.round(nextAt * 1e6)));
  }

  #run(lane: Lane, look: () => void): void {
    const startedAt = this.#now();
    look();
    const endedAt = this.#now();
    lane.looked(startedAt, endedAt);
    this.#lookingMs += endedAt - startedAt;
  }

  #lookAtWatched(): void {
    this.#hearEntries();
    for (const looker of this.#lookers()) this.#guard(looker, () => looker.lookAtWatched());
  }

  #lookAtAll(): void {
    this.#hearEntries();
    for (const looker of this.#lookers()) {
      this.#guard(looker, () => {
        looker.dumpKnown();
        if (looker.state.hasPendingDrops) looker.settle();
      });
    }
    if (this.#hasNewListener()) this.#wantOwners();
    this.#chooseWatched();
  }

  #countSomeRequests(): void {
    const lane = this.#lanes.syn;
    if (!this.#synRound.isUnderWay)
      this.#synRound.begin(this.#lookers().filter(({ state }) => state.listeners.size > 0));
    const looker = this.#synRound.next(this.#namespaces.lookers);
    const startedAt = this.#now();
    if (looker !== null) this.#guard(looker, () => looker.countRequests());
    const endedAt = this.#now();
    this.#lookingMs += endedAt - startedAt;
    this.#synRoundMs += endedAt - startedAt;
    if (this.#synRound.isUnderWay) return;
    lane.looked(endedAt - this.#synRoundMs, endedAt);
    this.#synRoundMs = 0;
  }

  #upkeep(): void {
    this.#namespaces.refresh();
    for (const looker of this.#lookers()) looker.refreshSysctls();
    this.#wantOwners();
  }

  #searchSomeOwners(): void {
    const startedAt = this.#now();
    this.#owners.step(SEARCH_STEP_MS);
    this.#lookingMs += this.#now() - startedAt;
  }

  #wantOwners(): void {
    const inodes = new Set<number>();
    for (const { state } of this.#lookers())
      for (const { identity } of state.listeners.values())
        if (identity.inode !== 0) inodes.add(identity.inode);
    this.#owners.want(inodes, this.#now());
  }

  #settleAll(): void {
    const startedAt = this.#now();
    this.#hearEntries();
    const told = this.#entries?.toldIn(this.#lookers()) ?? null;
    for (const looker of this.#lookers()) {
      this.#guard(looker, () => {
        looker.settle();
        if (this.#onlyPort === null) return;
        looker.countRequests();
        looker.refreshSysctls();
      });
    }
    this.#hearEntries();
    if (told !== null) this.#entries?.balance(told);
    if (this.#hasNewListener()) this.#wantOwners();
    this.#chooseWatched();
    this.#lanes.all.looked(startedAt, this.#now());
    // Most often it is over by now; what is left of it must be known before the sample is told.
    this.#owners.finish();
  }

  /** Right before a look: what entered until then is told before its length. */
  #hearEntries(): void {
    this.#entries?.hear(this.#lookers(), this.#now());
  }

  #hasNewListener(): boolean {
    return this.#lookers().filter(({ state }) => state.takeHasNew()).length > 0;
  }

  #chooseWatched(): void {
    // Whether a listener is among the latest changes only when one was seen active, came or went.
    const version = this.#lookers().reduce((sum, { inode, state }) => sum + inode + state.activityVersion, 0);
    if (version === this.#chosenVersion) return;
    this.#chosenVersion = version;
    const candidates = watchCandidates(this.#lookers(), this.#owners, this.#isOnlyOwn);
    const watched = chooseWatched(candidates, this.#isNamed);
    this.#hasWatched = watched.length > 0;
    for (const looker of this.#lookers()) {
      looker.watch(watched.filter(({ namespace }) => namespace === looker.inode).map(({ state }) => state));
    }
  }

  /** A table that the kernel lacks is lacking in every namespace: letting them all go would look like no listeners. */
  #lookFirst(): void {
    for (const looker of this.#lookers()) {
      try {
        looker.settle();
      } catch (error) {
        if (error instanceof NotSupportedError) throw error;
        this.#excuse(looker, error);
      }
    }
  }

  #guard(looker: NamespaceLooker, look: () => void): void {
    try {
      look();
    } catch (error) {
      this.#excuse(looker, error);
    }
  }

  /** A namespace that can no longer be looked at is let go; the others go on. */
  #excuse(looker: NamespaceLooker, error: unknown): void {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOBUFS") this.#overruns += 1;
    else if (isNotSupported(error) || code === "ENOENT" || code === "ESRCH")
      this.#namespaces.drop(looker.inode);
    else throw error;
  }

  #coverage(intervalMs: number): Coverage {
    const overruns = this.#lookers().reduce((sum, looker) => sum + looker.overruns, this.#overruns);
    const cpuShare = intervalMs > 0 ? this.#lookingMs / intervalMs : 0;
    this.#lookingMs = 0;
    const { watched, all, syn } = this.#lanes;
    return {
      watched: watched.report(),
      all: all.report(),
      synQueue: syn.report(),
      entries: this.#entries?.coverage() ?? null,
      overruns,
      cpuShare,
    };
  }
}
