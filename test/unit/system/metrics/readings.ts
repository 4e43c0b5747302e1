/** Readings for the tests of metrics: an idle listener, and what a test says of it. */
import { type ListenerReading, NO_DROPS } from "../../../../src/system/metrics/reading.ts";

type Changes = Partial<Omit<ListenerReading, "drops">> & {
  readonly drops?: Partial<ListenerReading["drops"]>;
};

/** A listener on that port; its id is its port unless said otherwise. */
export function reading(port: number, { drops, ...changes }: Changes = {}): ListenerReading {
  return {
    id: String(port),
    labels: {
      netns: "4026531840",
      protocol: "tcp",
      address: "0.0.0.0",
      port: String(port),
      process: "web",
      container: "",
    },
    length: 0,
    limit: 4,
    capacity: 5,
    peak: 0,
    peakAtMost: null,
    takenSeen: 0,
    fullMs: 0,
    synQueueLength: 0,
    kernelRefused: null,
    ...changes,
    drops: { ...NO_DROPS, ...drops },
  };
}
