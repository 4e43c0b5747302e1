/**
 * The model in a browser's bundle: without any module of Node, and with the same answer.
 */
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { rolldown } from "rolldown";
import { beforeAll, describe, expect, it } from "vitest";
import { EXPERIMENTS } from "../../../../src/core/experiment/index.ts";
import { rulesOf, simulate } from "../../../../src/core/model/index.ts";

const ENTRY = "bundle-entry";
const src = (file: string) => fileURLToPath(new URL(`../../../../src/${file}`, import.meta.url));
const SOURCE = `
import { EXPERIMENTS } from ${JSON.stringify(src("core/experiment/index.ts"))};
import { rulesOf, simulate } from ${JSON.stringify(src("core/model/index.ts"))};
export function run(name, era) {
  const experiment = EXPERIMENTS.find((one) => one.name === name);
  const scenario = experiment.scenario({ faithful: false, family: "ipv4", synQueueTest: ">" });
  return JSON.stringify(simulate(scenario, { rules: rulesOf(era) }).trace);
}
`;

/** One file for a browser; what is not found is an error and no external module. */
async function bundled(): Promise<string> {
  const bundle = await rolldown({
    input: ENTRY,
    platform: "browser",
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === ENTRY ? ENTRY : null),
        load: (id) => (id === ENTRY ? SOURCE : null),
      },
    ],
    onwarn: (warning) => {
      throw new Error(warning.message);
    },
  });
  const { output } = await bundle.generate({ format: "iife", name: "listenq" });
  await bundle.close();
  return output[0].code;
}

let code = "";
beforeAll(async () => {
  code = await bundled();
}, 60_000);

describe("the model, bundled for a browser", () => {
  it("asks for no module", () => {
    expect(code).not.toMatch(/\brequire\(|\bfrom "node:|\bimport\(/);
  });

  it.each(["overflow-drop", "unix-socket"])("gives the same trace of %s as in Node", (name) => {
    // What every browser has, and nothing of Node: no process, no Buffer, no require.
    const page = createContext({ TextEncoder, TextDecoder, URL });
    const trace = runInContext(`${code}; listenq.run(${JSON.stringify(name)}, "6.14")`, page);
    const scenario = EXPERIMENTS.find((one) => one.name === name)?.scenario({
      faithful: false,
      family: "ipv4",
      synQueueTest: ">",
    });
    if (scenario === undefined) throw new Error("no experiment");
    expect(trace).toBe(JSON.stringify(simulate(scenario, { rules: rulesOf("6.14") }).trace));
  });
});
