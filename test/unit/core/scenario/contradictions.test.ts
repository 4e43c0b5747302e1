import { describe, expect, it } from "vitest";
import { parseScenario } from "../../../../src/core/scenario/index.ts";

function complaint(rest: string): string {
  try {
    parseScenario(`scenario: A contradiction.\nduration: 1s\n${rest}\n`, "x.yaml");
  } catch (error) {
    return (error as Error).message;
  }
  return "none";
}

const CLIENT = "clients: [{ at: 0ms }]";
const LISTENER = "listener: { backlog: 1 }";

describe("a scenario that contradicts itself is refused with its place", () => {
  it.each([
    [`topology: unix\nwire: { delay: 1ms }\n${LISTENER}\n${CLIENT}`, "x.yaml:4:7: wire: expected no wire"],
    [`topology: loopback\nwire: { loss: 0.1 }\n${LISTENER}\n${CLIENT}`, "wire: expected topology: wire"],
    [
      `topology: loopback\nwire: { rules: [{ from: client, do: drop }] }\n${LISTENER}\n${CLIENT}`,
      "wire: expected topology: wire",
    ],
    [
      `topology: unix\nlistener: { backlog: 1, reuseport: true }\n${CLIENT}`,
      "listener.reuseport: expected no reuseport",
    ],
    [
      `topology: unix\nlisteners: [{ backlog: 1, defer-accept: 1s }]\n${CLIENT}`,
      "listeners.0.defer-accept: expected no defer-accept",
    ],
    [`topology: unix\nlistener: { backlog: 1, fast-open: 1 }\n${CLIENT}`, "expected no fast-open"],
    [
      `topology: unix\n${LISTENER}\nclients: [{ at: 0ms, close-by: RST }]`,
      "clients.0.close-by: expected no close-by",
    ],
    [
      `${LISTENER}\nclients: [{ at: 0ms, send: 1B, fast-open: true }]`,
      "clients.0.fast-open: expected fast-open on the listener listener too",
    ],
    [
      "listener: { backlog: 1, fast-open: 1 }\nclients: [{ at: 0ms, fast-open: true }]",
      "clients.0.fast-open: expected send",
    ],
  ])("%j", (text, expected) => {
    expect(complaint(text)).toContain(expected);
  });

  it.each([
    `topology: loopback\nwire: { delay: 0ms }\n${LISTENER}\n${CLIENT}`,
    "listener: { backlog: 1, fast-open: 1 }\nclients: [{ at: 0ms, send: 1B, fast-open: true }]",
    `sysctls: { net.ipv4.tcp_fastopen: 1543 }\n${LISTENER}\nclients: [{ at: 0ms, send: 1B, fast-open: true }]`,
    `topology: unix\n${LISTENER}\n${CLIENT}`,
  ])("and one that does not is taken: %j", (text) => {
    expect(complaint(text)).toBe("none");
  });
});
