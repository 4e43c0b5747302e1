/**
 * Samples that are kept for a while share what did not change: nearly all listeners are idle, and thousands of equal rows a second would
 * all have to be held, and collected later. Pure.
 *
 * @module
 */
import { isSameEntries } from "../entries/entry-track.ts";
import type { ListenerSample, Sample } from "../sample/sample.ts";

/**
 * The sample with the rows of the one before it where nothing happened to a listener. Only their age differs: `synQueueAgeMs`, and the
 * moment of a peak, are those of the earlier row.
 */
export function shareUnchanged(sample: Sample, before: Sample): Sample {
  const listeners = sample.listeners.map((one, place) => {
    const earlier = before.listeners[place];
    return earlier !== undefined && isUnchanged(one, earlier) ? earlier : one;
  });
  return { ...sample, listeners };
}

/** A listener stands at the same place as long as none above it ends; one that has moved is merely not shared once. */
function isUnchanged(one: ListenerSample, earlier: ListenerSample): boolean {
  return (
    one.cookie === earlier.cookie &&
    one.namespace === earlier.namespace &&
    one.rise === null &&
    earlier.rise === null &&
    one.findings.length === 0 &&
    earlier.findings.length === 0 &&
    isSameSocket(one, earlier) &&
    isSameEntries(one.entries, earlier.entries) &&
    hasSameQueues(one, earlier) &&
    hasSameSums(one, earlier)
  );
}

function isSameSocket(one: ListenerSample, earlier: ListenerSample): boolean {
  return (
    one.process === earlier.process &&
    one.container === earlier.container &&
    one.group === earlier.group &&
    one.watched === earlier.watched
  );
}

function hasSameQueues(one: ListenerSample, earlier: ListenerSample): boolean {
  return (
    isSameQueue(one.acceptQueue, earlier.acceptQueue) &&
    isSameQueue(one.synQueue, earlier.synQueue) &&
    one.intervalPeak === earlier.intervalPeak &&
    one.intervalLeast === earlier.intervalLeast &&
    one.synPeak === earlier.synPeak &&
    one.peak.length === earlier.peak.length &&
    one.peak.by === earlier.peak.by
  );
}

function isSameQueue(one: ListenerSample["synQueue"], earlier: ListenerSample["synQueue"]): boolean {
  return one.length === earlier.length && one.limit === earlier.limit && one.capacity === earlier.capacity;
}

/** Sums only grow, so that equal ones say that nothing was added. */
function hasSameSums(one: ListenerSample, earlier: ListenerSample): boolean {
  return (
    one.fullMs === earlier.fullMs &&
    one.takenSeen === earlier.takenSeen &&
    one.drops === earlier.drops &&
    one.dropsSinceStart === earlier.dropsSinceStart &&
    one.dropsPerSecond === earlier.dropsPerSecond &&
    one.refusals.value === earlier.refusals.value &&
    one.refusals.exact === earlier.refusals.exact
  );
}
