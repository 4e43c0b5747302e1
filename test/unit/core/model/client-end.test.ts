import { describe, expect, it } from "vitest";
import { rulesOf, simulate, withRules } from "../../../../src/core/model/index.ts";
import { parseScenario } from "../../../../src/core/scenario/index.ts";

/** The SYN queue has no room for the client; then a SYN with another number, as if it had sent that, has. */
const WRONG_ACK = `scenario: A SYN+ACK for another SYN.
sysctls: { net.ipv4.tcp_syncookies: 0 }
wire:
  delay: 20ms
  rules:
    - { client: client 1, flags: S, nth: 1, from: client, do: replace, by: 100ms, seq-by: 100000000, as: S }
listener: { backlog: 4 }
clients: [{ at: 20ms, name: client 1 }]
duration: 2s
`;

/** The request's first copies are lost, and the client closes meanwhile: data and FIN are under way when the timeout comes. */
const DATA_THEN_FIN = `scenario: Data and FIN are lost.
wire:
  delay: 20ms
  rules:
    - { client: client 1, flags: P., from: client, do: drop }
    - { client: client 1, flags: F., from: client, do: drop }
listener: { backlog: 4, accept: { how: never } }
clients:
  - { at: 20ms, name: client 1, send: 82B, close-after: 100ms }
  - { at: 1500ms, name: client 2 }
duration: 2s
`;

function sent(text: string, rules = rulesOf("6.14"), port = ":40001") {
  const { packets } = simulate(parseScenario(text, "client end"), { rules }).trace;
  return packets.filter(({ from }) => from.endsWith(port));
}

describe("a client that waits for its SYN+ACK and gets another one's", () => {
  it("resets that and sends its SYN again after two or three ticks, as 6.18 was seen to", () => {
    const [syn, reset, again] = sent(WRONG_ACK);
    expect([syn?.flags, reset?.flags, again?.flags]).toEqual(["S", "R", "S"]);
    const gapMs = (again?.at ?? 0) - (reset?.at ?? 0);
    expect(gapMs).toBeGreaterThanOrEqual(7);
    expect(gapMs).toBeLessThanOrEqual(13);
  });

  it("waits for the whole timeout where the rule is not", () => {
    const [syn, , again] = sent(WRONG_ACK, withRules(rulesOf("6.14"), { hurriesSynAfterWrongAck: false }));
    expect((again?.at ?? 0) - (syn?.at ?? 0)).toBeGreaterThan(990);
  });
});

describe("data and a FIN that are lost", () => {
  it("are probed for by the FIN, and go again as one segment at the timeout", () => {
    const packets = sent(DATA_THEN_FIN);
    expect(packets.map((packet) => packet.flags)).toEqual(["S", ".", "P.", "F.", "F.", "FP."]);
    expect(packets.at(-1)?.length).toBe(82);
  });

  it("are not put off by the FIN where nothing is probed for", () => {
    const packets = sent(DATA_THEN_FIN, withRules(rulesOf("6.14"), { hasTailLossProbe: false }));
    expect(packets.map((packet) => packet.flags)).toEqual(["S", ".", "P.", "F.", "FP."]);
    const waitedMs = (packets.at(-1)?.at ?? 0) - (packets[2]?.at ?? 0);
    expect(waitedMs).toBeGreaterThan(235);
    expect(waitedMs).toBeLessThan(265);
  });
});

describe("a FIN after a timeout", () => {
  const CLOSED = `scenario: A client closes after its data timed out.
wire: { delay: 5ms }
listener: { backlog: 2 }
clients: [{ at: 0ms }, { at: 20ms }, { at: 50ms }, { at: 51ms, send: 82B, close-after: 680ms }]
duration: 1s
`;
  const flagsIn = (era: string) => sent(CLOSED, rulesOf(era), ":40004").map(({ flags }) => flags);

  it("waits for what was lost since 6.10, and left at once before, as 6.18 and 6.1 were seen to", () => {
    expect(flagsIn("6.10")).toEqual(["S", ".", "P.", "P.", "P.", "P."]);
    expect(flagsIn("6.5")).toEqual(["S", ".", "P.", "P.", "P.", "F.", "FP."]);
  });
});
