import { afterEach, describe, expect, it } from "vitest";
import type { LoadRequest, LoadRun } from "../../src/core/load/index.ts";
import { FrameParser } from "../../src/core/wire/packet/decode/frame-parser.ts";
import { LINK_TYPE } from "../../src/core/wire/packet/link-type.ts";
import { TCP_FLAG } from "../../src/core/wire/packet/tcp-flags.ts";
import { readCounters } from "../../src/system/linux/proc/counters.ts";
import { closeSocket, openListener } from "../../src/system/linux/socket/tcp-socket.ts";
import { runLoad } from "../../src/system/load/load.ts";
import { parseLoadUrl } from "../../src/system/load/load-target.ts";
import { WARM_UP_CONNECTIONS, warmUp } from "../../src/system/load/warm-up.ts";
import { isRoot } from "../support/cli.ts";
import { hasOwnNamespace } from "../support/own-namespace.ts";
import { buildWired, SERVER, type WiredOptions } from "../support/wired-network.ts";

const PORT = 6121;
/** The queue of limit 3 holds 4. Three come and wait; then four at once, of which one fits; then nobody's SYN is taken. */
const BACKLOG = 3;
const ARRIVALS_MS = [0, 0, 0, 1500, 1500, 1500, 1500, 3000, 3000, 3000];
/** Longer than the first two resends of a SYN. */
const TIMEOUT_MS = 2600;

interface Counted {
  readonly overflows: number;
  readonly embryonicResets: number;
}

function load(address: string, around?: <T>(open: () => T) => T): Promise<LoadRun> {
  return runLoad({
    target: parseLoadUrl(`http://${address}:${PORT}/`),
    addresses: [address],
    pace: { loop: "open", intendedMs: Float64Array.from(ARRIVALS_MS) },
    schedule: { text: "by hand", durationMs: 3000 },
    timeoutMs: TIMEOUT_MS,
    userAgent: "listenq/test",
    threads: 1,
    ...(around === undefined ? {} : { around }),
  });
}

/** SYNs that were refused, as the report tells: of a client that connected all but the last, of another one all. */
function refusedSyns({ requests }: LoadRun): number {
  const of = ({ synResends, connectMs }: LoadRequest): number =>
    (synResends ?? 0) + (connectMs === null ? 1 : 0);
  return requests.reduce((sum, request) => sum + of(request), 0);
}

/** Whether somebody who was let in had to send the SYN again: the machine was away for a second, which is no refusal. */
function isSpoilt({ requests }: LoadRun): boolean {
  return requests.some(
    ({ connectMs, failure, synResends }) =>
      (connectMs !== null || failure === "reset-at-handshake") && (synResends ?? 0) > 0,
  );
}

function count(requests: readonly LoadRequest[], failure: LoadRequest["failure"]): number {
  return requests.filter((request) => request.failure === failure).length;
}

function countersHere(): Counted {
  const { ListenOverflows, EmbryonicRsts } = readCounters();
  return { overflows: ListenOverflows ?? 0, embryonicResets: EmbryonicRsts ?? 0 };
}

describe.skipIf(!isRoot)(
  "what the load generator reports, against the listener's counters (needs root)",
  () => {
    const open: (() => void)[] = [];
    afterEach(() => {
      for (const close of open.splice(0).reverse()) close();
    });

    /** On a network of its own, and on another one while the machine was away. */
    const loadOverWire = async (options: () => WiredOptions) => {
      for (;;) {
        const network = buildWired(open, options());
        const listener = network.server.inside(() =>
          openListener({ address: SERVER, port: PORT, backlog: BACKLOG }),
        );
        open.push(() => closeSocket(listener));
        const run = await load(SERVER, (work) => network.client.inside(work));
        if (!isSpoilt(run)) return { network, run };
      }
    };

    it.skipIf(!hasOwnNamespace)(
      "is the same number of refused SYNs over loopback, where every packet arrives",
      async () => {
        const listener = openListener({ address: "127.0.0.1", port: PORT, backlog: BACKLOG });
        open.push(() => closeSocket(listener));
        const before = countersHere();
        const run = await load("127.0.0.1");
        expect(count(run.requests, "no-response")).toBe(BACKLOG + 1);
        expect(count(run.requests, "connect-timeout")).toBe(ARRIVALS_MS.length - BACKLOG - 1);
        expect(refusedSyns(run)).toBe(countersHere().overflows - before.overflows);
        expect(refusedSyns(run)).toBeGreaterThanOrEqual(2 * (ARRIVALS_MS.length - BACKLOG - 1));
      },
    );

    it.skipIf(!hasOwnNamespace)("rises by none of the connections that warm the generator up", async () => {
      const before = readCounters()["PassiveOpens"];
      expect(before).toBeTypeOf("number");
      expect(await warmUp()).toBe(WARM_UP_CONNECTIONS);
      expect(readCounters()["PassiveOpens"]).toBe(before);
    });

    it("is the same number of resets and of refused SYNs over a wire, with tcp_abort_on_overflow", async () => {
      const { network, run } = await loadOverWire(() => ({ abortOnOverflow: 1 }));
      const resets = count(run.requests, "reset-at-handshake");
      expect(resets).toBe(3);
      // A last SYN may still be on its way.
      await expect
        .poll(() => network.server.inside(countersHere))
        .toEqual({ overflows: resets + refusedSyns(run), embryonicResets: resets });
      expect(count(run.requests, "reset")).toBe(0);
    });

    it("leaves refused final ACKs to the wire: the client believes itself connected, and the report says so", async () => {
      let finals = new Map<number, number>();
      const { network, run } = await loadOverWire(() => {
        finals = new Map();
        return { abortOnOverflow: 0, onFrameToServer: counterOfFinals(finals) };
      });
      expect(count(run.requests, "no-response")).toBe(7);
      // Whoever was admitted is acknowledged at once; the others send their request again and again.
      const missing = (): number =>
        silentPackets(finals, 3) + refusedSyns(run) - network.server.inside(countersHere).overflows;
      await expect.poll(missing).toBe(0);
      expect(silentPackets(finals, 3)).toBeGreaterThanOrEqual(3);
    });
  },
);

/** Counts the packets without SYN on their way to the server, by the client's port. */
function counterOfFinals(finals: Map<number, number>): (frame: Uint8Array) => void {
  const parser = new FrameParser();
  return (frame) => {
    const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
    if (parser.parse(view, 0, frame.length, frame.length, LINK_TYPE.ETHERNET) !== null) return;
    const { sourcePort, destinationPort, flags } = parser.segment;
    if (destinationPort !== PORT || (flags & TCP_FLAG.SYN) !== 0) return;
    finals.set(sourcePort, (finals.get(sourcePort) ?? 0) + 1);
  };
}

/** Packets without SYN of the clients that sent most of them. */
function silentPackets(finals: ReadonlyMap<number, number>, clients: number): number {
  return [...finals.values()]
    .sort((a, b) => b - a)
    .slice(0, clients)
    .reduce((sum, packets) => sum + packets, 0);
}
