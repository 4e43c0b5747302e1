import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { conclude, Explainer, type Explanation, explainTrace } from "../../src/core/explain/index.ts";
import { arrivalsOf, type Trace } from "../../src/core/trace/index.ts";
import { CaptureReader } from "../../src/core/wire/capture/capture-reader.ts";
import { inFolder, labRun } from "../support/lab.ts";
import { theOne } from "../support/lookups.ts";

/** What the lab's own record says: which clients' final packets and SYNs a full accept queue refused. */
function truthOf(trace: Trace): { finals: string[]; syns: string[] } {
  const arrivals = arrivalsOf(trace, (endpoint) =>
    /:80\d\d$/.test(endpoint) ? endpointName(endpoint) : null,
  );
  const clients = (outcome: string) =>
    [...new Set(arrivals.filter((one) => one.outcome === outcome).map(({ packet }) => packet.from))].sort(
      byText,
    );
  return { finals: clients("final-refused"), syns: clients("syn-refused-accept-queue-full") };
}

/** The built-in experiments name their only listener so. */
function endpointName(endpoint: string): string {
  return endpoint.endsWith(":8088") ? "listener" : endpoint;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}

function found({ handshakes }: Explanation, outcomes: readonly string[]): string[] {
  return handshakes
    .filter(({ outcome }) => outcomes.includes(outcome))
    .map(({ client }) => client)
    .sort(byText);
}

function explainFile(file: string): Explanation {
  const explainer = new Explainer();
  const reader = new CaptureReader({ onSegment: (segment) => explainer.see(segment) });
  reader.push(readFileSync(file));
  reader.end();
  return conclude([explainer.finish()]);
}

describe.concurrent("what the lab did is what the capture's explanation says", () => {
  it.for(["overflow-drop", "overflow-abort"])("of %s", async (name, ctx) => {
    await inFolder(async (folder) => {
      const pcap = join(folder, "x.pcapng");
      const { document } = await labRun(ctx, [name, "--pcap", pcap]);
      const { trace } = theOne(document.experiments);
      const truth = truthOf(trace);
      expect(truth.finals.length).toBeGreaterThan(0);
      for (const explanation of [explainFile(pcap), explainTrace(trace)]) {
        expect(found(explanation, ["final-ack-dropped", "overflow-reset"])).toEqual(truth.finals);
        expect(found(explanation, ["syn-unanswered", "syn-answered-late"])).toEqual(truth.syns);
        expect(explanation.listeners[0]?.abortOnOverflow).toBe(name === "overflow-abort");
        expect(explanation.listeners[0]?.inferredBacklog?.atMost).toBe(trace.samples[0]?.limit);
      }
    });
  });
});
