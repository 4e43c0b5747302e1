/**
 * The short-lived process of the namespace probes. Its argument says whether it makes the namespace itself (`direct`) or
 * was started in one (`inside`, under `unshare -Urn`). It prints one line of JSON, a `ProbeReport`, and ends; the
 * namespace ends with it.
 *
 * @module
 */
import process from "node:process";
import { NotSupportedError } from "../../../core/errors.ts";
import { unshareNetwork } from "../../linux/namespace/namespace.ts";
import { type FreshNamespaceAnswers, probeFreshNamespace } from "./fresh-namespace.ts";

/** What the process prints. */
export type ProbeReport = { readonly refused: string } | { readonly answers: FreshNamespaceAnswers };

function probe(): ProbeReport {
  try {
    if (process.argv[2] === "direct") unshareNetwork();
  } catch (error) {
    if (error instanceof NotSupportedError) return { refused: refusalOf(error) };
    throw error;
  }
  return { answers: probeFreshNamespace() };
}

/** The system call's own words; the sentence around them would repeat the feature's name and remedy. */
function refusalOf(error: NotSupportedError): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}

process.stdout.write(`${JSON.stringify(probe())}\n`);
