/**
 * What the two ways of giving metrics to a program's own monitoring have in common: options, and the end.
 *
 * @module
 */

import { LivePage, type PageScope } from "./live-page.ts";

/** What to give metrics of. */
export interface ListenerMetricsOptions {
  /** `"own"` (if left out): what this process holds, without privilege. `"self"`: its network namespace. `"all"`: all of them. */
  readonly scope?: PageScope;
  /** Also AF_UNIX listeners; false if left out. */
  readonly unix?: boolean;
  /** Milliseconds between two looks at the accept queues; 100 if left out. */
  readonly everyMs?: number;
  /** Series of listeners at most, the rest is folded into one; 500 if left out. */
  readonly maxListeners?: number;
  /** Told once of each reason why something cannot be seen; nobody if left out. */
  readonly onTrouble?: (words: string) => void;
  /** Ends it, as `close` does. */
  readonly signal?: AbortSignal;
}

/** Metrics that are being kept up to date. They may keep the process alive until they are closed. */
export interface ListenerMetrics {
  /** Stops looking; the values stay as they are. */
  close(): void;
}

/** A service has better things to do. */
const LIBRARY_SHARE = 0.003;

/** A page that is kept up to date, and its end. */
export interface OpenPage extends ListenerMetrics {
  readonly page: LivePage;
}

/**
 * Starts looking, until `close()` or the signal: then `onClose` is called, once.
 *
 * @throws {NotSupportedError} where listeners cannot be looked at
 * @throws {unknown} the signal's reason, if it is aborted already
 */
export function openPage(options: ListenerMetricsOptions, onClose: () => void = () => {}): OpenPage {
  const { scope = "own", unix = false, everyMs = 100, maxListeners = 500 } = options;
  const { onTrouble = () => {}, signal } = options;
  signal?.throwIfAborted();
  const page = new LivePage({ scope, unix, everyMs, mostShare: LIBRARY_SHARE, maxListeners, onTrouble });
  let isClosed = false;
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    signal?.removeEventListener("abort", close);
    onClose();
    page.close();
  };
  signal?.addEventListener("abort", close);
  return { page, close };
}
