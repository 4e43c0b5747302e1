/**
 * All of core in a browser's bundle: without any module of Node, and with the same answers.
 */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { rolldown } from "rolldown";
import { beforeAll, describe, expect, it } from "vitest";
import { EXPERIMENTS } from "../../../src/core/experiment/index.ts";
import { rulesOf, simulate } from "../../../src/core/model/index.ts";

const ENTRY = "bundle-entry";
const CORE = fileURLToPath(new URL("../../../src/core/", import.meta.url));
const FILES = readdirSync(CORE, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
const ROOMS = [
  "wire",
  "scenario",
  "trace",
  "model",
  "listener",
  "findings",
  "experiment",
  "compare",
  "explain",
  "report",
];
const src = (file: string) => JSON.stringify(`${CORE}${file}`);
const SOURCE = `
${FILES.map((file, place) => `import * as file${place} from ${src(file)};`).join("\n")}
export const files = [${FILES.map((_, place) => `file${place}`).join(", ")}];
import { EXPERIMENTS } from ${src("experiment/index.ts")};
import { rulesOf, simulate } from ${src("model/index.ts")};
import { CaptureReader } from ${src("wire/index.ts")};
export function run(name, era) {
  const experiment = EXPERIMENTS.find((one) => one.name === name);
  const scenario = experiment.scenario({ faithful: false, family: "ipv4", synQueueTest: ">" });
  return JSON.stringify(simulate(scenario, { rules: rulesOf(era) }).trace);
}
export function read(text) {
  const flags = [];
  const reader = new CaptureReader({ onSegment: (segment) => flags.push(segment.flags) });
  reader.push(new TextEncoder().encode(text));
  reader.end();
  return flags;
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
  expect(output.flatMap((part) => ("imports" in part ? part.imports : []))).toEqual([]);
  return output[0].code;
}

let code = "";
beforeAll(async () => {
  code = await bundled();
});

/** What every browser has, and nothing of Node: no process, no Buffer, no require. */
const inPage = (call: string): unknown =>
  runInContext(`${code}; ${call}`, createContext({ TextEncoder, TextDecoder, URL, structuredClone }));

describe("core, bundled for a browser", () => {
  it("holds every room", () => {
    for (const room of ROOMS)
      expect(
        FILES.some((file) => file.startsWith(`${room}/`)),
        room,
      ).toBe(true);
  });

  it("asks for no module", () => {
    expect(code).not.toMatch(/\brequire\(|\bfrom "node:|\bimport\(/);
  });

  it.each(["overflow-drop", "unix-socket"])("gives the same trace of %s as in Node", (name) => {
    const trace = inPage(`listenq.run(${JSON.stringify(name)}, "6.14")`);
    const scenario = EXPERIMENTS.find((one) => one.name === name)?.scenario({
      faithful: false,
      family: "ipv4",
      synQueueTest: ">",
    });
    if (scenario === undefined) throw new Error("no experiment");
    expect(trace).toBe(JSON.stringify(simulate(scenario, { rules: rulesOf("6.14") }).trace));
  });

  it("reads a listing", () => {
    const line = "20:50:51.727618 IP 192.0.2.1.40000 > 192.0.2.2.80: Flags [S], seq 1, win 64240, length 0";
    expect(inPage(`JSON.stringify(listenq.read(${JSON.stringify(line)}))`)).toBe("[2]");
  });
});
