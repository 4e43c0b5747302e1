import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { clientFindings } from "../../../../../src/core/findings/clients/client-findings.ts";
import type { StuckClient } from "../../../../../src/core/listener/clients/clients-document.ts";
import type { GroupedDestination } from "../../../../../src/core/listener/clients/group-clients.ts";
import { theOne } from "../../../../support/lookups.ts";

const CLIENT: StuckClient = {
  kind: "connecting",
  certainty: "likely",
  evidence: "its SYN was sent 3 times and not answered",
  resends: 2,
  sinceMs: 3_000,
  local: "192.0.2.1:40000",
  nextResendMs: 500,
  givesUpInMs: 124_000,
  process: null,
  container: null,
};

function at(clients: readonly StuckClient[], beside: Partial<GroupedDestination> = {}): GroupedDestination {
  const count = (kind: StuckClient["kind"]): number => clients.filter((one) => one.kind === kind).length;
  return {
    namespace: 1,
    remote: "192.0.2.2:443",
    connecting: count("connecting"),
    silent: count("silent"),
    late: count("late"),
    healthy: 0,
    healthyElsewhere: 0,
    clients,
    ...beside,
  };
}

describe("clientFindings", () => {
  it("says what else it may be by what else of the host answers", () => {
    const detailOf = (beside: Partial<GroupedDestination>) =>
      theOne(clientFindings(at([CLIENT], beside))).detail;
    expect(detailOf({ healthy: 4 })).toContain("a queue that is full from time to time, or loss");
    expect(detailOf({ healthyElsewhere: 2 })).toContain("its queue is full, or a firewall drops this port");
    expect(detailOf({})).toContain("from here they look the same");
  });

  it("is certain of silent connections only where one is proven", () => {
    const silent = { ...CLIENT, kind: "silent" } as const;
    const [likely, proven] = [
      theOne(clientFindings(at([silent]))),
      theOne(clientFindings(at([silent, { ...silent, certainty: "proven" }]))),
    ];
    expect([likely.severity, proven.severity]).toEqual(["warning", "critical"]);
    expect(likely.title).toContain("probably");
    expect(proven.evidence.text).toContain("1 of 2 proven");
  });

  it("puts the gravest first, and each has a page", () => {
    const kinds = (["late", "connecting", "silent"] as const).map((kind) => ({ ...CLIENT, kind }));
    const findings = clientFindings(at(kinds));
    expect(findings.map(({ code }) => code)).toEqual(["client-silent", "client-connecting", "client-late"]);
    for (const { code, remedy } of findings) {
      expect(remedy[0]).toBe("on the listener's machine: listenq why 443");
      const page = readFileSync(new URL(`../../../../../docs/findings/${code}.md`, import.meta.url), "utf8");
      for (const heading of [`# ${code}`, "## How it is seen", "## What to do"])
        expect(page).toContain(heading);
    }
  });
});
