/**
 * What both ends of a connection find in their host: its rules, its sysctls, its timers and its counters.
 *
 * @module
 */

import type { ModelSegment } from "../../host/model-segment.ts";
import type { ModelSysctls } from "../../rules/model-sysctls.ts";
import type { KernelRules } from "../../rules/rules.ts";
import type { World } from "../world.ts";
import type { ConnectionDependencies, EndCounter } from "./connection-dependencies.ts";

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

/** The dependencies of one connection of a host. */
export function endDependencies(host: EndHost, onReady: () => void): ConnectionDependencies {
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
