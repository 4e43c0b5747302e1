import { describe, expect, it, type TestContext } from "vitest";
import { isNotSupported } from "../../src/core/errors.ts";
import { parseScenario, type Scenario } from "../../src/core/scenario/index.ts";
import { type BatchEnding, type BatchOptions, runMany } from "../../src/system/lab/run-many.ts";
import { Namespace } from "../../src/system/linux/namespace/namespace.ts";

function skipWithoutLab(context: TestContext): void {
  try {
    Namespace.create().close();
  } catch (error) {
    if (!isNotSupported(error)) throw error;
    context.skip(`no namespaces in this process: ${error.message}`);
  }
}

function scenario(backlog: number, rest = "", duration = "900ms"): Scenario {
  const text = `
scenario: Three clients meet a listener that never accepts.
listener: { backlog: ${backlog} }
wire: { delay: 1ms }
clients: [{ at: 0ms }, { at: 30ms }, { at: 60ms }]
duration: ${duration}
${rest}`;
  return parseScenario(text, "run-many");
}

async function endingsOf(scenarios: Iterable<Scenario>, options: BatchOptions): Promise<BatchEnding[]> {
  const endings: BatchEnding[] = [];
  await runMany(scenarios, options, (ending) => endings.push(ending));
  return endings.sort((one, other) => one.place - other.place);
}

const lastLength = ({ recording }: BatchEnding) => recording?.trace.samples.at(-1)?.acceptQueue;

describe("runMany", () => {
  it("runs scenarios side by side, each with a listener and counters of its own", async (ctx) => {
    skipWithoutLab(ctx);
    const batch = Array.from({ length: 24 }, (_, place) => scenario(place % 3));
    const endings = await endingsOf(batch, { parallel: 24, sampleEveryMs: null });
    expect(endings.map(({ place }) => place)).toEqual(batch.map((_, place) => place));
    expect(endings.map(({ error }) => error)).toEqual(batch.map(() => null));
    expect(endings.map(lastLength)).toEqual(batch.map((_, place) => (place % 3) + 1));
    const overflows = endings.map(({ recording }) => recording?.trace.counters.after["ListenOverflows"]);
    expect(overflows).toEqual(batch.map((_, place) => 2 - (place % 3)));
  });

  it("goes on when one of them fails, and says which", async (ctx) => {
    skipWithoutLab(ctx);
    const broken = scenario(1, "changes: [{ at: 10ms, set: net.ipv4.no_such_sysctl, to: 1 }]");
    const endings = await endingsOf([scenario(1), broken, scenario(1)], { parallel: 2 });
    expect(endings.map(({ error }) => error === null)).toEqual([true, false, true]);
    expect(isNotSupported(endings[1]?.error)).toBe(true);
    expect(endings[1]?.recording).toBeNull();
    expect([endings[0], endings[2]].map((ending) => ending && lastLength(ending))).toEqual([2, 2]);
  });

  it("takes no further scenario after the signal, and gives what the running ones have", async (ctx) => {
    skipWithoutLab(ctx);
    const stop = new AbortController();
    let taken = 0;
    function* endless(): Generator<Scenario> {
      for (;;) {
        taken += 1;
        yield scenario(1, "", taken === 1 ? "200ms" : "1min");
      }
    }
    const endings: BatchEnding[] = [];
    await runMany(endless(), { parallel: 3, signal: stop.signal }, (ending) => {
      endings.push(ending);
      stop.abort();
    });
    expect(taken).toBe(3);
    expect(endings.map(({ recording }) => recording?.trace.recording.interrupted)).toEqual([
      false,
      true,
      true,
    ]);
  });

  it("ends when whoever takes the endings throws", async (ctx) => {
    skipWithoutLab(ctx);
    const full = new Error("no room for it");
    const refuse = () => {
      throw full;
    };
    await expect(runMany([scenario(1), scenario(1)], { parallel: 1 }, refuse)).rejects.toBe(full);
  });
});
