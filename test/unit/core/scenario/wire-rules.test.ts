import { describe, expect, it } from "vitest";
import type { WirePlan, WireRule } from "../../../../src/core/scenario/index.ts";
import { WireRules } from "../../../../src/core/scenario/wire-rules.ts";

const ANY: WireRule = {
  from: "client",
  client: null,
  flags: null,
  payload: null,
  nth: null,
  action: "drop",
  byMs: 0,
  forgery: null,
};
const SYN = { flags: "S", payloadLength: 0 };
const DATA = { flags: "P.", payloadLength: 82 };

function rules(...list: Partial<WireRule>[]): WireRules {
  return new WireRules(plan({ rules: list.map((rule) => ({ ...ANY, ...rule })) }));
}

function plan(rest: Partial<WirePlan>): WirePlan {
  return { delayMs: 20, loss: 0, seed: 1, rules: [], ...rest };
}

const arrives = [{ isLost: false, laterMs: 0, forgery: null }];
const lost = [{ isLost: true, laterMs: 0, forgery: null }];

describe("WireRules", () => {
  it("lets everything through without rules", () => {
    expect(rules().fatesOf("client", "a", SYN)).toEqual(arrives);
    expect(rules().fatesOf("server", null, DATA)).toEqual(arrives);
  });

  it.each([
    ["sender", { from: "server" }],
    ["client", { client: "b" }],
    ["flags", { flags: "S." }],
    ["payload", { payload: true }],
    ["missing payload", { flags: null, payload: true }],
  ] as const)("passes over a rule for another %s", (_what, rule) => {
    expect(rules(rule).fatesOf("client", "a", SYN)).toEqual(arrives);
  });

  it("compares flags as a whole: S does not mean S.", () => {
    const only = rules({ from: "server", flags: "S" });
    expect(only.fatesOf("server", "a", { flags: "S.", payloadLength: 0 })).toEqual(arrives);
    expect(only.fatesOf("server", "a", SYN)).toEqual(lost);
  });

  it("does not apply a rule for one client to a packet of nobody", () => {
    expect(rules({ client: "a" }).fatesOf("client", null, SYN)).toEqual(arrives);
  });

  it("lets the first rule that fits decide", () => {
    const both = rules({ action: "hold", byMs: 7 }, { action: "drop" });
    expect(both.fatesOf("client", "a", SYN)).toEqual([{ isLost: false, laterMs: 7, forgery: null }]);
  });

  it("drops only the second packet that fits, and counts only those that fit", () => {
    const second = rules({ payload: true, nth: 2 });
    const fates = [DATA, SYN, DATA, SYN, DATA].map((packet) => second.fatesOf("client", "a", packet));
    expect(fates).toEqual([arrives, arrives, lost, arrives, arrives]);
  });

  it("goes on to the next rule when a rule's turn has not come", () => {
    const two = rules({ nth: 2, action: "hold", byMs: 5 }, { action: "drop" });
    expect([SYN, SYN, SYN].map((packet) => two.fatesOf("client", "a", packet))).toEqual([
      lost,
      [{ isLost: false, laterMs: 5, forgery: null }],
      lost,
    ]);
  });

  it("counts across clients when a rule names none", () => {
    const second = rules({ nth: 2 });
    expect(second.fatesOf("client", "a", SYN)).toEqual(arrives);
    expect(second.fatesOf("client", "b", SYN)).toEqual(lost);
  });

  it("doubles a packet: one on time, one later", () => {
    expect(rules({ action: "duplicate", byMs: 30 }).fatesOf("client", "a", SYN)).toEqual([
      { isLost: false, laterMs: 0, forgery: null },
      { isLost: false, laterMs: 30, forgery: null },
    ]);
  });

  it("keeps the counts of two runs apart", () => {
    const same = plan({ rules: [{ ...ANY, nth: 1 }] });
    expect(new WireRules(same).fatesOf("client", "a", SYN)).toEqual(lost);
    expect(new WireRules(same).fatesOf("client", "a", SYN)).toEqual(lost);
  });
});

describe("WireRules, by chance", () => {
  const losses = (seed: number, loss: number, count = 2000): boolean[] => {
    const wire = new WireRules(plan({ loss, seed }));
    return Array.from({ length: count }, () => wire.fatesOf("client", "a", SYN)[0]?.isLost === true);
  };

  it("loses the same packets with the same seed", () => {
    expect(losses(42, 0.3)).toEqual(losses(42, 0.3));
  });

  it("loses other packets with another seed", () => {
    expect(losses(42, 0.3)).not.toEqual(losses(43, 0.3));
  });

  it("loses about the share that was asked for", () => {
    for (const seed of [0, 1, -1, 42, 2 ** 31, Number.MAX_SAFE_INTEGER]) {
      const share = losses(seed, 0.3, 10_000).filter(Boolean).length / 10_000;
      expect(share).toBeGreaterThan(0.27);
      expect(share).toBeLessThan(0.33);
    }
  });

  it("loses nothing at 0 and everything at 1", () => {
    expect(losses(7, 0).some(Boolean)).toBe(false);
    expect(losses(7, 1).every(Boolean)).toBe(true);
  });

  it("does not throw the dice for a packet that a rule decides", () => {
    const decided = new WireRules(
      plan({ loss: 0.3, seed: 5, rules: [{ ...ANY, from: "server", action: "hold", byMs: 1 }] }),
    );
    const fates = Array.from({ length: 200 }, () => {
      decided.fatesOf("server", "a", SYN);
      return decided.fatesOf("client", "a", SYN)[0]?.isLost === true;
    });
    expect(fates).toEqual(losses(5, 0.3, 200));
  });

  it("forges a copy beside the packet itself, and never the packet", () => {
    const forgery = { seqBy: 70_000, ackBy: 0, flags: "R" };
    const fates = rules({ action: "forge", byMs: 30, forgery }).fatesOf("client", "a", DATA);
    expect(fates).toEqual([...arrives, { isLost: false, laterMs: 30, forgery }]);
  });

  it("replaces a packet, which does not arrive itself", () => {
    const forgery = { seqBy: 0, ackBy: 1, flags: null };
    const fates = rules({ action: "replace", byMs: 0, forgery }).fatesOf("client", "a", DATA);
    expect(fates).toEqual([{ isLost: false, laterMs: 0, forgery }]);
  });
});
