/**
 * The data that a report carries for programs: a JSON block which no browser runs. What is written here can be read back from
 * the page alone, by `listenq explain report.html` or where a page is dropped.
 *
 * @module
 */
import { DecodeError } from "../../errors.ts";
import { Markup, markup } from "./markup.ts";

/** The result of `explain`, or runs of experiments; `document` is what `--json` prints of it. */
export interface ReportData {
  readonly schema: "listenq.report/1";
  /** `listenq.explain/1`, `listenq.lab-run/1` or `listenq.simulate/1`. */
  readonly document: Readonly<Record<string, unknown>>;
}

const OPENING = '<script type="application/json" id="listenq-data">';
const CLOSING = "</script>";
const DOCUMENTS = ["listenq.explain/1", "listenq.lab-run/1", "listenq.simulate/1"];

/** The block. */
export function reportBlock(document: Readonly<Record<string, unknown>>): Markup {
  const data: ReportData = { schema: "listenq.report/1", document };
  // Within a script element nothing is escaped; without "<" nothing can end it.
  const json = JSON.stringify(data).replaceAll("<", "\\u003c");
  return markup`${new Markup(OPENING)}${new Markup(json)}${new Markup(CLOSING)}`;
}

/** Whether a file begins as a report does, so that it is none of the captures. */
export function isReport(start: string): boolean {
  return /^\s*<!doctype html>/i.test(start);
}

/**
 * What a report carries.
 *
 * @throws {DecodeError} if the page carries nothing, or not what a report does
 */
export function readReport(html: string): ReportData {
  const from = html.lastIndexOf(OPENING);
  const to = html.indexOf(CLOSING, from);
  if (from < 0 || to < 0) throw refused("no data of listenq in it; a report made by --report carries it");
  const data = parsed(html.slice(from + OPENING.length, to));
  const document = isObject(data) ? data["document"] : null;
  if (!isObject(data) || data["schema"] !== "listenq.report/1" || !isObject(document))
    throw refused("its data is not of the schema listenq.report/1");
  const schema = String(document["schema"]);
  if (!DOCUMENTS.includes(schema))
    throw refused(`its document is ${schema}, which is none of ${DOCUMENTS.join(", ")}`);
  return { schema: "listenq.report/1", document };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw refused(`its data is no JSON: ${(error as Error).message}`);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refused(why: string): DecodeError {
  return new DecodeError("BAD_VALUE", "report", 0, why);
}
