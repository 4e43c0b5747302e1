/**
 * Explaining in one call: segments in, the explanation out. For captures too large to hold, feed an `Explainer` and
 * `conclude`.
 *
 * @module
 */
import type { HostName, Trace } from "../trace/trace.ts";
import type { Segment } from "../wire/packet/segment.ts";
import { type ConcludeOptions, conclude } from "./conclude.ts";
import type { Explanation } from "./explanation.ts";
import { Explainer } from "./follow/explainer.ts";
import { segmentsOfTrace } from "./follow/trace-segments.ts";

/**
 * What happened to every handshake among these packets. The packets are looked at one after another and not kept, so an
 * iterable may give the same object again and again.
 *
 * @example
 * const { findings } = await explain(segments);
 */
export async function explain(
  packets: AsyncIterable<Segment> | Iterable<Segment>,
  options: ConcludeOptions = {},
): Promise<Explanation> {
  const explainer = new Explainer({ keepAll: options.all === true });
  for await (const segment of packets) explainer.see(segment);
  return conclude([explainer.finish()], options);
}

/**
 * The same for what the lab or the model recorded, as one end of the wire saw it: what the server's end did not see was lost.
 *
 * @example
 * const { listeners } = explainTrace(experiment.trace);
 */
export function explainTrace(
  trace: Trace,
  { seenAt = "server", ...options }: ConcludeOptions & { readonly seenAt?: HostName } = {},
): Explanation {
  const explainer = new Explainer({ keepAll: options.all === true });
  for (const segment of segmentsOfTrace(trace, seenAt)) explainer.see(segment);
  return conclude([explainer.finish()], options);
}
