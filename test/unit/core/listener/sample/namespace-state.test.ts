import { describe, expect, it } from "vitest";
import { identify } from "../../../../../src/core/listener/sample/listener-identity.ts";
import { NamespaceState } from "../../../../../src/core/listener/sample/namespace-state.ts";
import { listenerRow } from "../rows.ts";

const COOKIES = [1n, 2n] as const;

/** A namespace with two listeners of limit 1, whose counters and drops a test sets look by look. */
class Script {
  readonly state = new NamespaceState();
  #at = 0;

  /** Reads the counters, then dumps; a listener that is null is missing. */
  look(refused: number, drops: readonly (number | null)[], lengths: readonly number[] = []): void {
    this.state.countersRead({ ListenOverflows: refused, ListenDrops: refused });
    this.dump(drops, lengths);
    this.state.settle(this.#at);
  }

  dump(drops: readonly (number | null)[], lengths: readonly number[] = []): void {
    this.#at += 100;
    const rows = COOKIES.map((cookie, place) => listenerRow({ cookie, port: 80 + place }));
    if (this.state.listeners.size === 0) for (const one of identify(rows, [])) this.state.add(one);
    this.state.beginDump();
    drops.forEach((value, place) => {
      const look = { key: place + 1, length: lengths[place] ?? 0, limit: 1, drops: value };
      if (value !== null) this.state.lookInDump(this.#at, look);
    });
    this.state.endDump();
  }

  of(place: number) {
    const listener = this.state.listeners.get(place + 1);
    if (listener === undefined) throw new Error(`listener ${place} is gone`);
    const { refusals, refusedBy, dropsSinceStart } = listener;
    return { ...refusals, overflows: refusedBy["accept-queue-full"], raw: dropsSinceStart };
  }
}

describe("NamespaceState", () => {
  it("has all refusals of a listener that drops while the counters are read", () => {
    const script = new Script();
    script.look(0, [0, 0]);
    // Each time two are refused after the counters were read, and two between a dump and the counters.
    script.look(2, [4, 0]);
    script.look(6, [8, 0]);
    script.look(8, [8, 0]);
    expect(script.of(0)).toEqual({ value: 8, exact: true, overflows: 8, raw: 8 });
  });

  it("loses no cause where a drop counter of 32 bits wraps", () => {
    const script = new Script();
    script.look(10, [2 ** 32 - 1, 0]);
    script.dump([1, 0]);
    script.look(12, [1, 0]);
    expect(script.of(0)).toEqual({ value: 2, exact: true, overflows: 2, raw: 2 });
  });

  it("gives a listener no refusals of a neighbour that closed meanwhile", () => {
    const script = new Script();
    script.look(0, [0, 0]);
    script.dump([1, null]);
    script.look(5, [1, null]);
    script.look(5, [1, null]);
    expect(script.of(0)).toMatchObject({ value: 1, exact: false, raw: 1 });
  });

  it("divides between two that overflow so that both together have what the counters have", () => {
    const script = new Script();
    script.look(0, [0, 0], [2, 2]);
    let [refused, first, second] = [0, 0, 0];
    for (let round = 0; round < 50; round += 1) {
      [refused, first, second] = [refused + 7, first + 5, second + 4];
      script.look(refused, [first, second], [2, 2]);
    }
    script.look(refused, [first, second], [2, 2]);
    const [one, other] = [script.of(0), script.of(1)];
    expect(one.value + other.value).toBe(refused);
    expect([one.overflows, other.overflows]).toEqual([one.value, other.value]);
    expect([one.exact, other.exact]).toEqual([false, false]);
  });
});
