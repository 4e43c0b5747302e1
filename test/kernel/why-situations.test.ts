/**
 * `listenq why` in situations of real servers and clients, each in a world of its own: the verdict must be the cause that was
 * built. A program that is not installed skips its situations.
 */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/core/finding.ts";
import type { WhyDocument } from "../../src/core/listener/why-document.ts";
import { canMakeWorlds, hasProgram, runInOwnWorld } from "../support/own-world.ts";
import type { Situation } from "../support/situation.ts";
import { SITUATIONS } from "../support/situations.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures/situations");

interface Answer {
  readonly document: WhyDocument;
  readonly worker: string | undefined;
}

async function ask({ script, before = "", options = "", forMs = 2000 }: Situation): Promise<Answer> {
  const question = `${before} $LISTENQ why "$PORT" ${options} --for ${forMs}ms --json`;
  const world = await runInOwnWorld(`FIXTURES=${FIXTURES}\n${script}\n${question}`);
  if (world.code !== 0) throw new Error(`exit ${world.code}: ${world.stderr}${world.stdout}`);
  return { document: JSON.parse(world.stdout), worker: /worker (\d+)/.exec(world.stderr)?.[1] };
}

/** In such a gap between two looks a burst comes and goes: the machine was away, and so were server and clients. */
const AWAY_MS = 50;
const MOST_WATCHES = 4;

/** Asks again, in a new world, where another verdict than the wanted ones comes of a machine that was away. */
async function askUndisturbed(one: Situation, wanted: readonly string[]): Promise<Answer> {
  for (let made = 1; ; made += 1) {
    const answer = await ask(one);
    const { verdict, listeners } = answer.document;
    const wasAway = listeners.some(({ window }) => (window?.longestGapMs ?? 0) > AWAY_MS);
    if (wanted.includes(verdict.code) || !wasAway || made === MOST_WATCHES) return answer;
  }
}

/** All that is said of what was seen, without what a kind of finding means in general. */
function wordsOf({ verdict, findings, listeners }: WhyDocument): string {
  const all: Finding[] = [verdict, ...findings, ...listeners.flatMap((listener) => listener.findings)];
  return all.flatMap(({ title, evidence, remedy }) => [title, evidence.text, ...remedy]).join("\n");
}

describe.skipIf(!canMakeWorlds)("listenq why, in situations (needs root)", () => {
  for (const one of SITUATIONS) {
    const { situation, software, needs, verdict, orElse = verdict, title, says, never, remedy } = one;
    it.skipIf(!needs.every(hasProgram)).concurrent(`${situation} (${software}): ${verdict}`, async () => {
      const wanted = [verdict, orElse].flat();
      const { document, worker } = await askUndisturbed(one, wanted);
      const found = document.verdict;
      expect(wanted, JSON.stringify(found)).toContain(found.code);
      if (title !== undefined) expect(found.title).toMatch(title);
      if (says !== undefined) expect(wordsOf(document)).toMatch(says);
      if (remedy !== undefined)
        expect(found.remedy[0]).toMatch(new RegExp(remedy.source.replace("WORKER", worker ?? "")));
      if (never !== undefined) expect(wordsOf(document)).not.toMatch(never);
    });
  }
});
