/**
 * The 3 a.m. answer for one port: watch it for a few seconds, then say what is wrong. Deltas, not counters since boot.
 *
 * @module
 */
import { UsageError } from "../../../core/errors.ts";
import type { WhyDocument } from "../../../core/listener/why-document.ts";
import { type NamespaceScope, openNamespaces, type UnseenNamespace } from "../namespace-scope.ts";
import { readMachine } from "../read-machine.ts";
import { answer } from "./answer.ts";
import { hasListener, lookAround } from "./look-around.ts";
import { watchNamespaces } from "./watch-namespaces.ts";

/** What is asked. */
export interface WhyRequest {
  readonly port: number;
  readonly durationMs: number;
  readonly netns: NamespaceScope;
  readonly signal: AbortSignal;
}

/** The answer, and what could not be seen for it. */
export interface WhyResult {
  readonly document: WhyDocument;
  readonly hiddenProcesses: number;
  readonly unseen: readonly UnseenNamespace[];
}

/**
 * Watches the listeners on a port.
 *
 * @throws {UsageError} when nobody listens there
 * @throws {NotSupportedError} when the kernel does not answer sock_diag, or a namespace asked for may not be entered
 */
export async function why(request: WhyRequest): Promise<WhyResult> {
  const opened = openNamespaces(request.netns);
  try {
    const namespaces = opened.seen.filter(({ eye }) => hasListener(eye, request.port));
    if (namespaces.length === 0) throw nobodyListens(request);
    const begin = lookAround(namespaces, request.port);
    const watches = await watchNamespaces(namespaces, request);
    const end = lookAround(namespaces, request.port, begin.owners);
    const document = answer(request.port, { begin, end, watches, machine: readMachine() });
    const hiddenProcesses = Math.max(opened.hiddenProcesses, begin.hiddenProcesses);
    return { document, hiddenProcesses, unseen: opened.unseen };
  } finally {
    for (const { eye } of opened.seen) eye.close();
  }
}

function nobodyListens({ port, netns }: WhyRequest): UsageError {
  const where = netns === "all" ? "in any namespace that could be looked at" : "in this namespace";
  const more = netns === "all" ? "" : `; sudo listenq why ${port} --netns all looks into containers too`;
  return new UsageError(`nobody listens on port ${port} ${where}: clients get "connection refused"${more}`);
}
