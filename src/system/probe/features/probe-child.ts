/**
 * What the short-lived process of the namespace probes does. It makes the namespace itself (`direct`), or was started in one
 * (`inside`, under `unshare -Urn`); the namespace ends with it.
 *
 * @module
 */
import { NotSupportedError } from "../../../core/errors.ts";
import { unshareNetwork } from "../../linux/namespace/namespace.ts";
import { type FreshNamespaceAnswers, probeFreshNamespace } from "./fresh-namespace.ts";

/** What the process prints. */
export type ProbeReport = { readonly refused: string } | { readonly answers: FreshNamespaceAnswers };

/** Asks the kernel, in a namespace that nothing else is in. */
export function probeAsChild(place: "direct" | "inside"): ProbeReport {
  try {
    if (place === "direct") unshareNetwork();
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
