/**
 * The stream of this machine's listeners, as the page holds it: one for a tab, whatever it has opened.
 *
 * @module
 */
import { useEffect, useRef, useState } from "preact/hooks";
import type { LiveMessage } from "../../../../core/report/document/live-document.ts";
import { type LiveState, NO_LIVE, withMessage } from "./live-state.ts";

/** What the stream has said so far, and what is wrong with it. */
export interface LiveStream {
  readonly state: LiveState;
  readonly problem: string | null;
}

/** @param chosen the key of the listener that is opened, which the server then tells in detail */
export function useLiveStream(isOpen: boolean, chosen: string | null): LiveStream {
  const [state, setState] = useState<LiveState>(NO_LIVE);
  const [problem, setProblem] = useState<string | null>(null);
  const streams = useRef(new Set<EventSource>()).current;
  const newest = useRef<EventSource | null>(null);
  useEffect(() => {
    if (!isOpen) return;
    const stream = new EventSource(
      chosen === null ? "api/live" : `api/live?open=${encodeURIComponent(chosen)}`,
    );
    streams.add(stream);
    newest.current = stream;
    stream.addEventListener("message", ({ data }: MessageEvent<string>) => {
      setProblem(null);
      setState((before) => withMessage(before, JSON.parse(data) as LiveMessage));
      // The one before stays until this one speaks: without any stream the server would stop looking, and forget.
      if (newest.current === stream) closeAll(streams, stream);
    });
    stream.addEventListener("error", () => setProblem("listenq web does not answer; what is shown is old"));
  }, [isOpen, chosen]);
  useEffect(() => () => closeAll(streams, null), []);
  return { state, problem };
}

function closeAll(streams: Set<EventSource>, but: EventSource | null): void {
  for (const stream of streams) {
    if (stream === but) continue;
    stream.close();
    streams.delete(stream);
  }
}
