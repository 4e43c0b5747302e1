/**
 * Holds claims against their own evidence: a claim that still holds when a packet or sample that it cites is taken out of
 * the trace does not stand on that evidence.
 *
 * @module
 */
import { checkClaims, type Experiment } from "../../src/core/experiment/index.ts";
import type { Scenario } from "../../src/core/scenario/index.ts";
import type { Trace } from "../../src/core/trace/index.ts";

/** Every cited packet and sample whose removal leaves its claim standing, in words; empty when all is well. */
export function evidenceThatDoesNotMatter(
  experiment: Experiment,
  scenario: Scenario,
  trace: Trace,
): string[] {
  return checkClaims(experiment, scenario, trace).flatMap((claim) => {
    const stillHolds = (changed: Trace) =>
      checkClaims(experiment, scenario, changed).find((one) => one.id === claim.id)?.holds === true;
    const packets = someOf(claim.evidence.packets)
      .filter((number) => stillHolds(withoutPacket(trace, number)))
      .map((number) => `${claim.id}: packet ${number}`);
    const samples = claim.evidence.samples
      .filter((sample) =>
        stillHolds({ ...trace, samples: trace.samples.filter((one) => !isSame(one, sample)) }),
      )
      .map((sample) => `${claim.id}: sample at ${sample.at}`);
    return [...packets, ...samples];
  });
}

/** The trace without one packet; the others keep their numbers. */
export function withoutPacket(trace: Trace, number: number): Trace {
  return { ...trace, packets: trace.packets.filter((packet) => packet.number !== number) };
}

/** All of a few; of hundreds the ends and some between, since each costs a check of the whole trace. */
function someOf<T>(items: readonly T[]): T[] {
  const step = Math.max(1, Math.floor(items.length / 12));
  return items.filter((_item, place) => place % step === 0 || place === items.length - 1);
}

function isSame(one: Trace["samples"][number], other: Trace["samples"][number]): boolean {
  return one.at === other.at && one.listener === other.listener;
}
