/**
 * What both ends of a connection find in their host: its rules, its sysctls, its timers and its counters.
 *
 * @module
 */

import type { KernelRules } from "../rules.ts";
import type { ModelSegment } from "../segment.ts";
import type { ModelSysctls } from "../sysctls.ts";
import type { ConnectionSurroundings, EndCounter } from "./connection-surroundings.ts";
import type { World } from "./world.ts";

/** A host as its connections see it. */
export interface EndHost {
  readonly rules: KernelRules;
  readonly world: World;
  readonly sysctls: Readonly<ModelSysctls>;
  /** Payload bytes of a segment at most. */
  readonly mss: number;
  readonly send: (segment: ModelSegment) => void;
  readonly count: (counter: EndCounter) => void;
}

/** The surroundings of one connection of a host. */
export function endSurroundings(host: EndHost, onReady: () => void): ConnectionSurroundings {
  const { rules, world, sysctls, mss, send, count } = host;
  return {
    rules,
    now: () => world.nowMs,
    timer: (delayMs, work) => world.timer(delayMs, work),
    tickMs: world.tickMs,
    send,
    count,
    onReady,
    mss,
    sysctls,
  };
}
