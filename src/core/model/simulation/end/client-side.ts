/**
 * The client host of a simulation: its sockets and the programs that use them.
 *
 * @module
 */
import { clientEndpoint, listenerEndpoint, listenerNamed, type Scenario } from "../../../scenario/index.ts";
import { TCP_FLAG } from "../../../wire/packet/tcp-flags.ts";
import { has, type ModelSegment, resetTo } from "../../host/model-segment.ts";
import { FIRST_FD, type HeldConnection } from "../look.ts";
import type { Calls } from "../simulated-calls.ts";
import type { World } from "../world.ts";
import { ClientProgram } from "./client-program.ts";
import type { ConnectionDependencies } from "./connection-dependencies.ts";
import { Connection } from "./end-connection.ts";

/** The bits of tcp_fastopen that let a client use it, and send data before it has a cookie. */
const FAST_OPEN = { client: 0x1, withoutCookie: 0x4 } as const;

/** What the clients' side works with. */
export interface ClientSideDependencies {
  readonly scenario: Scenario;
  readonly world: World;
  readonly chance: () => number;
  readonly send: (segment: ModelSegment) => void;
  readonly callsOf: (actor: string, listener: string | null) => Calls;
  readonly endDependencies: (onReady: () => void) => ConnectionDependencies;
  /** net.ipv4.tcp_fastopen as it stands. */
  readonly fastopen: () => number;
  /** Called when every client has closed its socket. */
  readonly onAllEnded: () => void;
}

/** The client host at work. */
export class ClientSide {
  readonly #dependencies: ClientSideDependencies;
  readonly #connections = new Map<string, Connection>();
  readonly #programs = new Map<string, ClientProgram>();
  #left: number;
  #hasFastOpenCookie = false;

  constructor(dependencies: ClientSideDependencies) {
    this.#dependencies = dependencies;
    this.#left = dependencies.scenario.clients.length;
  }

  /** Opens the sockets; each program connects when its time has come. */
  start(): void {
    for (const place of this.#dependencies.scenario.clients.keys()) this.#add(place);
  }

  /** Whether an endpoint is a client's. */
  owns(endpoint: string): boolean {
    return this.#connections.has(endpoint);
  }

  receive(segment: ModelSegment): void {
    const connection = this.#connections.get(String(segment.to));
    if (connection !== undefined) {
      if (has(segment, TCP_FLAG.SYN) && segment.fastOpen !== undefined) this.#hasFastOpenCookie = true;
      connection.receive(segment);
    } else if (!has(segment, TCP_FLAG.RST)) this.#dependencies.send(resetTo(segment));
  }

  /** Every connection that is there, with the program that holds it. */
  held(): HeldConnection[] {
    return [...this.#programs].flatMap(([local, { plan, isOpen }], place) => {
      const connection = this.#connections.get(local);
      if (connection === undefined) return [];
      return [{ connection, holder: isOpen ? { actor: plan.name, fd: FIRST_FD + place } : null }];
    });
  }

  #add(place: number): void {
    const { scenario, world, chance, callsOf } = this.#dependencies;
    const plan = scenario.clients[place];
    if (plan === undefined) return;
    const listener = listenerNamed(scenario, plan.listener);
    const local = clientEndpoint(scenario, place);
    const isn = Math.floor(chance() * 2 ** 32);
    const ends = { local, remote: listenerEndpoint(scenario, listener), isn };
    const notice = () => this.#programs.get(local)?.notice();
    const connection = new Connection(ends, this.#dependencies.endDependencies(notice));
    const program = new ClientProgram(plan, {
      world,
      // Whom of a SO_REUSEPORT group a client meets is the kernel's to choose: all of them are looked at.
      calls: callsOf(plan.name, listener.reusePort ? null : listener.name),
      socket: connection,
      fastOpens: () => this.#fastOpens(),
      onEnd: () => this.#onEnd(),
    });
    this.#connections.set(local, connection);
    this.#programs.set(local, program);
  }

  /** How a connect() with Fast Open begins. @kernel net/ipv4/tcp_fastopen.c tcp_fastopen_cookie_check() v6.18 */
  #fastOpens(): "with-data" | "asks-for-cookie" | "not" {
    const allowed = this.#dependencies.fastopen();
    if ((allowed & FAST_OPEN.client) === 0) return "not";
    const needsNone = (allowed & FAST_OPEN.withoutCookie) !== 0;
    return needsNone || this.#hasFastOpenCookie ? "with-data" : "asks-for-cookie";
  }

  #onEnd(): void {
    this.#left -= 1;
    if (this.#left === 0) this.#dependencies.onAllEnded();
  }
}
