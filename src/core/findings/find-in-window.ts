/**
 * What is wrong with the listeners and the namespaces of a window of samples.
 *
 * @module
 */
import type { Finding } from "../finding.ts";
import type { ListenerWindow } from "../listener/facts.ts";
import type { ListenerSample } from "../listener/sample/sample.ts";
import type { SampleWindow } from "../listener/window/sample-window.ts";
import { findForListener, findForNamespace } from "./detect.ts";

/** What was seen of one listener, and what is wrong with it. */
export interface WindowListener {
  /** As the last sample that had it. */
  readonly listener: ListenerSample;
  /** Null if it was in one sample only. */
  readonly window: ListenerWindow | null;
  readonly findings: readonly Finding[];
}

/** Every listener of the window with its findings. */
export function findInWindow(window: SampleWindow): WindowListener[] {
  const last = window.lastSamples();
  return [...window.facts()].flatMap(([key, facts]) => {
    const listener = last.get(key);
    return listener === undefined
      ? []
      : [{ listener, window: facts.window, findings: findForListener(facts) }];
  });
}

/** The findings about the namespaces of the window. */
export function findInWindowNamespaces(window: SampleWindow): Finding[] {
  const namespaces = window.namespaces();
  const own = namespaces.find(({ namespace }) => namespace.self)?.namespace ?? null;
  return namespaces.flatMap(({ namespace, listeners }) => findForNamespace({ namespace, own, listeners }));
}
