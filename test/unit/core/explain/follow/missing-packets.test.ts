/**
 * What the queue's log makes of a capture that lacks some packets, and of a way that takes as long as the client's timer.
 */
import { expect, it } from "vitest";
import { Explainer } from "../../../../../src/core/explain/index.ts";
import type { QueueLog } from "../../../../../src/core/explain/queue/queue-log.ts";
import { segments } from "../../../../support/segment-script.ts";

function logOf(script: string): QueueLog {
  const explainer = new Explainer({ keepAll: true });
  for (const segment of segments(script)) explainer.see(segment);
  const [listener] = explainer.finish().listeners;
  if (listener === undefined) throw new Error("no listener");
  return listener.log;
}

const served = (port: number, at: number, roundTripMs: number): string => `
${at} ${port} > S
${at + roundTripMs} ${port} < S.
${at + roundTripMs + 0.1} ${port} > .
${at + roundTripMs + 0.2} ${port} > P. 1:9 1
${at + 2 * roundTripMs + 0.3} ${port} < P. 1:9 9`;

it("a client of which only the SYN and the server's bytes are there can have stood there since its SYN", () => {
  const log = logOf(`${served(40001, 0, 1)}\n10 40002 > S\n20 40002 < P. 1:9 9`);
  expect([...log.first.view()]).toEqual([1.1, 10]);
  expect([...log.last.view()]).toEqual([1.2, 20]);
});

it("a SYN that came again within the usual round trip was not refused", () => {
  const log = logOf(
    `${served(40001, 0, 950)}${served(40002, 3000, 950)}
6000 40003 > S
7000 40003 > S
7600 40003 < S.
7020.1 40003 > .`,
  );
  expect(log.refusedSyns.length).toBe(0);
  expect(log.answered.at(2)).toBe(6000);
});

it("one that came again long after it was", () => {
  const log = logOf(
    `${served(40001, 0, 20)}
6000 40003 > S
7000 40003 > S
7600 40003 < S.
7020.1 40003 > .`,
  );
  expect([...log.refusedSyns.view()]).toEqual([6000]);
});
