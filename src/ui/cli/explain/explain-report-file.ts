/**
 * `listenq explain report.html`: what a report carries, as text or as the document it is.
 *
 * @module
 */
import { readFileSync, statSync } from "node:fs";
import { DecodeError, UsageError } from "../../../core/errors.ts";
import { readExperimentsDocument, readExplainDocument } from "../../../core/report/document/read-document.ts";
import { isReport, readReport } from "../../../core/report/page/report-data.ts";
import { formatExperiment } from "../../../core/report/text/experiment-text.ts";
import { formatExplanation } from "../../../core/report/text/explain-text.ts";
import { styleFor } from "../cli-style.ts";
import { EXIT, type Io, printJson } from "../io.ts";
import type { ExplainFlags } from "./explain-options.ts";

/** No report is as large; a capture may be. */
const MOST_BYTES = 64_000_000;

/** The text of a report; null if the file is something else, or cannot be read here. */
export function reportIn(file: string): string | null {
  try {
    const stats = statSync(file);
    if (!stats.isFile() || stats.size > MOST_BYTES) return null;
    const text = readFileSync(file, "utf8");
    return isReport(text) ? text : null;
  } catch {
    // Whoever reads it as a capture says what is wrong with it.
    return null;
  }
}

const NEED_CAPTURE = ["server", "since", "until", "all", "annotate", "report", "anonymize"] as const;

/** Prints what the report says. @throws {UsageError} for options that need the capture, and for a report that is damaged */
export function explainReport(file: string, html: string, flags: ExplainFlags, io: Io): number {
  const option = NEED_CAPTURE.find((name) => flags[name] !== undefined);
  if (option !== undefined) throw new UsageError(`--${option} needs the capture; ${file} is a report`);
  try {
    const { document } = readReport(html);
    const words = wordsOf(document, io);
    if (flags.json === true) printJson(io, document);
    else io.stdout.write(words);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new UsageError(`${file}: ${error.expected}`, { cause: error });
  }
  return EXIT.fine;
}

function wordsOf(document: Readonly<Record<string, unknown>>, io: Io): string {
  const style = styleFor(io);
  if (document["schema"] === "listenq.explain/1") {
    const { captures, explanation } = readExplainDocument(document);
    return formatExplanation(captures, explanation, style);
  }
  const shows = { load: false, sockets: false, packets: false };
  return readExperimentsDocument(document)
    .map(({ kernel, experiment, ...told }) => {
      const words = formatExperiment({ ...told, experiment: { ...experiment, words: [], shows } }, style);
      return `On ${kernel}\n\n${words}\n`;
    })
    .join("");
}
