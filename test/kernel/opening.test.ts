import { describe, expect, it } from "vitest";
import { isNotSupported } from "../../src/core/errors.ts";
import { parseScenario } from "../../src/core/scenario/index.ts";
import { Recorder } from "../../src/core/trace/index.ts";
import { Agenda } from "../../src/system/lab/host/agenda.ts";
import { Wire } from "../../src/system/lab/host/lab-wire.ts";
import { buildNetwork } from "../../src/system/lab/host/network.ts";
import { openTables } from "../../src/system/lab/record/tables.ts";
import { Tap } from "../../src/system/lab/record/tap.ts";
import { Namespace } from "../../src/system/linux/namespace/namespace.ts";
import { failEachStep } from "../support/fail-each-step.ts";

function scenario(topology: "wire" | "loopback") {
  const text = `
scenario: One client meets a listener.
topology: ${topology}
listener: { backlog: 1 }
${topology === "wire" ? "wire: { delay: 1ms }" : ""}
clients: [{ at: 0ms }]
duration: 50ms
`;
  return parseScenario(text, "opening");
}

const clientNameOf = () => null;
const onError = (error: unknown) => {
  throw error;
};
const leaks = (steps: ReturnType<typeof failEachStep>) => steps.filter(({ leaked }) => leaked.length > 0);

function canMakeNamespaces(): boolean {
  try {
    Namespace.create().close();
    return true;
  } catch (error) {
    if (isNotSupported(error)) return false;
    throw error;
  }
}

describe.skipIf(!canMakeNamespaces())("a part of a run that fails half-way leaves nothing open", () => {
  it.each(["wire", "loopback"] as const)("its hosts and their tables (%s)", (topology) => {
    const plan = scenario(topology);
    const steps = failEachStep(() => buildNetwork(plan));
    expect(steps.length).toBeGreaterThan(4);
    expect(leaks(steps)).toEqual([]);
    const network = buildNetwork(plan);
    const tables = failEachStep(() => openTables(plan, network));
    network.close();
    expect(tables.length).toBeGreaterThan(0);
    expect(leaks(tables)).toEqual([]);
  });

  it("what carries or taps its packets", () => {
    const plan = scenario("wire");
    const network = buildNetwork(plan);
    const agenda = new Agenda(onError);
    const common = { agenda, recorder: new Recorder(), clientNameOf, onError };
    const { wire } = network;
    if (wire === null) throw new Error("this scenario has a wire");
    const wires = failEachStep(
      () => new Wire(wire, { ...common, plan: plan.wire, onArrivalAtServer: () => {} }),
    );
    const taps = failEachStep(() => new Tap(network.server, common));
    agenda.close();
    network.close();
    expect(wires.length).toBeGreaterThan(taps.length);
    expect(taps.length).toBeGreaterThan(4);
    expect(leaks([...wires, ...taps])).toEqual([]);
  });
});
