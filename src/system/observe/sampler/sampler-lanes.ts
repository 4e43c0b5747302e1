/**
 * The sampler's four kinds of look, and what each may cost.
 *
 * @module
 */
import { Lane } from "./lane.ts";
import type { ListenerSamplerOptions } from "./sampler-options.ts";

const LEAST_SYN_EVERY_MS = 100;
/** Of one core, at most: 1 % together with the reading of counters. */
const SHARES = { watched: 0.006, all: 0.003, syn: 0.003, upkeep: 0.002 } as const;
const UPKEEP_EVERY_MS = 2_000;

/** As often as was asked for. */
export function samplerLanes({
  watchEveryMs = 10,
  allEveryMs = 100,
  synEveryMs = 1_000,
  allMostShare = SHARES.all,
}: Pick<ListenerSamplerOptions, "watchEveryMs" | "allEveryMs" | "synEveryMs" | "allMostShare">): Readonly<
  Record<keyof typeof SHARES, Lane>
> {
  return {
    watched: new Lane({ everyMs: watchEveryMs, mostShare: SHARES.watched }),
    all: new Lane({ everyMs: allEveryMs, mostShare: allMostShare }),
    syn: new Lane({ everyMs: Math.max(LEAST_SYN_EVERY_MS, synEveryMs), mostShare: SHARES.syn }),
    upkeep: new Lane({ everyMs: UPKEEP_EVERY_MS, mostShare: SHARES.upkeep }),
  };
}
