import { execFile } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const dist = (file: string): string =>
  pathToFileURL(fileURLToPath(new URL(`../../dist/${file}`, import.meta.url))).href;

/** koffi that cannot be loaded, and says so if anybody tries. */
const NO_KOFFI = `
import Module from "node:module";
const load = Module._load;
Module._load = function (name, ...rest) {
  if (name !== "koffi") return load.call(this, name, ...rest);
  console.log("koffi was asked for");
  throw new Error("Cannot find the native Koffi module");
};`;
const MAC = `Object.defineProperty(process, "platform", { value: "darwin" });`;

const CALLS = `
const { listListeners, ownListeners, ListenerSampler } = await import(${JSON.stringify(dist("index.js"))});
const { registerListenerMetrics } = await import(${JSON.stringify(dist("prometheus.js"))});
const { observeListeners } = await import(${JSON.stringify(dist("opentelemetry.js"))});
console.log("imported");
const calls = [listListeners, ownListeners, () => new ListenerSampler(), () => registerListenerMetrics({}), () => observeListeners({})];
for (const call of calls) {
  try { await call(); console.log("no error"); } catch (error) { console.log(error.code); }
}`;

describe("the library", () => {
  it.each([
    ["koffi has no binary", NO_KOFFI],
    ["the system is not Linux", MAC],
  ])("is imported without system code where %s, and says so when it is called", async (_where, preload) => {
    const args = ["--input-type=module", "-e", `${preload}\n${CALLS}`];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const [first, ...rest] = stdout.trim().split("\n");
    expect(first).toBe("imported");
    expect(rest.filter((line) => line !== "koffi was asked for")).toEqual(Array(5).fill("NOT_SUPPORTED"));
  });
});
