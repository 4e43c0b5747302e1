/**
 * What this machine permits, as a page for people. Pure.
 *
 * @module
 */
import type { Paint, Tone } from "../layout/paint.ts";
import { hang, wrap } from "../layout/text-layout.ts";
import { remedyLines } from "./remedy-lines.ts";

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

interface Style {
  readonly paint: Paint;
  readonly width: number;
}

/** The page, with a newline at the end. */
export function formatDoctor(kernel: KernelLine, features: readonly FeatureLine[], style: Style): string {
  const { paint, width } = style;
  const lines = [
    `${paint("title", "Kernel")} ${nameOf(kernel)}`,
    ...kernelSentences(kernel).flatMap((sentence) => wrap(sentence, width, "  ")),
    "",
    paint("title", "This machine, kernel and user permit"),
    ...features.flatMap((feature) => featureLines(feature, style)),
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
    `its version alone suggests otherwise (${keeps(synQueueTestByVersion)}): a backport decided it`,
  ];
}

function keeps(test: string): string {
  return test === ">" ? "keeps limit + 1 half-open requests" : "keeps limit half-open requests";
}

function featureLines(feature: FeatureLine, { paint, width }: Style): string[] {
  const answer = paint(emphasisOf(feature.answer), feature.answer.padEnd(ANSWER_WIDTH));
  const reason = feature.reason === null ? "" : `: ${feature.reason}`;
  const indent = " ".repeat(ANSWER_WIDTH + 4);
  const remedy =
    feature.remedy === null
      ? []
      : remedyLines(feature.remedy, { width, paint: (_, text) => text, indent, label: "remedy: " });
  const use = feature.answer === "yes" ? [] : wrap(`needed for: ${feature.needsFor}`, width, indent);
  return [
    ...hang(`  ${answer}  `, indent.length, `${feature.name}${reason}`, width),
    ...[...remedy, ...use].map((line) => paint("quiet", line)),
  ];
}

function emphasisOf(answer: string): Tone {
  if (answer === "yes") return "good";
  return answer === "no" ? "bad" : "quiet";
}
