/**
 * What is written down of a simulation besides its packets and calls: looks at the queues and at the socket tables.
 *
 * @module
 */
import { LAB_ADDRESSES, type Scenario } from "../../scenario/index.ts";
import type { DraftPacket, Recorder } from "../../trace/index.ts";
import type { ServerHost } from "../host/server-host.ts";
import { type HeldConnection, socketTables } from "./look.ts";
import type { World } from "./world.ts";

/** What an observer looks at, and where it writes. */
export interface ObserverDependencies {
  readonly scenario: Scenario;
  readonly world: World;
  readonly recorder: Recorder;
  readonly host: ServerHost;
  readonly serverEnds: () => HeldConnection[];
  readonly clientEnds: () => HeldConnection[];
}

/** What has just happened: a packet reached the server, or a call returned, or neither. */
export interface Occasion {
  readonly afterPacket?: DraftPacket;
  readonly afterCall?: number;
}

/** Looks at the simulated kernel. */
export class Observer {
  readonly #dependencies: ObserverDependencies;

  constructor(dependencies: ObserverDependencies) {
    this.#dependencies = dependencies;
  }

  /** Samples one listener's queues, or those of all. */
  sample(only: string | null, { afterPacket, afterCall }: Occasion): void {
    const { world, host, recorder } = this.#dependencies;
    const at = world.moment();
    for (const { name, endpoint, limit, acceptQueue, drops } of host.listeners()) {
      if (only !== null && name !== only) continue;
      recorder.addSample({
        at,
        endedAt: at,
        listener: name,
        acceptQueue: acceptQueue.length,
        // Rows in SYN_RECV, as a kernel lists them: of all members of a group, and what Fast Open has opened.
        synQueue: host.halfOpen(endpoint).length,
        limit,
        drops,
        afterPacket: afterPacket ?? null,
        afterCall: afterCall ?? null,
      });
    }
  }

  /** Reads the socket tables of both hosts. */
  look(): void {
    const { scenario, world, recorder, host, serverEnds, clientEnds } = this.#dependencies;
    const isIpv6 = LAB_ADDRESSES[scenario.topology][scenario.family].server.includes(":");
    const anyAddress = isIpv6 ? "[::]:0" : "0.0.0.0:0";
    const looked = { host, server: serverEnds(), clients: clientEnds(), anyAddress };
    recorder.addSockets(socketTables(world.moment(), looked));
  }
}
