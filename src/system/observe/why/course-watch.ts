/**
 * Frequent looks at one port alone, beside the sampler: who waits and for how long, listeners that come and go, handshakes under
 * way, and the queues behind the port. Who waits is read only while somebody does.
 *
 * @module
 */
import { Comings } from "../../../core/listener/course/comings.ts";
import type { ListenerCourse } from "../../../core/listener/course/course-facts.ts";
import { type HolderGlance, Lateness } from "../../../core/listener/course/lateness.ts";
import { Requests } from "../../../core/listener/course/requests.ts";
import type { ListenerProcess } from "../../../core/listener/facts.ts";
import type { ObservedListener } from "../../../core/listener/snapshot/snapshot-document.ts";
import { formatEndpoint } from "../../../core/wire/address.ts";
import type { InetDiagSocket } from "../../../core/wire/netlink/inet-diag-message.ts";
import { readMainThread } from "../../linux/proc/process-sockets.ts";
import type { SeenNamespace } from "../namespace-scope.ts";
import { BehindWatch } from "./behind-watch.ts";
import { ownClients, waitingClientEnds } from "./own-clients.ts";

const FAMILIES = ["ipv4", "ipv6"] as const;
const LOOK_EVERY_MS = 50;
/** A walk of the established connections, while somebody waits. */
const WALK_EVERY_MS = 250;
const REQUESTS_EVERY_MS = 1_000;
/** Of a server with many processes these are looked at. */
const MOST_HOLDERS = 8;

/** What is watched. */
export interface CourseWatchOptions {
  readonly namespaces: readonly SeenNamespace[];
  readonly port: number;
  /** The processes that hold a listener, by its inode. */
  readonly holdersOf: (inode: number) => readonly ListenerProcess[];
}

/** Looks from `begin` until `end`. */
export class CourseWatch {
  readonly #options: CourseWatchOptions;
  readonly #byNamespace: ReadonlyMap<number, NamespaceCourse>;
  readonly #timer: NodeJS.Timeout;

  constructor(options: CourseWatchOptions) {
    this.#options = options;
    this.#byNamespace = new Map(
      options.namespaces.map((seen) => [seen.inode, new NamespaceCourse(seen, options)]),
    );
    this.#look();
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  /** The last look; nothing is looked at afterwards. */
  end(): void {
    clearInterval(this.#timer);
    for (const course of this.#byNamespace.values()) course.end();
  }

  /** Stops without a last look. */
  close(): void {
    clearInterval(this.#timer);
  }

  /** What was seen of a listener; null for one of another namespace. */
  of(listener: ObservedListener): ListenerCourse | null {
    const holders = this.#options.holdersOf(listener.inode);
    return this.#byNamespace.get(listener.namespace)?.of(listener, holders) ?? null;
  }

  #look(): void {
    for (const course of this.#byNamespace.values()) course.look();
  }
}

class NamespaceCourse {
  readonly #seen: SeenNamespace;
  readonly #options: CourseWatchOptions;
  readonly #lateness = new Lateness();
  readonly #comings = new Comings();
  readonly #requests = new Requests();
  readonly #behind: BehindWatch;
  readonly #resetsBefore: number | null;
  #resetsCounted: number | null = null;
  #clientEnds: ReadonlySet<number> = new Set();
  #walkedAtMs = Number.NEGATIVE_INFINITY;
  #requestsAtMs = Number.NEGATIVE_INFINITY;
  #wereWaiting: ReadonlySet<bigint> = new Set();

  constructor(seen: SeenNamespace, options: CourseWatchOptions) {
    this.#seen = seen;
    this.#options = options;
    this.#behind = new BehindWatch(seen, options.port);
    this.#resetsBefore = this.#resets();
  }

  look(isLast = false): void {
    const listeners = this.#rows(["LISTEN"]);
    const nowMs = performance.now();
    this.#comings.add(nowMs, listeners);
    this.#lookAtWaiting(nowMs, listeners);
    if (isLast || nowMs - this.#requestsAtMs >= REQUESTS_EVERY_MS) {
      this.#requestsAtMs = nowMs;
      this.#requests.add(nowMs, listeners, this.#rows(["SYN_RECV"]));
    }
  }

  end(): void {
    this.look(true);
    const resets = this.#resets();
    this.#resetsCounted = resets === null || this.#resetsBefore === null ? null : resets - this.#resetsBefore;
    this.#behind.end();
    if (this.#wereWaiting.size > 0)
      this.#clientEnds = waitingClientEnds(this.#seen.eye.diag, this.#options.port);
  }

  of(listener: ObservedListener, holders: readonly ListenerProcess[]): ListenerCourse {
    const { cookie, address, port, group } = listener;
    const place = formatEndpoint(address ?? "", port ?? 0);
    return {
      late: listener.protocol === "tcp" ? this.#lateness.of(cookie) : null,
      comings: this.#comings.of(place, this.#resetsCounted),
      requests: group === null ? this.#requests.of(cookie) : null,
      behind: this.#behind.of(holders),
      ownClients: ownClients(this.#clientEnds, holders),
    };
  }

  /** Only where somebody waited at two looks one after the other: a queue that is emptied at once makes nobody late. */
  #lookAtWaiting(nowMs: number, listeners: readonly InetDiagSocket[]): void {
    const waiting = new Set(
      listeners.flatMap(({ cookie, receiveQueue }) => (receiveQueue > 0 ? [cookie] : [])),
    );
    const isStanding = [...waiting].some((cookie) => this.#wereWaiting.has(cookie));
    this.#wereWaiting = waiting;
    if (!isStanding || nowMs - this.#walkedAtMs < WALK_EVERY_MS) return;
    this.#walkedAtMs = nowMs;
    const untaken = this.#rows(["ESTABLISHED", "CLOSE_WAIT"], { info: true, onlyUntaken: true });
    this.#lateness.add({ listeners, untaken, holdersOf: ({ inode }) => this.#glances(inode) });
  }

  #glances(inode: number): HolderGlance[] {
    const holders = this.#options.holdersOf(inode).slice(0, MOST_HOLDERS);
    return holders.map((process) => ({ process, ...readMainThread(process.pid) }));
  }

  #resets(): number | null {
    return this.#seen.eye.counters(["EstabResets"])["EstabResets"] ?? null;
  }

  #rows(
    states: Parameters<SeenNamespace["eye"]["diag"]["sockets"]>[0],
    more: { readonly info?: boolean; readonly onlyUntaken?: boolean } = {},
  ): InetDiagSocket[] {
    const options = { skmeminfo: false, localPort: this.#options.port, ...more };
    return this.#seen.eye.diag.sockets(states, FAMILIES, options);
  }
}
