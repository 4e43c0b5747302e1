/**
 * Documents that a report carried, back as values. They come from a file that anybody may have changed, so their shape is
 * checked, and what would steer a terminal is taken out of every text.
 *
 * @module
 */
import * as z from "zod/mini";
import { DecodeError } from "../../errors.ts";
import { type Explanation, OUTCOMES } from "../../explain/index.ts";
import { printable } from "../layout/printable.ts";
import type { SummarizedExperiment } from "../text/experiment-summary.ts";
import type { ReportedExperiment } from "../text/experiment-text.ts";
import type { CaptureSummary } from "./explain-document.ts";

const text = z.pipe(z.string(), z.transform(printable));
const number = z.number();
const counts = z.record(text, z.nullable(number));

const capture = z.object({
  file: text,
  format: z.nullable(text),
  linkTypes: z.array(text),
  packets: number,
  first: z.nullable(text),
  last: z.nullable(text),
  skipped: z.array(z.object({ reason: text, count: number })),
});

const listener = z.object({
  address: text,
  port: z.union([number, text]),
  handshakes: number,
  leftOut: number,
  inferredBacklog: z.nullable(
    z.object({
      atMost: number,
      value: z.nullable(number),
      assumes: z.nullable(text),
      confidence: z.enum(["certain", "likely", "possible"]),
      why: text,
    }),
  ),
  abortOnOverflow: z.nullable(z.boolean()),
  outcomes: z.partialRecord(z.enum(OUTCOMES), number),
  note: z.nullable(text),
});

const handshake = z.object({
  client: text,
  server: text,
  startedAt: z.nullable(number),
  outcome: z.enum(OUTCOMES),
  served: z.nullable(z.boolean()),
  packets: z.array(number),
  synRetransmissions: number,
  synAckRetransmissions: number,
  dataRetransmissionsBeforeAccept: number,
  handshakeMs: z.nullable(number),
  firstResponseMs: z.nullable(number),
  note: z.nullable(text),
});

const finding = z.object({
  code: text,
  severity: z.enum(["info", "warning", "critical"]),
  title: text,
  detail: text,
  evidence: z.object({
    text,
    packets: z.array(number),
    samples: z.array(z.unknown()),
    counters: z.record(text, number),
    filter: z.nullable(text),
  }),
  remedy: z.array(text),
  docs: text,
});

const explained = z.object({
  captures: z.array(capture),
  listeners: z.array(listener),
  handshakes: z.array(handshake),
  leftOut: number,
  findings: z.array(finding),
  notShown: z.array(text),
});

const experiments = z.object({
  kernel: z.object({ release: z.optional(text), model: z.optional(text) }),
  experiments: z.array(
    z.object({
      name: text,
      question: text,
      verdict: z.enum(["holds", "does not hold", "interrupted", "not supported"]),
      reason: z.nullable(text),
      kernel: z.optional(z.object({ model: text })),
      claims: z.array(
        z.object({
          id: text,
          text,
          holds: z.boolean(),
          reached: z.boolean(),
          evidence: z.object({ text, packets: z.array(number), counters: counts, filter: z.nullable(text) }),
        }),
      ),
    }),
  ),
});

/** What `listenq.explain/1` tells. */
export interface ReadExplanation {
  readonly captures: readonly CaptureSummary[];
  readonly explanation: Explanation;
}

/** Reads `listenq.explain/1`. @throws {DecodeError} that names the first value which is not as it should be */
export function readExplainDocument(document: unknown): ReadExplanation {
  const { captures, ...explanation } = checked(explained, document);
  return { captures, explanation };
}

/** An experiment's verdict and claims, and on what it ran. */
export type ReadExperiment = Omit<ReportedExperiment, "experiment"> &
  Pick<SummarizedExperiment, "experiment"> & {
    readonly kernel: string;
  };

/** Reads the verdicts of `listenq.lab-run/1` or `listenq.simulate/1`. @throws {DecodeError} as above */
export function readExperimentsDocument(document: unknown): ReadExperiment[] {
  const { kernel, experiments: entries } = checked(experiments, document);
  return entries.map(({ name, question, claims, verdict, reason, kernel: own }) => {
    const model = own?.model ?? kernel.model;
    return {
      experiment: { name, question },
      kernel: model === undefined ? `Linux ${kernel.release ?? ""}` : `the model of Linux ${model}`,
      claims: claims.map((claim) => ({
        ...claim,
        evidence: { ...claim.evidence, samples: [], calls: [], sockets: [] },
      })),
      verdict,
      reason,
      scenario: null,
      trace: null,
    };
  });
}

function checked<Schema extends z.ZodMiniType>(schema: Schema, document: unknown): z.output<Schema> {
  const result = schema.safeParse(document);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue?.path.map(String).join(".") ?? "";
  throw new DecodeError(
    "BAD_VALUE",
    "report",
    0,
    `${place === "" ? "document" : place}: ${issue?.message ?? "not readable"}`,
  );
}
