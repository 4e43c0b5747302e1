import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UsageError } from "../../../src/core/errors.ts";
import { parseScenario } from "../../../src/core/scenario/index.ts";
import { propertyOptions } from "../seed.ts";

const GOOD = `scenario: Everything.
topology: loopback
sysctls: { net.core.somaxconn: 7 }
wire: { delay: 1ms, rules: [{ from: server, client: b, flags: S., nth: 2, do: hold, by: 3ms }] }
listeners:
  - { name: a, backlog: -1, accept: { how: at-once, hold: 2s }, calls: [{ at: 1s, listen: 5 }] }
clients: [{ at: 0ms, name: b, to: a, send: 82B, close-after: 4s }, { at: 1ms, count: 2 }]
look: [1s]
duration: 10s
`;

/** A scenario, or one line that begins with the file's name, a line that the text has, and a column. */
function isScenarioOrMistake(text: string): void {
  try {
    const scenario = parseScenario(text, "any.yaml");
    expect(scenario.listeners.length).toBeGreaterThan(0);
    expect(scenario.clients.length).toBeGreaterThan(0);
    expect(Number.isFinite(scenario.durationMs)).toBe(true);
  } catch (error) {
    expect(error, String((error as Error).stack)).toBeInstanceOf(UsageError);
    const place = /^any\.yaml:(\d+):(\d+): [^\r\n]+$/.exec((error as UsageError).message);
    expect(place, (error as UsageError).message).not.toBeNull();
    expect(Number(place?.[1])).toBeLessThanOrEqual(text.split(/\r\n|\n|\r/).length);
    expect(Number(place?.[1])).toBeGreaterThan(0);
    expect(Number(place?.[2])).toBeGreaterThan(0);
  }
}

describe("parseScenario", () => {
  it("returns a scenario or throws one placed line, whatever the text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" })), isScenarioOrMistake),
      propertyOptions(500),
    );
  });

  it("does so for a good file with a piece cut out, doubled or replaced", () => {
    const pieces = fc.constantFrom(
      "",
      "*x",
      "&x ",
      "!!int ",
      "- ",
      ": ",
      "{",
      "}",
      "[",
      "]",
      "'",
      '"',
      "\n",
      "\t",
      "%",
      "---\n",
      "0",
      "-1",
      "null",
      "~",
      "? ",
      "| ",
      "<<: ",
      "constructor",
    );
    const edit = fc.tuple(fc.nat(GOOD.length), fc.nat(12), pieces);
    const edited = fc
      .array(edit, { minLength: 1, maxLength: 3 })
      .map((edits) =>
        edits.reduce(
          (text, [at, length, piece]) => text.slice(0, at) + piece + text.slice(at + length),
          GOOD,
        ),
      );
    fc.assert(fc.property(edited, isScenarioOrMistake), propertyOptions(2000));
  });

  it("does so for any value at any key", () => {
    const keys = [
      "scenario",
      "topology",
      "family",
      "sysctls",
      "wire",
      "listener",
      "listeners",
      "clients",
      "look",
      "duration",
    ];
    const anything = fc.record(Object.fromEntries(keys.map((key) => [key, fc.anything()])), {
      requiredKeys: [],
    });
    const asText = anything.map((value) =>
      JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? Number(part) : part)),
    );
    fc.assert(fc.property(asText, isScenarioOrMistake), propertyOptions(500));
  });
});
