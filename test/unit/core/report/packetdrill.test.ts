import { describe, expect, it } from "vitest";
import { simulateExperiment } from "../../../../src/core/compare/eras/index.ts";
import { EXPERIMENTS } from "../../../../src/core/experiment/index.ts";
import { rulesOf, withRules } from "../../../../src/core/model/index.ts";
import { packetdrillScript } from "../../../../src/core/report/packetdrill/packetdrill-script.ts";
import { readPacketdrill } from "../../../support/packetdrill-grammar.ts";
import { runOnModel } from "../../../support/packetdrill-model.ts";

const rules = rulesOf("6.14");
const SAID = [
  ...["overflow-drop", "overflow-abort", "half-open-client", "syn-retry-ladder", "synack-ladder"],
  ...["raise-live", "client-closes-early", "head-of-line"],
];

function scriptOf(name: string, era = "6.14"): string {
  const experiment = EXPERIMENTS.find((one) => one.name === name);
  if (experiment === undefined) throw new Error(`no experiment ${name}`);
  const own = rulesOf(era);
  const variant = { faithful: false, family: "ipv4", synQueueTest: own.synQueueTest } as const;
  const { scenario, recording } = simulateExperiment(experiment, variant, { rules: own });
  const { question } = experiment;
  return packetdrillScript({ name, question, scenario, trace: recording.trace, kernel: `Linux ${era}` });
}

describe("packetdrillScript", () => {
  it.each(SAID)("writes %s so that the model passes it", (name) => {
    expect(runOnModel(readPacketdrill(scriptOf(name)), rules)).toEqual([]);
  });

  it("is passed by the rules it was made from, and not by others", () => {
    const script = readPacketdrill(scriptOf("overflow-abort"));
    expect(runOnModel(script, withRules(rules, { acceptQueueTest: ">=" }))).not.toEqual([]);
    const ladder = readPacketdrill(scriptOf("synack-ladder"));
    expect(runOnModel(ladder, withRules(rules, { firstTimeoutMs: 3000 }))).not.toEqual([]);
  });

  it("writes what an old kernel does too", () => {
    const script = readPacketdrill(scriptOf("overflow-drop", "4.4"));
    expect(runOnModel(script, rulesOf("4.4"))).toEqual([]);
  });

  it("says where the client's packets met a full queue", () => {
    expect(scriptOf("overflow-drop")).toMatch(/< \. 1:1\(0\) ack 1 win 64240 \/\/ the accept queue is full/);
  });

  it.each([
    ["unix-socket", /packetdrill has no AF_UNIX sockets/],
    ["reuseport", /it has several listeners/],
    ["fast-open", /it uses Fast Open/],
    ["relisten", /it changes sysctls on the way/],
    ["cookie-overflow", /stays half-open, and packetdrill speaks for one client/],
  ])("refuses %s, and says why", (name, why) => {
    expect(() => scriptOf(name)).toThrow(why);
  });

  it("writes an experiment or says why it cannot, whichever it is", () => {
    for (const { name } of EXPERIMENTS) {
      let script: string | null = null;
      try {
        script = scriptOf(name);
      } catch (error) {
        expect(String(error)).toContain(`${name} cannot be a packetdrill script: `);
      }
      if (script !== null) expect(readPacketdrill(script).events.length).toBeGreaterThan(4);
    }
  });
});

describe("the grammar that the tests read scripts by", () => {
  const LISTEN = "0.000 listen(3, 1) = 0";

  it.each([
    ["time that goes back", `1.000 close(3) = 0\n${LISTEN}`, "line 2: time goes back"],
    ["options left open on the way in", "0.000 < S 0:0(0) win 1 <...>", "options left open"],
    ["numbers that do not fit", "0.000 > P. 1:5(5) ack 1", "do not fit the length"],
    ["an unknown option", "0.000 < S 0:0(0) win 1 <mss>", "an option that is none"],
    ["a command that is not closed", "0.000 `true", "neither a packet nor a call nor a command"],
    ["an option after an event", `${LISTEN}\n--tolerance_usecs=5`, "line 2: no event"],
    ["no event", "// nothing", "a script needs an event"],
  ])("refuses %s", (_what, text, why) => {
    expect(() => readPacketdrill(text)).toThrow(why);
  });
});
