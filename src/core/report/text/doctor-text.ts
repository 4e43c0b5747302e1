/**
 * What this machine permits, as a page for people. Pure.
 *
 * @module
 */
import type { Paint, Tone } from "../layout/paint.ts";

/** A probed feature, as `probe/features.ts` gives it. */
export interface FeatureLine {
  readonly name: string;
  readonly answer: string;
  readonly reason: string | null;
  readonly remedy: string | null;
  readonly needsFor: string;
}

/** What is known of the kernel. */
export interface KernelLine {
  readonly release: string;
  /** Of the source it was built from; a distribution's release may hide it. */
  readonly version: string;
  readonly era: string | null;
  /** The SYN queue test as the version suggests it; null before 4.4. */
  readonly synQueueTestByVersion: string | null;
  /** The same, probed; null if it could not be told. */
  readonly synQueueTest: string | null;
  /** What the probe saw. */
  readonly synQueueReason: string;
}

/** The page, with a newline at the end. */
export function formatDoctor(kernel: KernelLine, features: readonly FeatureLine[], paint: Paint): string {
  const lines = [
    `${paint("title", "Kernel")} ${nameOf(kernel)}`,
    ...kernelSentences(kernel).map((sentence) => `  ${sentence}`),
    "",
    paint("title", "This machine, kernel and user permit"),
    ...features.flatMap((feature) => featureLines(feature, paint)),
  ];
  return `${lines.join("\n")}\n`;
}

function nameOf({ release, version }: KernelLine): string {
  return release.startsWith(version) ? release : `${release}, built from ${version}`;
}

const ANSWER_WIDTH = "could not tell".length;

function kernelSentences(kernel: KernelLine): string[] {
  const era =
    kernel.era === null ? "era unknown: the release has no version in it" : `era ${kernel.era}, by version`;
  return [era, ...synQueueSentences(kernel)];
}

function synQueueSentences({ synQueueTest, synQueueTestByVersion, synQueueReason }: KernelLine): string[] {
  if (synQueueTest === null) {
    const byVersion = synQueueTestByVersion === null ? "" : `; by version ${keeps(synQueueTestByVersion)}`;
    return [`SYN queue: could not tell, ${synQueueReason}${byVersion}`];
  }
  const sentence = `SYN queue: ${keeps(synQueueTest)}, by probe: ${synQueueReason}`;
  if (synQueueTestByVersion === null || synQueueTestByVersion === synQueueTest) return [sentence];
  return [
    sentence,
    `  its version alone suggests otherwise (${keeps(synQueueTestByVersion)}): a backport decided it`,
  ];
}

function keeps(test: string): string {
  return test === ">" ? "keeps limit + 1 half-open requests" : "keeps limit half-open requests";
}

function featureLines(feature: FeatureLine, paint: Paint): string[] {
  const answer = paint(emphasisOf(feature.answer), feature.answer.padEnd(ANSWER_WIDTH));
  const reason = feature.reason === null ? "" : `: ${feature.reason}`;
  const indent = " ".repeat(ANSWER_WIDTH + 4);
  const remedy = feature.remedy === null ? [] : [`${indent}remedy: ${feature.remedy}`];
  const use = feature.answer === "yes" ? [] : [`${indent}needed for: ${feature.needsFor}`];
  return [
    `  ${answer}  ${feature.name}${reason}`,
    ...[...remedy, ...use].map((line) => paint("quiet", line)),
  ];
}

function emphasisOf(answer: string): Tone {
  if (answer === "yes") return "good";
  return answer === "no" ? "bad" : "quiet";
}
