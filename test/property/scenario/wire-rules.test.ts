import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WirePlan, WireRule } from "../../../src/core/scenario/index.ts";
import { WireRules } from "../../../src/core/scenario/wire-rules.ts";
import { propertyOptions } from "../seed.ts";

const sender = fc.constantFrom("client", "server");
const name = fc.constantFrom("a", "b");
const flags = fc.constantFrom("S", "S.", ".", "P.", "F.", "R");

const rule: fc.Arbitrary<WireRule> = fc.record({
  from: sender,
  client: fc.option(name),
  flags: fc.option(flags),
  payload: fc.option(fc.boolean()),
  nth: fc.option(fc.integer({ min: 1, max: 4 })),
  action: fc.constantFrom("drop", "duplicate", "hold", "forge", "replace"),
  byMs: fc.nat(100),
  forgery: fc.option(fc.record({ seqBy: fc.integer(), ackBy: fc.integer(), flags: fc.option(flags) })),
});

const plan: fc.Arbitrary<WirePlan> = fc.record({
  delayMs: fc.nat(100),
  loss: fc.double({ min: 0, max: 1, noNaN: true }),
  seed: fc.maxSafeInteger(),
  rules: fc.array(rule, { maxLength: 5 }),
});

const packets = fc.array(
  fc.tuple(sender, fc.option(name), fc.record({ flags, payloadLength: fc.constantFrom(0, 1, 82) })),
  { maxLength: 40 },
);

describe("WireRules", () => {
  it("gives every packet at least one fate and at most two, none of them earlier than the wire's delay", () => {
    fc.assert(
      fc.property(plan, packets, (wire, list) => {
        const rules = new WireRules(wire);
        for (const [from, client, packet] of list) {
          const fates = rules.fatesOf(from, client, packet);
          expect(fates.length).toBeGreaterThanOrEqual(1);
          expect(fates.length).toBeLessThanOrEqual(2);
          for (const { laterMs } of fates) expect(laterMs).toBeGreaterThanOrEqual(0);
        }
      }),
      propertyOptions(),
    );
  });

  it("decides the same twice", () => {
    fc.assert(
      fc.property(plan, packets, (wire, list) => {
        const [one, other] = [new WireRules(wire), new WireRules(wire)];
        for (const packet of list) expect(one.fatesOf(...packet)).toEqual(other.fatesOf(...packet));
      }),
      propertyOptions(),
    );
  });

  it("touches nothing without loss unless a rule is about that sender", () => {
    fc.assert(
      fc.property(plan, packets, (wire, list) => {
        const rules = new WireRules({
          ...wire,
          loss: 0,
          rules: wire.rules.map((each) => ({ ...each, from: "server" })),
        });
        for (const [, client, packet] of list) {
          expect(rules.fatesOf("client", client, packet)).toEqual([
            { isLost: false, laterMs: 0, forgery: null },
          ]);
        }
      }),
      propertyOptions(),
    );
  });
});
