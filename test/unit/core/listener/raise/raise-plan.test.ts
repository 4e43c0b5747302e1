import { describe, expect, it } from "vitest";
import { decideRaise } from "../../../../../src/core/listener/raise/raise-plan.ts";

const decide = (present: number, somaxconn: number | null, to: number, mayLower = false) =>
  decideRaise({ acceptQueue: { length: 0, limit: present, capacity: present + 1 } }, somaxconn, {
    to,
    mayLower,
  });

describe("decideRaise", () => {
  it.each([
    {
      what: "a larger backlog",
      present: 3,
      somaxconn: 4096,
      to: 100,
      intent: "raise",
      limit: 100,
      clampedTo: null,
    },
    {
      what: "a clamped one that is still larger",
      present: 3,
      somaxconn: 50,
      to: 100,
      intent: "raise",
      limit: 50,
      clampedTo: 50,
    },
    {
      what: "the present limit",
      present: 100,
      somaxconn: 4096,
      to: 100,
      intent: "nothing",
      limit: 100,
      clampedTo: null,
    },
    {
      what: "clamped to the present limit",
      present: 128,
      somaxconn: 128,
      to: 1024,
      intent: "nothing",
      limit: 128,
      clampedTo: 128,
    },
    {
      what: "a smaller backlog",
      present: 100,
      somaxconn: 4096,
      to: 3,
      intent: "keep",
      limit: 3,
      clampedTo: null,
    },
    {
      what: "a somaxconn that would make it smaller",
      present: 4096,
      somaxconn: 50,
      to: 9000,
      intent: "clamped-away",
      limit: 50,
      clampedTo: 50,
    },
    {
      what: "an unknown somaxconn",
      present: 3,
      somaxconn: null,
      to: 100,
      intent: "raise",
      limit: 100,
      clampedTo: null,
    },
  ])("$what: $intent", ({ present, somaxconn, to, intent, limit, clampedTo }) => {
    expect(decide(present, somaxconn, to)).toEqual({ intent, limit, clampedTo });
  });

  it("lowers where that is asked for, and never by a clamp alone", () => {
    expect(decide(100, 4096, 3, true).intent).toBe("lower");
    expect(decide(4096, 50, 9000, true).intent).toBe("clamped-away");
    expect(decide(4096, 50, 100, true).intent).toBe("lower");
  });
});
