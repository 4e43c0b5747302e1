import { describe, expect, it } from "vitest";
import { limitOrigin } from "../../../../src/core/listener/limit-origin.ts";

describe("limitOrigin", () => {
  it.each([
    [511, 4096, "application"],
    [4096, 4096, "somaxconn"],
    [4096, 128, "somaxconn-lowered"],
    [0, 0, "somaxconn"],
    [128, null, "unknown"],
  ])("limit %i beside somaxconn %s was set by: %s", (limit, somaxconn, setBy) => {
    const { limitSetBy, limitSetByEvidence } = limitOrigin(limit, somaxconn);
    expect(limitSetBy).toBe(setBy);
    expect(limitSetByEvidence).toContain(String(limit));
    if (somaxconn !== null) expect(limitSetByEvidence).toContain(String(somaxconn));
  });
});
