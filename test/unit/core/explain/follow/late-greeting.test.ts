/**
 * What a greeting tells of a client that said nothing: at a server that speaks first, one that comes only behind the client's next
 * packet proves that the final ACK had been refused.
 */
import { expect, it } from "vitest";
import { Explainer } from "../../../../../src/core/explain/index.ts";
import { segments } from "../../../../support/segment-script.ts";

function refusalsOf(script: string, port: number): readonly number[] {
  const explainer = new Explainer({ keepAll: true });
  for (const segment of segments(script)) explainer.see(segment);
  const connection = explainer.finish().connections.find(({ clientPort }) => clientPort === port);
  return connection?.refusals.map(({ at }) => at) ?? [];
}

/** A silent client that is greeted after a while. */
const greeted = (port: number, at: number, afterMs: number): string => `
${at} ${port} > S
${at + 0.1} ${port} < S.
${at + 0.2} ${port} > .
${at + afterMs} ${port} < P. 1:9 1`;

/** A silent client that closes at last, and is greeted so much later. */
const closing = (port: number, at: number, closesAfterMs: number, afterMs: number): string => `
${at} ${port} > S
${at + 0.1} ${port} < S.
${at + 0.2} ${port} > .
${at + closesAfterMs} ${port} > F.
${at + closesAfterMs + afterMs} ${port} < P. 1:9 2`;

it("a client that is greeted only behind its FIN had been refused before", () => {
  expect(refusalsOf(greeted(40001, 0, 800) + closing(40002, 1000, 12_000, 0.4), 40002)).toEqual([1000.2]);
});

it("a greeting long after the FIN proves nothing", () => {
  expect(refusalsOf(greeted(40001, 0, 800) + closing(40002, 1000, 12_000, 500), 40002)).toEqual([]);
});

it("nor does one of a server that leaves silent clients alone for as long", () => {
  expect(refusalsOf(greeted(40001, 0, 10_000) + closing(40002, 11_000, 8000, 0.4), 40002)).toEqual([]);
});

it("nor one of a server that was never seen to speak first", () => {
  expect(refusalsOf(closing(40002, 1000, 12_000, 0.4), 40002)).toEqual([]);
});

it("nor does one greeting in many make a server that speaks first: the client's bytes are missing there", () => {
  const asked = Array.from({ length: 9 }, (_, place) => {
    const at = 100 + place * 10;
    return `
${at} ${41_000 + place} > S
${at + 0.1} ${41_000 + place} < S.
${at + 0.2} ${41_000 + place} > .
${at + 0.3} ${41_000 + place} > P. 1:9 1
${at + 0.5} ${41_000 + place} < P. 1:9 9`;
  });
  const script = greeted(40001, 0, 1) + asked.join("") + closing(40002, 1000, 12_000, 0.4);
  expect(refusalsOf(script, 40002)).toEqual([]);
});
