/**
 * Which packets the wire loses, doubles, holds back or forges. It decides from a packet and from what came before; it moves
 * nothing.
 *
 * @module
 */
import type { Forgery } from "../wire/packet/forge-tcp.ts";
import { seededChance } from "./chance.ts";
import type { WirePlan, WireRule } from "./scenario.ts";

/** What becomes of one copy of a packet. */
export interface Fate {
  readonly isLost: boolean;
  /** Beyond the wire's delay. */
  readonly laterMs: number;
  /** What the copy has instead of the packet's own numbers and flags; null for a true copy. */
  readonly forgery: Forgery | null;
}

/** What a rule looks at. */
interface Features {
  readonly flags: string;
  readonly payloadLength: number;
}

const ARRIVES: Fate = { isLost: false, laterMs: 0, forgery: null };
const LOST: Fate = { isLost: true, laterMs: 0, forgery: null };

/** The rules of one run, with their counts. */
export class WireRules {
  readonly #plan: WirePlan;
  readonly #counts: number[];
  readonly #chance: () => number;

  constructor(plan: WirePlan) {
    this.#plan = plan;
    this.#counts = plan.rules.map(() => 0);
    this.#chance = seededChance(plan.seed);
  }

  /** One fate for each copy of the packet; the first rule that fits decides. */
  fatesOf(sender: WireRule["from"], client: string | null, packet: Features): readonly Fate[] {
    for (const [place, rule] of this.#plan.rules.entries()) {
      if (!isAbout(rule, sender, client, packet)) continue;
      const count = (this.#counts[place] ?? 0) + 1;
      this.#counts[place] = count;
      if (rule.nth === null || rule.nth === count) return fatesBy(rule);
    }
    return [this.#plan.loss > 0 && this.#chance() < this.#plan.loss ? LOST : ARRIVES];
  }
}

function isAbout(rule: WireRule, sender: WireRule["from"], client: string | null, packet: Features): boolean {
  return (
    rule.from === sender &&
    (rule.client === null || rule.client === client) &&
    (rule.flags === null || rule.flags === packet.flags) &&
    (rule.payload === null || rule.payload === packet.payloadLength > 0)
  );
}

function fatesBy(rule: WireRule): readonly Fate[] {
  if (rule.action === "drop") return [LOST];
  const later = { isLost: false, laterMs: rule.byMs, forgery: rule.forgery };
  return rule.action === "hold" || rule.action === "replace" ? [later] : [ARRIVES, later];
}
