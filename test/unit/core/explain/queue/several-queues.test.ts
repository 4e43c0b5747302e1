/**
 * Several queues behind one port (SO_REUSEPORT) as a hypothesis that can fail: one member is stuck and full, the others answer.
 */
import { describe, expect, it } from "vitest";
import { conclude, Explainer, type Explanation } from "../../../../../src/core/explain/index.ts";
import { segments } from "../../../../support/segment-script.ts";

function explained(...scripts: readonly string[]): Explanation {
  const explainer = new Explainer({ keepAll: true });
  const inOrder = segments(scripts.join("\n"))
    .sort((a, b) => a.at - b.at)
    .map((segment, place) => ({ ...segment, number: place + 1 }));
  for (const segment of inOrder) explainer.see(segment);
  return conclude([explainer.finish()], { all: true });
}

/** A client that is served at once. */
const served = (port: number, at: number): string =>
  `${at} ${port} > S\n${at + 0.1} ${port} < S.\n${at + 5} ${port} > .\n${at + 5.1} ${port} > P. 1:9 1\n${at + 5.3} ${port} < P. 1:9 9`;

/** One whose request is acknowledged and never answered. */
const standing = (port: number, at: number): string =>
  `${at} ${port} > S\n${at + 0.1} ${port} < S.\n${at + 5} ${port} > .\n${at + 5.1} ${port} > P. 1:9 1\n${at + 5.2} ${port} < . 1 9`;

/** One whose SYN comes again and again without an answer. */
const refused = (port: number, at: number): string =>
  [0, 1000, 2000, 3000, 4000].map((later) => `${at + later} ${port} > S`).join("\n");

/** One whose first SYN goes lost. */
const late = (port: number, at: number): string => `${at} ${port} > S\n${served(port, at + 1000)}`;

const OTHERS = Array.from({ length: 20 }, (_, place) => served(41_000 + place, 500 + place * 230));
const STUCK = [standing(40_001, 0), standing(40_002, 10)];
const REFUSED = [refused(40_101, 600), refused(40_102, 1130), refused(40_103, 1500)];

describe("several queues", () => {
  it("are named where one of them stays full while others pass, with the limit of the full one", () => {
    const { findings, listeners } = explained(...STUCK, ...REFUSED, ...OTHERS);
    expect(findings[0]?.detail).toContain("A full accept queue is likely");
    expect(findings[0]?.detail).toContain("several queues stand behind the port (SO_REUSEPORT)");
    expect(listeners[0]?.inferredBacklog).toMatchObject({ atMost: 1, value: null });
    expect(listeners[0]?.inferredBacklog?.why).toContain("several stand behind the port");
  });

  it("are contradicted where nobody waits for an answer", () => {
    const words = JSON.stringify(explained(...REFUSED, ...OTHERS));
    expect(words).not.toContain("A full accept queue is likely");
    expect(words).not.toContain("SO_REUSEPORT");
  });

  it("are not believed where who was refused passes at the next try, as chance does it", () => {
    const lost = [40_101, 40_102, 40_103, 40_104].map((port, place) => late(port, 600 + place * 410));
    const words = JSON.stringify(explained(...STUCK, ...lost, ...OTHERS));
    expect(words).not.toContain("A full accept queue is likely");
    expect(words).not.toContain("several queues");
  });
});
