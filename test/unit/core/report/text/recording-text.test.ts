import { describe, expect, it } from "vitest";
import { RecordingSummary } from "../../../../../src/core/report/text/recording-text.ts";
import { listenerSample, sampleOf } from "../../../../support/samples.ts";

const fullListener = () =>
  listenerSample({ intervalPeak: 4096, acceptQueue: { length: 2, limit: 1, capacity: 2 } });

describe("RecordingSummary", () => {
  it("counts samples and lines, one of each as one", () => {
    const summary = new RecordingSummary();
    expect(summary.add(sampleOf([fullListener()], 1))).toHaveLength(1);
    expect(summary.end()[0]).toMatch(/^1 sample from .*: 1 line above$/);
    summary.add(sampleOf([fullListener()], 2));
    expect(summary.end()[0]).toMatch(/^2 samples from .*: 2 lines above$/);
  });

  it("says how many packets were refused, one as one", () => {
    const line = (value: number) => {
      const cause = "accept-queue-full" as const;
      const rise = { raw: value, refused: { value, exact: true }, cause, candidates: [] };
      const listener = listenerSample({ rise });
      return new RecordingSummary().add(sampleOf([listener], 1))[0];
    };
    expect(line(1)).toContain("drops +1, 1 packet refused: ");
    expect(line(3)).toContain("drops +3, 3 packets refused: ");
  });
});
