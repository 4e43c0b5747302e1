/**
 * Runs that do not end by themselves. Seeded: LISTENQ_SEED repeats a run's kills, LISTENQ_KILLS changes their number.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type RunningCli, start } from "../support/cli.ts";
import { type LabDocument, labRun, scenarioFile, skipIfNotPermitted, USERS } from "../support/lab.ts";
import { callsOf, theOne } from "../support/lookups.ts";
import { findDescendants, type Leftover, leftoversAfter, readMachine } from "../support/machine.ts";

const seed = Number(process.env["LISTENQ_SEED"] ?? Date.now() % 1_000_000);
const KILLS = Number(process.env["LISTENQ_KILLS"] ?? 50);
const AT_ONCE = 5;
const LATEST_MS = 1500;
/** A run that has not ended by then will not. */
const END_MS = 300_000;
const LONG_RUN = ["lab", "run", scenarioFile("two-minutes-of-waiting"), "--json"];

/** One run, and what will happen to it. */
interface Killing {
  readonly uid: number;
  readonly afterMs: number;
  /** Which of the processes is killed, as a share of their number: 0 is the first one. */
  readonly share: number;
}

describe(`a long run, killed at random moments (LISTENQ_SEED=${seed})`, () => {
  it(`leaves no process, no namespace and no interface, ${KILLS} times`, async (ctx) => {
    // Where there can be no lab every run ends by itself at once, and killing it would show nothing.
    for (const { uid } of USERS)
      await labRun(ctx, [scenarioFile("silent-client-of-a-server-that-waits")], { uid });
    const before = readMachine();
    const killings = planKillings(KILLS);
    const left: { killing: Killing; killed: Leftover; leftovers: Leftover[] }[] = [];
    for (let place = 0; place < killings.length; place += AT_ONCE) {
      const batch = killings.slice(place, place + AT_ONCE).map(async (killing) => {
        const { killed, leftovers } = await killOne(killing);
        if (leftovers.length > 0) left.push({ killing, killed, leftovers });
      });
      await Promise.all(batch);
    }
    expect(left, `what outlived its killing (LISTENQ_SEED=${seed})`).toEqual([]);
    expect(readMachine()).toEqual(before);
  });
});

describe.each(USERS)("a long run as $user", ({ uid }) => {
  it.for([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)(
    "ends on %s with exit code %d, with what is known so far, and leaves nothing",
    async ([signal, code], ctx) => {
      const cli = start(LONG_RUN, { uid });
      await Promise.race([cli.said("running"), cli.ended]);
      cli.child.kill(signal);
      const result = await cli.ended;
      skipIfNotPermitted(ctx, result, uid);
      expect(result.code, result.stderr).toBe(code);
      const document = JSON.parse(result.stdout) as LabDocument;
      const { trace } = theOne(document.experiments);
      expect(trace.recording.interrupted).toBe(true);
      expect(callsOf(trace, "listener", "listen").map(({ result: ended }) => ended)).toEqual([0]);
      expect(await leftoversAfter(cli.marker)).toEqual([]);
    },
  );

  it("shows the text report of what is known so far after SIGINT", async (ctx) => {
    const cli = start(LONG_RUN.slice(0, -1), { uid });
    await Promise.race([cli.said("running"), cli.ended]);
    cli.child.kill("SIGINT");
    const result = await cli.ended;
    skipIfNotPermitted(ctx, result, uid);
    expect(result.stdout).toContain("One client waits far longer than any test does");
    expect(result.code).toBe(130);
  });

  it("calls no claim of an interrupted experiment failed for what was still to come", async (ctx) => {
    const cli = start(["lab", "run", "synack-ladder", "--json"], { uid });
    await Promise.race([cli.said("running"), cli.ended]);
    cli.child.kill("SIGINT");
    const result = await cli.ended;
    skipIfNotPermitted(ctx, result, uid);
    const { verdict, claims } = theOne((JSON.parse(result.stdout) as LabDocument).experiments);
    expect({ verdict, code: result.code }).toEqual({ verdict: "interrupted", code: 130 });
    expect(claims.filter(({ holds, reached }) => reached && !holds)).toEqual([]);
    expect(claims.some(({ reached }) => !reached)).toBe(true);
  });

  it("ends on a SIGINT at any moment, with 130 or by the signal itself", async (ctx) => {
    // Before Node has installed its handlers the signal itself ends it, which a shell shows as 130 too.
    const ends = await Promise.all(
      Array.from({ length: 12 }, async (_, place) => {
        const cli = start(LONG_RUN, { uid });
        await Promise.race([sleep(40 + place * 40), cli.ended]);
        cli.child.kill("SIGINT");
        const late = sleep(END_MS, "still running" as const, { ref: false });
        const end = await Promise.race([cli.ended, late]);
        if (end === "still running") killAll(cli);
        const result = await cli.ended;
        skipIfNotPermitted(ctx, result, uid);
        return end === "still running" ? end : (result.signal ?? result.code);
      }),
    );
    expect(ends.filter((end) => end !== 130 && end !== "SIGINT")).toEqual([]);
  });
});

/** Starts a run, kills one of its processes, waits for its end, and says what is left. */
async function killOne({
  uid,
  afterMs,
  share,
}: Killing): Promise<{ killed: Leftover; leftovers: Leftover[] }> {
  const cli = start(LONG_RUN, { uid });
  await sleep(afterMs);
  const family = findDescendants(cli.marker).sort((a, b) => a.pid - b.pid);
  const killed = family[Math.floor(share * family.length)] ?? {
    pid: cli.child.pid ?? 0,
    command: "",
    namespaces: [],
  };
  if (!kill(killed.pid)) cli.child.kill("SIGKILL");
  const leftovers = await leftoversAfter(cli.marker);
  if (leftovers.length > 0) killAll(cli);
  await cli.ended;
  return { killed, leftovers };
}

/** Half of the runs each user, moments and victims by a seeded chance. */
function planKillings(count: number): Killing[] {
  const chance = seededChance(seed);
  return Array.from({ length: count }, (_, place) => ({
    uid: USERS[place % USERS.length]?.uid ?? 0,
    afterMs: chance() * LATEST_MS,
    share: chance(),
  }));
}

function killAll(cli: RunningCli): void {
  for (const { pid } of findDescendants(cli.marker)) kill(pid);
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}

/** A small seeded generator (mulberry32): neighbouring numbers must not hang together, since moment and victim are drawn in turn. */
function seededChance(start32: number): () => number {
  let state = start32 >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
