/**
 * The files that a run of an experiment leaves where they were asked for: packets, a report, a picture.
 *
 * @module
 */
import { experimentPage } from "../../core/report/page/experiment-page.ts";
import { conversationsOfTrace } from "../../core/report/picture/conversations-of-trace.ts";
import { WIDE } from "../../core/report/picture/picture-frame.ts";
import { standalonePicture } from "../../core/report/picture/picture-style.ts";
import { sequenceSvg } from "../../core/report/picture/sequence-svg.ts";
import type { ReportedExperiment } from "../../core/report/text/experiment-text.ts";
import { encodeRecording, type Recording } from "../../core/trace/index.ts";
import { writeOutput } from "../../system/files/output-file.ts";
import { checkWritable } from "../../system/files/output-target.ts";
import type { Io } from "./io.ts";

const KINDS = ["pcap", "report", "svg"] as const;

/** Files by their option, as they were typed. */
export type ArtifactOptions = Readonly<Partial<Record<(typeof KINDS)[number], string>>>;

/** Files of one run; null for what nobody asked for. */
export type ArtifactFiles = Readonly<Record<(typeof KINDS)[number], string | null>>;

export const NO_FILES: ArtifactFiles = { pcap: null, report: null, svg: null };

/** The files of one of several runs: with more than one, its name stands before the ending. */
export function artifactFiles(name: string, count: number, options: ArtifactOptions): ArtifactFiles {
  const label = name.replaceAll(/[ /]/g, "-");
  const of = (file: string | undefined) =>
    file === undefined || count === 1 ? (file ?? null) : file.replace(/(\.[^./]*)?$/, `.${label}$1`);
  return { pcap: of(options.pcap), report: of(options.report), svg: of(options.svg) };
}

/** A run takes a quarter of a minute; that a file cannot be written should be known before. @throws {UsageError} */
export function checkArtifacts(files: ArtifactFiles): void {
  for (const kind of KINDS) {
    const file = files[kind];
    if (file !== null) checkWritable(`--${kind}`, file);
  }
}

/** On what a run was made: in words, and the document that its report carries. */
export interface RunOrigin {
  readonly kernel: string;
  document(): Readonly<Record<string, unknown>>;
}

/** Writes what can be written of a run, and returns what was. */
export function writeArtifacts(
  files: ArtifactFiles,
  result: ReportedExperiment,
  recording: Recording | null,
  { kernel, document }: RunOrigin,
): ArtifactFiles {
  const { experiment, scenario } = result;
  if (recording === null || scenario === null) return NO_FILES;
  if (files.pcap !== null)
    writeOutput("--pcap", files.pcap, encodeRecording(recording, `${experiment.name} on ${kernel}`));
  if (files.report !== null)
    writeOutput("--report", files.report, experimentPage(result, kernel, document()));
  if (files.svg !== null) {
    const title = `${experiment.name} on ${kernel}: ${experiment.question}`;
    const picture = sequenceSvg(title, conversationsOfTrace(scenario, recording.trace), WIDE);
    writeOutput("--svg", files.svg, standalonePicture(picture));
  }
  return files;
}

/** Says which files there are now; a page of several runs is one file. */
export function tellArtifacts(artifacts: readonly ArtifactFiles[], io: Io): void {
  const written = artifacts.flatMap((files) => KINDS.flatMap((kind) => files[kind] ?? []));
  for (const file of new Set(written)) io.stderr.write(`wrote ${file}\n`);
}
