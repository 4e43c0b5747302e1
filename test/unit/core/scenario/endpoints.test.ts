import { describe, expect, it } from "vitest";
import {
  clientEndpoint,
  clientNameOf,
  listenerEndpoint,
  listenerNameAt,
  listenerNamed,
  parseScenario,
} from "../../../../src/core/scenario/index.ts";

function scenario(topology: string, family: string) {
  return parseScenario(
    `scenario: Two clients.
topology: ${topology}
family: ${family}
listener: { name: web, backlog: 1, port: 80 }
clients: [{ at: 0ms }, { at: 0ms, name: late }]
duration: 1s`,
    "two.yaml",
  );
}

describe("the endpoints of a scenario", () => {
  it.each([
    ["wire", "ipv4", "192.0.2.1:40002", "192.0.2.2:80"],
    ["wire", "ipv6", "[2001:db8::1]:40002", "[2001:db8::2]:80"],
    ["loopback", "ipv4", "127.0.0.1:40002", "127.0.0.1:80"],
    ["loopback", "ipv6", "[::1]:40002", "[::1]:80"],
  ])("on %s over %s are those of documentation addresses", (topology, family, client, server) => {
    const plan = scenario(topology, family);
    expect(clientEndpoint(plan, 1)).toBe(client);
    expect(listenerEndpoint(plan, listenerNamed(plan, "web"))).toBe(server);
    expect(clientNameOf(plan, client)).toBe("late");
    expect(clientNameOf(plan, server)).toBeNull();
  });

  it("name the listener at an endpoint, but no member of a group that shares one", () => {
    expect(listenerNameAt(scenario("wire", "ipv4"), "192.0.2.2:80")).toBe("web");
    expect(listenerNameAt(scenario("wire", "ipv4"), "192.0.2.2:81")).toBeNull();
    const group = parseScenario(
      `scenario: A group.
listeners: [{ name: a, port: 80, backlog: 1, reuseport: true }, { name: b, port: 80, backlog: 1, reuseport: true }]
clients: [{ at: 0ms }]
duration: 1s`,
      "group.yaml",
    );
    expect(listenerNameAt(group, "192.0.2.2:80")).toBeNull();
  });

  it("does not know a listener that the scenario has not", () => {
    expect(() => listenerNamed(scenario("wire", "ipv4"), "mail")).toThrow("no listener mail in the scenario");
  });
});
