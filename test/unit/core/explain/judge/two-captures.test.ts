import { expect, it } from "vitest";
import { conclude, Explainer, type Explanation } from "../../../../../src/core/explain/index.ts";
import { segments } from "../../../../support/segment-script.ts";

function both(client: string, server: string): Explanation {
  const observations = [client, server].map((script) => {
    const explainer = new Explainer({ keepAll: true });
    for (const segment of segments(script)) explainer.see(segment);
    return explainer.finish();
  });
  return conclude(observations);
}

const SEEN_BY_CLIENT =
  "0 40002 > S\n40 40002 < S.\n40.1 40002 > .\n40.2 40002 > P. 1:9 1\n80 40002 < P. 1:9 9";
/** A connection much later, so that nobody doubts that a capture was still running. */
const LATER_BY_CLIENT =
  "\n9000 40009 > S\n9040 40009 < S.\n9040.1 40009 > .\n9040.2 40009 > P. 1:9 1\n9080 40009 < P. 1:9 9";
const LATER_BY_SERVER =
  "\n69020 40009 > S\n69020.1 40009 < S.\n69060 40009 > .\n69060.1 40009 > P. 1:9 1\n69060.2 40009 < P. 1:9 9";
/** The same connection at the server's side, by a clock that is a minute ahead. */
const SEEN_BY_SERVER =
  "60020 40002 > S\n60020.1 40002 < S.\n60060 40002 > .\n60060.1 40002 > P. 1:9 1\n60060.2 40002 < P. 1:9 9";

it("a SYN that only the client's side shows was lost on its way", () => {
  const { findings } = both(
    `${SEEN_BY_CLIENT}\n100 40001 > S\n1100 40001 > S\n3100 40001 > S${LATER_BY_CLIENT}`,
    `${SEEN_BY_SERVER}${LATER_BY_SERVER}`,
  );
  expect(findings.map(({ code }) => code)).toEqual(["capture-syn-unanswered"]);
  expect(findings[0]?.detail).toContain("Grade: proven by two captures.");
});

it("a SYN of a time at which the other capture was not running proves nothing", () => {
  const early = `0 40001 > S\n1000 40001 > S\n3000 40001 > S\n${SEEN_BY_CLIENT.replace(/^\S+/gm, (at) => String(Number(at) + 9000))}`;
  const { findings } = both(early, SEEN_BY_SERVER);
  expect(findings.map(({ code }) => code)).toEqual(["capture-syn-unanswered"]);
  expect(findings[0]?.detail).not.toContain("lost on their way");
});

it("a SYN+ACK that only the server's side shows was lost, and the client waited for it", () => {
  const { handshakes, findings } = both(
    `${SEEN_BY_CLIENT}\n100 40001 > S\n1100 40001 > S\n1140 40001 < S.\n1140.1 40001 > .${LATER_BY_CLIENT}`,
    `${SEEN_BY_SERVER}\n60120 40001 > S\n60120.1 40001 < S.\n61120 40001 > S\n61120.1 40001 < S.\n61160 40001 > .${LATER_BY_SERVER}`,
  );
  expect(handshakes[0]).toMatchObject({ outcome: "syn-answered-late" });
  expect(findings[0]?.detail).toContain("Grade: proven by two captures.");
});

it("a SYN that both sides show did arrive, and nobody answered it", () => {
  const { handshakes, findings } = both(
    `${SEEN_BY_CLIENT}\n100 40001 > S\n1100 40001 > S\n3100 40001 > S`,
    `${SEEN_BY_SERVER}\n60120 40001 > S\n61120 40001 > S\n63120 40001 > S`,
  );
  expect(handshakes).toHaveLength(1);
  expect(handshakes[0]?.note).toContain("shows that the packets arrived there");
  expect(findings[0]?.detail).toContain("the SYNs arrived");
});

it("a final ACK that the server's side never saw was lost, whatever the client's side looks like", () => {
  const { handshakes, findings, listeners } = both(
    `${SEEN_BY_CLIENT}\n100 40001 > S\n140 40001 < S.\n140.1 40001 > .\n140.2 40001 > P. 1:9 1\n350 40001 > P. 1:9 1\n1140 40001 < S.\n1140.1 40001 > .\n3140 40001 < S.${LATER_BY_CLIENT}`,
    `${SEEN_BY_SERVER}\n60120 40001 > S\n60120.1 40001 < S.\n61120.1 40001 < S.\n63120.1 40001 < S.${LATER_BY_SERVER}`,
  );
  expect(handshakes).toHaveLength(1);
  expect(handshakes[0]?.note).toContain("the final ACK was lost on its way");
  expect(findings.map(({ code }) => code)).toEqual(["capture-final-ack-lost"]);
  expect(listeners[0]?.inferredBacklog).toBe(null);
});

it("a client whose first bytes are lost on their way is let in by those that come again, as the server's side shows", () => {
  const others = (at: number, there: number): string =>
    Array.from({ length: 4 }, (_, place) => {
      const [port, begins] = [41_000 + place, at + place * 10];
      return `\n${begins} ${port} > S\n${begins + (there === 0 ? 40 : 0.1)} ${port} < S.\n${begins + 40.1} ${port} > .\n${begins + 40.2} ${port} > P. 1:9 1`;
    }).join("");
  const lossy = [0, 1, 2].map((place) => 42_000 + place);
  const client = lossy.map(
    (port, place) =>
      `\n${300 + place} ${port} > S\n${340 + place} ${port} < S.\n${340.1 + place} ${port} > .\n${340.2 + place} ${port} > P. 1:9 1\n${640 + place} ${port} > P. 1:9 1\n${1040 + place} ${port} > P. 1:9 1\n${1080 + place} ${port} < . 1 9`,
  );
  const server = lossy.map(
    (port, place) =>
      `\n${60_320 + place} ${port} > S\n${60_320.1 + place} ${port} < S.\n${61_060 + place} ${port} > P. 1:9 1\n${61_060.1 + place} ${port} < . 1 9`,
  );
  const inOrder = (script: string): string =>
    script
      .trim()
      .split("\n")
      .sort((a, b) => Number.parseFloat(a) - Number.parseFloat(b))
      .join("\n");
  const { findings, listeners } = both(
    inOrder(`${SEEN_BY_CLIENT}${others(100, 0)}${client.join("")}${LATER_BY_CLIENT}`),
    inOrder(`${SEEN_BY_SERVER}${others(60_120, 1)}${server.join("")}${LATER_BY_SERVER}`),
  );
  expect(findings.map(({ code }) => code)).not.toContain("capture-accept-overflow");
  expect(listeners[0]?.inferredBacklog).toBe(null);
});
