/**
 * The files that a run of an experiment leaves where they were asked for: packets, a report, a picture.
 *
 * @module
 */
import { experimentPage } from "../../core/report/page/experiment-page.ts";
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

/**
 * Writes what can be written of a run, and returns what was.
 *
 * @param kernel on what it ran, in words
 */
export function writeArtifacts(
  files: ArtifactFiles,
  result: ReportedExperiment,
  recording: Recording | null,
  kernel: string,
): ArtifactFiles {
  const { experiment, scenario } = result;
  if (recording === null || scenario === null) return { pcap: null, report: null, svg: null };
  if (files.pcap !== null)
    writeOutput("--pcap", files.pcap, encodeRecording(recording, `${experiment.name} on ${kernel}`));
  if (files.report !== null) writeOutput("--report", files.report, experimentPage(result, kernel));
  if (files.svg !== null) writeOutput("--svg", files.svg, sequenceSvg(scenario, recording.trace).text);
  return files;
}

/** Says which files there are now. */
export function tellArtifacts(artifacts: readonly ArtifactFiles[], io: Io): void {
  for (const files of artifacts)
    for (const kind of KINDS) if (files[kind] !== null) io.stderr.write(`wrote ${files[kind]}\n`);
}
