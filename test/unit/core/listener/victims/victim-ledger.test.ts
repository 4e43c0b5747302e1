import { describe, expect, it } from "vitest";
import type { VictimEvent } from "../../../../../src/core/listener/victims/victim-events.ts";
import {
  type LedgerDependencies,
  VictimLedger,
} from "../../../../../src/core/listener/victims/victim-ledger.ts";
import type { VictimListener } from "../../../../../src/core/listener/victims/victims-document.ts";

const LISTENER: VictimListener = {
  namespace: 1,
  address: "192.0.2.2",
  port: 80,
  process: null,
  container: null,
};
const MS = 1_000_000n;

const resent = (atMs: bigint, clientPort: number, socket = 1n): VictimEvent => ({
  kind: "synAckResent",
  atNs: atMs * MS,
  socket,
  address: "192.0.2.2",
  port: 80,
  clientAddress: "192.0.2.1",
  clientPort,
});
const refused = (atMs: bigint, packet = 9n, socket = 1n): VictimEvent => ({
  kind: "refused",
  atNs: atMs * MS,
  socket,
  packet,
});
const reset = (atMs: bigint, packet = 9n, socket = 1n): VictimEvent => ({
  kind: "resetSent",
  atNs: atMs * MS,
  socket,
  packet,
  address: "192.0.2.2",
  port: 80,
});
const resetReceived = (atMs: bigint, clientPort: number, port = 80): VictimEvent => ({
  kind: "resetReceived",
  atNs: atMs * MS,
  address: "192.0.2.2",
  port,
  clientAddress: "192.0.2.1",
  clientPort,
});

function ledger(changes: Partial<LedgerDependencies> = {}): VictimLedger {
  return new VictimLedger({
    namesRefusals: true,
    listenerOf: () => LISTENER,
    boundListener: () => LISTENER,
    fullListener: () => null,
    hasCounterRisen: () => false,
    ...changes,
  });
}

describe("VictimLedger", () => {
  it("names the client of a refusal when its SYN+ACK is sent again", () => {
    const book = ledger();
    expect(book.add(refused(10_000n))).toMatchObject({
      what: "refused",
      count: 1,
      client: null,
      listener: null,
    });
    expect(book.add(resent(10_990n, 40_004))).toMatchObject({
      what: "syn-ack-resent",
      client: "192.0.2.1:40004",
      count: 1,
      evidence: "kernel-refused",
      listener: LISTENER,
    });
    expect(book.add(refused(11_030n))).toMatchObject({ what: "refused", listener: LISTENER });
    expect(book.add(resent(13_010n, 40_004))).toMatchObject({ count: 2, evidence: "kernel-refused" });
    expect(book.summaries()).toEqual([
      {
        listener: LISTENER,
        refused: 2,
        resets: 0,
        clients: [{ client: "192.0.2.1:40004", synAcksResent: 2, evidence: "kernel-refused" }],
      },
    ]);
  });

  it("takes the table's word for a client of whom an event is missing, and the event's where there is one", () => {
    const book = ledger({ fullListener: () => LISTENER });
    book.add(refused(10_000n));
    book.add(resent(10_990n, 40_004));
    for (const listener of book.refusingListeners()) {
      book.nameOpenHandshake(listener, "192.0.2.1:40004", 7);
      book.nameOpenHandshake(listener, "192.0.2.1:40005", 2);
    }
    expect(book.summaries()[0]?.clients).toEqual([
      { client: "192.0.2.1:40004", synAcksResent: 1, evidence: "kernel-refused" },
      { client: "192.0.2.1:40005", synAcksResent: 2, evidence: "kernel-refused" },
    ]);
    expect(ledger().refusingListeners()).toEqual([]);
  });

  it("asks again until the namespace is known, and then no more", () => {
    const namespaces = [null, 1, 2];
    const book = ledger({
      listenerOf: () => ({ ...LISTENER, namespace: namespaces.shift() ?? null }),
    });
    book.add(refused(10_000n));
    const named = [10_990n, 13_010n, 17_000n].map((at) => book.add(resent(at, 40_004))?.listener?.namespace);
    expect(named).toEqual([null, 1, 1]);
  });

  it("does not take a lost packet for a refusal: nothing was refused, long ago, or by another listener", () => {
    const book = ledger();
    expect(book.add(resent(1_000n, 1))).toBeNull();
    book.add(refused(3_001n));
    expect(book.add(resent(9_000n, 2))).toBeNull();
    book.add(refused(9_900n, 9n, 2n));
    expect(book.add(resent(10_000n, 3))).toBeNull();
    expect(book.othersResent).toBe(3);
  });

  it("tells of refused packets no faster than once a second, and loses none", () => {
    const book = ledger();
    const lines = [0n, 100n, 200n, 1_100n].map((atMs) => book.add(refused(atMs)));
    expect(lines.map((line) => line?.count ?? null)).toEqual([1, null, null, 3]);
    expect(book.refused).toBe(4);
  });

  it("knows a reset by the packet that is thrown away after it", () => {
    const book = ledger();
    expect(book.add(reset(5n, 9n))).toBeNull();
    expect(book.add(refused(5n, 9n))).toMatchObject({ what: "reset", client: null });
    // The reset of a port without a request, and a refusal of another packet.
    book.add(reset(6n, 10n));
    expect(book.add(refused(1_006n, 11n))).toMatchObject({ what: "refused" });
    expect(book.summaries()).toMatchObject([{ resets: 1, refused: 2 }]);
  });

  it("asks the counter where the kernel names no refusals", () => {
    expect(ledger({ namesRefusals: false, hasCounterRisen: () => true }).add(resent(1n, 1))).toMatchObject({
      evidence: "counter-rose",
    });
    const calm = ledger({ namesRefusals: false });
    expect(calm.add(resent(1n, 1))).toBeNull();
    expect(calm.summaries()).toEqual([]);
  });

  it("names the listener of a reset, and its client where that is of this machine", () => {
    const book = ledger();
    book.add(reset(1_000n));
    expect(book.add(refused(1_000n))).toMatchObject({ what: "reset", client: null, listener: LISTENER });
    expect(book.add(resetReceived(1_010n, 40_009, 81))).toBeNull();
    expect(book.add(resetReceived(1_020n, 40_004))).toMatchObject({
      what: "reset-received",
      client: "192.0.2.1:40004",
      listener: LISTENER,
      evidence: "kernel-refused",
    });
    expect(book.add(resetReceived(1_030n, 40_005))).toBeNull();
    expect(book.summaries()).toMatchObject([{ resets: 1, clients: [{ client: "192.0.2.1:40004" }] }]);
  });

  it("takes a reset that came long after for another one", () => {
    const book = ledger();
    book.add(reset(1_000n));
    book.add(refused(1_000n));
    expect(book.add(resetReceived(9_000n, 40_004))).toBeNull();
  });

  it("names a client whose SYN+ACK was sent again just before the first refusal that it saw", () => {
    const book = ledger();
    expect(book.add(resent(1_000n, 40_004))).toBeNull();
    expect(book.othersResent).toBe(1);
    expect(book.add(refused(1_001n))).toMatchObject({ what: "refused", listener: LISTENER });
    expect(book.summaries()).toMatchObject([
      { clients: [{ client: "192.0.2.1:40004", evidence: "kernel-refused" }] },
    ]);
    expect(book.othersResent).toBe(0);
  });
});
