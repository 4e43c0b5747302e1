/**
 * Captures of real servers in private namespaces (nginx, HAProxy, Python, Redis, uWSGI, Gunicorn, Apache; Linux 6.18), held against the kernel's own counters and the
 * states of both ends. The definitions are those of scripts/measure-explain.mjs.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { conclude, Explainer, type Explanation } from "../../../../src/core/explain/index.ts";
import { CaptureReader } from "../../../../src/core/wire/index.ts";

interface Truth {
  readonly limit: number | readonly number[] | Readonly<Record<string, number>>;
  readonly overflows: number;
  readonly synQueueDrops: number;
  readonly resets: number;
  readonly finalAckDropped: number;
}

const FOLDER = fileURLToPath(new URL("../../../fixtures/explain/kernel-truth/", import.meta.url));
const TRUTHS = Object.entries(
  JSON.parse(readFileSync(`${FOLDER}truth.json`, "utf8")) as Record<string, Truth>,
);
const OVERFLOWS = TRUTHS.filter(([, { overflows }]) => overflows > 0);
const OTHERS = TRUTHS.filter(([, { overflows }]) => overflows === 0);
const FAR = TRUTHS.filter(([name]) => name.startsWith("v_"));
const ARGUED =
  /full accept queue does not do|full queue does not explain|No queue is involved|nobody was refused/;

/** Of these the capture shows too little, and says so: one direction only, or no final ACKs. */
const NOT_SHOWN = ["outbound_only"];
const NO_FINAL_ACKS = ["handshake_only_filter"];

function explained(...files: readonly string[]): Explanation {
  const observations = files.map((file) => {
    const explainer = new Explainer({ keepAll: true });
    const reader = new CaptureReader({ onSegment: (segment) => explainer.see(segment) });
    reader.push(gunzipSync(readFileSync(`${FOLDER}${file}.pcap.gz`)));
    reader.end();
    return explainer.finish();
  });
  return conclude(observations, { all: true });
}

function isNamed({ findings }: Explanation): boolean {
  return findings.some(
    ({ code, detail }) =>
      code === "capture-accept-overflow" ||
      code === "capture-overflow-reset" ||
      detail.includes("A full accept queue is likely"),
  );
}

/** How many clients the findings say lost their final ACK to a full queue. */
function droppedIn({ findings }: Explanation): number {
  const titles = findings.filter(({ code }) => code === "capture-accept-overflow").map(({ title }) => title);
  return titles.reduce((sum, title) => sum + Number(/final ACKs? of (\d+) connection/.exec(title)?.[1]), 0);
}

it.each(OVERFLOWS)("%s: a full accept queue is named, or what the capture cannot show is said", (name) => {
  const result = explained(`${name}-server`);
  if (NOT_SHOWN.includes(name)) expect(result.notShown).not.toEqual([]);
  else expect(isNamed(result)).toBe(true);
});

it.each(OVERFLOWS)("%s: a full accept queue is not argued away", (name, { synQueueDrops }) => {
  const words = JSON.stringify(explained(`${name}-server`));
  expect(synQueueDrops === 0 && ARGUED.test(words) ? words : "").toBe("");
});

it.each(OVERFLOWS)("%s: whoever lost its final ACK to the queue is told", (name, { finalAckDropped }) => {
  const result = explained(`${name}-server`);
  if (NO_FINAL_ACKS.includes(name))
    expect(result.notShown.join()).toContain("no final ACK is in the capture");
  else expect(droppedIn(result)).toBeGreaterThanOrEqual(finalAckDropped);
});

it.each(OTHERS)("%s has no overflow, and none is named", (name) => {
  expect(isNamed(explained(`${name}-server`))).toBe(false);
});

describe.each(FAR)("%s, seen at the client", (name, { overflows }) => {
  it("is told there too, and no less with both captures", () => {
    expect(isNamed(explained(`${name}-client`))).toBe(overflows > 0);
    const both = explained(`${name}-client`, `${name}-server`);
    expect(isNamed(both)).toBe(overflows > 0);
    const alone = [`${name}-client`, `${name}-server`].map((file) => droppedIn(explained(file)));
    expect(droppedIn(both)).toBeGreaterThanOrEqual(Math.max(...alone));
  });
});

it.each(TRUTHS)("%s: no bound is too low, each value is exact, and no abort is claimed", (name, truth) => {
  for (const { inferredBacklog, abortOnOverflow } of explained(`${name}-server`).listeners) {
    if (truth.resets === 0) expect(abortOnOverflow).not.toBe(true);
    if (inferredBacklog === null || typeof truth.limit !== "number") continue;
    expect(inferredBacklog.atMost).toBeGreaterThanOrEqual(truth.limit);
    if (inferredBacklog.value !== null) expect(inferredBacklog.value).toBe(truth.limit);
  }
});
