import { describe, expect, it } from "vitest";
import { EntryBook } from "../../../../../src/core/listener/entries/entry-book.ts";
import { identify } from "../../../../../src/core/listener/sample/listener-identity.ts";
import { NamespaceState } from "../../../../../src/core/listener/sample/namespace-state.ts";
import { parseIpAddress } from "../../../../../src/core/wire/ip-address.ts";
import { listenerRow } from "../rows.ts";

interface Bound {
  readonly address: string;
  readonly family?: "ipv4" | "ipv6";
}

/** A namespace with a listener on port 80 for each of these addresses. */
function namespaceOf(inode: number, bound: readonly Bound[]) {
  const state = new NamespaceState();
  const rows = bound.map(({ address, family = "ipv4" }, place) => ({
    ...listenerRow({ cookie: BigInt(place + 1), port: 80 }),
    family,
    local: { address, port: 80 },
  }));
  for (const one of identify(rows, [])) state.add(one);
  return { inode, state };
}

/** What each listener of a namespace was told of. */
function enteredIn({ state }: ReturnType<typeof namespaceOf>) {
  return [...state.listeners.values()].map(({ entries }) => {
    const { entered, isShared } = entries.interval();
    return isShared ? `${entered} or less` : entered;
  });
}

function entryAt(address: string, { port = 80, isIpv6 = false } = {}) {
  const bytes = new Uint8Array(16);
  const given = parseIpAddress(address);
  if (given.length === 4) bytes.fill(255, 10, 12);
  bytes.set(given, 16 - given.length);
  const view = new DataView(bytes.buffer);
  return { port, isIpv6, address: Uint32Array.from({ length: 4 }, (_, word) => view.getUint32(word * 4)) };
}

function bookOf(...namespaces: ReturnType<typeof namespaceOf>[]): EntryBook {
  const book = new EntryBook();
  book.arrange(namespaces);
  return book;
}

describe("EntryBook", () => {
  it("gives an entry to the listener that is bound to its address, else to the one bound to all", () => {
    const namespace = namespaceOf(1, [{ address: "0.0.0.0" }, { address: "192.0.2.1" }]);
    const book = bookOf(namespace);
    book.enter(entryAt("192.0.2.1"), 0);
    book.enter(entryAt("192.0.2.2"), 0);
    book.enter(entryAt("192.0.2.2"), 0);
    expect(enteredIn(namespace)).toEqual([2, 1]);
    expect(book.toldIn(1)).toBe(3);
  });

  it("knows an IPv4 client of a dual-stack listener by the listener's family", () => {
    const namespace = namespaceOf(1, [{ address: "0.0.0.0" }, { address: "::", family: "ipv6" }]);
    const book = bookOf(namespace);
    book.enter(entryAt("192.0.2.1", { isIpv6: true }), 0);
    expect(enteredIn(namespace)).toEqual([0, 1]);
  });

  it("says of the members of a group that each may have got it, and counts it once for the namespace", () => {
    const namespace = namespaceOf(1, [{ address: "192.0.2.1" }, { address: "192.0.2.1" }]);
    const book = bookOf(namespace);
    book.enter(entryAt("192.0.2.1"), 0);
    expect(enteredIn(namespace)).toEqual(["1 or less", "1 or less"]);
    expect(book.toldIn(1)).toBe(1);
  });

  it("gives it to each namespace that has such a listener, whose counters then disagree", () => {
    const [one, other] = [namespaceOf(1, [{ address: "0.0.0.0" }]), namespaceOf(2, [{ address: "0.0.0.0" }])];
    const book = bookOf(one, other);
    book.enter(entryAt("127.0.0.1"), 0);
    expect([book.toldIn(1), book.toldIn(2)]).toEqual([1, 1]);
  });

  it("leaves out other ports and addresses", () => {
    const namespace = namespaceOf(1, [{ address: "192.0.2.1" }]);
    const book = bookOf(namespace);
    book.enter(entryAt("192.0.2.1", { port: 81 }), 0);
    book.enter(entryAt("192.0.2.2"), 0);
    expect([enteredIn(namespace), book.toldIn(1)]).toEqual([[0], 0]);
  });

  it("takes in a listener that came later, and makes it one to watch", () => {
    const namespace = namespaceOf(1, []);
    const book = bookOf(namespace);
    for (const one of identify([listenerRow({ cookie: 9n, port: 80 })], [])) namespace.state.add(one);
    book.arrange([namespace]);
    const [listener] = namespace.state.listeners.values();
    const address = listener?.identity.address ?? "";
    const version = namespace.state.activityVersion;
    book.enter(entryAt(address), 12);
    expect(listener?.lastActiveAt).toBe(12);
    expect(namespace.state.activityVersion).toBeGreaterThan(version);
  });
});
