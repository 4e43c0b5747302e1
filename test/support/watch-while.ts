/**
 * What `listenq why` says of a port of this namespace while something happens: the first look is taken before it begins and
 * the last one when it is over, so that the watch is as long as the event and sees all of it.
 *
 * @module
 */
import type { Finding } from "../../src/core/finding.ts";
import type { LiveFindingCode } from "../../src/core/findings/listeners/kinds.ts";
import type { WatchedListener } from "../../src/core/listener/why-document.ts";
import { why } from "../../src/system/observe/why/why.ts";
import { theOne } from "./lookups.ts";

/** A watch that is not ended before this is a test that failed. */
const LONGEST_WATCH_MS = 600_000;

/** The only listener on the port. */
export async function watchWhile(port: number, happen: () => Promise<void> | void): Promise<WatchedListener> {
  const enough = new AbortController();
  const watching = why({
    port,
    durationMs: LONGEST_WATCH_MS,
    netns: "self",
    signal: enough.signal,
  });
  // The first look is taken within this turn of the event loop, as the listener is there.
  await new Promise((resolve) => setImmediate(resolve));
  try {
    await happen();
  } finally {
    enough.abort();
  }
  return theOne((await watching).document.listeners);
}

/** The finding of that code, if it is told. */
export function findingOf(
  { findings }: Pick<WatchedListener, "findings">,
  code: LiveFindingCode,
): Finding | undefined {
  return findings.find((finding) => finding.code === code);
}
