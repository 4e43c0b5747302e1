import { describe, expect, it } from "vitest";
import type { LiveListener, LiveMessage } from "../../../../src/core/report/document/live-document.ts";
import { NO_LIVE, withMessage } from "../../../../src/ui/web/client/live/live-state.ts";

const LISTENER: LiveListener = {
  key: "one",
  name: "127.0.0.1:80",
  protocol: "tcp",
  namespace: "self",
  process: null,
  acceptQueue: { length: 1, limit: 3, capacity: 4 },
  longest: 2,
  synQueue: { length: 0, limit: 3, capacity: 4 },
  drops: 0,
  dropsPerSecond: 0,
  refusals: { value: 0, exact: true },
  refusedBy: { "accept-queue-full": 0, "syn-queue-full": 0, other: 0 },
  fullMs: 0,
  findings: [],
};

function message(at: number, lines: readonly string[] = []): LiveMessage {
  return {
    at,
    takenAt: "2026-11-30T00:00:00.000Z",
    listeners: [LISTENER],
    left: 0,
    findings: [],
    hiddenProcesses: 0,
    victims: {
      needs: null,
      lines: lines.map((id) => ({ id, at: "", listener: "", client: id, what: "" })),
    },
    opened: null,
  };
}

describe("what the stream of listeners has said", () => {
  const told = (...messages: readonly LiveMessage[]) =>
    messages.reduce((state, one) => withMessage(state, one), NO_LIVE);

  it("goes on where a stream that was opened anew tells a look again", () => {
    const { history } = told(message(0), message(500), message(500), message(1_000));
    expect(history.get("one")?.at).toEqual([0, 500, 1_000]);
  });

  it("begins anew with a sampler that began anew", () => {
    const { history } = told(message(0), message(500), message(20), message(520));
    expect(history.get("one")?.at).toEqual([20, 520]);
  });

  it("has each victim once, the newest first", () => {
    const { victims } = told(message(0, ["a", "b"]), message(500, ["a", "b", "c"]));
    expect(victims.map(({ id }) => id)).toEqual(["c", "b", "a"]);
  });
});
