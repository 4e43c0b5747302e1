/**
 * Runs and captures as the pictures draw them.
 */
import { readFileSync } from "node:fs";
import { type SimulatedExperiment, simulateExperiment } from "../../src/core/compare/eras/index.ts";
import { EXPERIMENTS } from "../../src/core/experiment/index.ts";
import { CaptureSequence } from "../../src/core/explain/capture-sequence.ts";
import type { Explanation } from "../../src/core/explain/index.ts";
import { PacketCollector } from "../../src/core/explain/packet-collector.ts";
import { rulesOf } from "../../src/core/model/index.ts";
import type { Conversation } from "../../src/core/report/picture/conversation.ts";
import { conversationsOfCapture } from "../../src/core/report/picture/conversations-of-capture.ts";
import type { ReportedExperiment } from "../../src/core/report/text/experiment-text.ts";
import type { Scenario } from "../../src/core/scenario/index.ts";
import type { Trace } from "../../src/core/trace/index.ts";
import { CaptureReader } from "../../src/core/wire/index.ts";

const VARIANT = { faithful: false, family: "ipv4", synQueueTest: ">" } as const;

/** An experiment on the model. */
export function simulated(name: string, era = "6.14"): SimulatedExperiment {
  const experiment = EXPERIMENTS.find((one) => one.name === name);
  if (experiment === undefined) throw new Error(`no experiment ${name}`);
  return simulateExperiment(experiment, VARIANT, { rules: rulesOf(era) });
}

/** An experiment on the model, as it is reported. */
export function reportedRun(
  name: string,
  era = "6.14",
): ReportedExperiment & { readonly scenario: Scenario; readonly trace: Trace } {
  const run = simulated(name, era);
  return { ...run, trace: run.recording.trace, reason: null };
}

/** A capture's explanation, with what simply completed, and its connections with their packets. */
export function drawnCapture(bytes: Uint8Array): {
  readonly explanation: Explanation;
  readonly conversations: Conversation[];
} {
  const explanation = sequenceOf(bytes, () => undefined).conclude({ all: true });
  const collector = new PacketCollector(
    new Map(explanation.handshakes.map(({ packets }, place) => [place, packets])),
  );
  sequenceOf(bytes, (segment) => collector.see(segment));
  const conversations = conversationsOfCapture(explanation.handshakes, (place) => collector.collected(place));
  return { explanation, conversations };
}

function sequenceOf(bytes: Uint8Array, onSegment: PacketCollector["see"]): CaptureSequence {
  const sequence = new CaptureSequence({ server: null, since: null, until: null, keepAll: true, onSegment });
  const reader = new CaptureReader(sequence);
  sequence.begin(() => reader.facts());
  reader.push(bytes);
  reader.end();
  sequence.end(reader.facts());
  return sequence;
}

/** A capture of the fixtures. */
export function fixtureCapture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../fixtures/captures/${name}.pcap`, import.meta.url)));
}
