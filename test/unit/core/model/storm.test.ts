import { describe, expect, it } from "vitest";
import { rulesOf, simulate, simulateStorm } from "../../../../src/core/model/index.ts";
import { parseScenario } from "../../../../src/core/scenario/index.ts";
import { counterRise } from "../../../../src/core/trace/index.ts";

const CLIENTS = 12;

/** The same clients once as a storm, once as a scenario. */
function both(era: string, sendsRequest: boolean, abort: 0 | 1) {
  const rules = rulesOf(era);
  const sysctls = { "net.ipv4.tcp_abort_on_overflow": abort, "net.ipv4.tcp_syncookies": 0 };
  const storm = simulateStorm({
    rules,
    connections: CLIENTS,
    gapMs: (place) => (place === 0 ? 0 : 7),
    delayMs: 20,
    backlog: 3,
    sysctls,
    workers: 0,
    serviceMs: () => 500,
    sendsRequest,
    sampleEveryMs: null,
    untilMs: 20_000,
  });
  const clients = Array.from(
    { length: CLIENTS },
    (_, place) => `  - { at: ${7 * place}ms${sendsRequest ? ", send: 82B" : ""} }`,
  );
  const scenario = parseScenario(
    `
scenario: A storm in a teacup.
sysctls: { net.ipv4.tcp_abort_on_overflow: ${abort}, net.ipv4.tcp_syncookies: 0 }
wire: { delay: 20ms }
listener: { backlog: 3, accept: { how: never } }
clients:
${clients.join("\n")}
duration: 20s
`,
    "a storm in a teacup",
  );
  return { storm, trace: simulate(scenario, { rules }).trace };
}

describe("a storm", () => {
  it.each([
    ["6.14", false, 0],
    ["6.14", true, 0],
    ["6.14", true, 1],
    ["4.2", false, 0],
    ["4.4", true, 1],
  ] as const)(
    "counts as a scenario of the same clients does: era %s, requests %s, abort %i",
    (era, sends, abort) => {
      const { storm, trace } = both(era, sends, abort);
      for (const name of [
        "ListenOverflows",
        "ListenDrops",
        "PassiveOpens",
        "EmbryonicRsts",
        "TCPReqQFullDrop",
      ])
        expect([name, storm.counters[name]]).toEqual([name, counterRise(trace, name)]);
      expect(storm.outcomes.served).toBe(0);
    },
  );

  it("serves everybody in the end, and tells how long each connect() took", () => {
    const plan = { rules: rulesOf("6.14"), connections: CLIENTS, gapMs: () => 1, delayMs: 20, backlog: 1 };
    const { outcomes, connectMs } = simulateStorm({
      ...plan,
      workers: 1,
      serviceMs: () => 50,
      sendsRequest: true,
      sysctls: { "net.ipv4.tcp_syncookies": 0 },
      sampleEveryMs: null,
    });
    expect(outcomes).toEqual({ served: CLIENTS, reset: 0, timedOut: 0, gaveUp: 0, waiting: 0 });
    expect(connectMs[0]).toBe(40);
    // Whoever was refused came again a second later.
    expect(Math.max(...connectMs)).toBeGreaterThan(1000);
  });

  it("is over at once without clients", () => {
    const plan = {
      rules: rulesOf("6.14"),
      gapMs: () => 1,
      delayMs: 1,
      backlog: 1,
      workers: 1,
      serviceMs: () => 1,
    };
    expect(simulateStorm({ ...plan, connections: 0, sampleEveryMs: 1 })).toMatchObject({
      events: 0,
      samples: [],
    });
  });
});
