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

/** A page is to be opened at once and sent by mail: a document with a longer trace than this is carried without it. */
const MOST_CHARACTERS = 1_200_000;

/** The block. Of a large run it has everything but the trace, which is then null. */
export function reportBlock(document: Readonly<Record<string, unknown>>): Markup {
  const whole = jsonOf(document);
  const json = whole.length <= MOST_CHARACTERS ? whole : jsonOf(withoutTraces(document));
  return markup`${new Markup(OPENING)}${new Markup(json)}${new Markup(CLOSING)}`;
}

function jsonOf(document: Readonly<Record<string, unknown>>): string {
  const data: ReportData = { schema: "listenq.report/1", document };
  // Within a script element nothing is escaped; without "<" nothing can end it.
  return JSON.stringify(data).replaceAll("<", "\\u003c");
}

function withoutTraces(document: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { experiments } = document;
  if (!Array.isArray(experiments)) return document;
  return { ...document, experiments: experiments.map((one: object) => ({ ...one, trace: null })) };
}

/** Whether a text is a page that carries data: a listing may be a page too. */
export function isReport(text: string): boolean {
  return /^\s*<!doctype html>/i.test(text) && text.includes(OPENING);
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
