import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { dependencies, exports } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as {
  dependencies: Record<string, string>;
  exports: Record<string, unknown>;
};
const SUBPATHS = Object.keys(exports).filter((path) => path !== "./package.json");
const NAMES = SUBPATHS.map((path) => path.replace(/^\./, "listenq"));

/** All that somebody might write, in the strictest project there is. */
const STRICT = `
import { ListenerSampler, type ListenerSample, listListeners, ownListeners, type Sample } from "listenq";
import { observeListeners } from "listenq/opentelemetry";
import { registerListenerMetrics } from "listenq/prometheus";
import { register, Registry } from "prom-client";
const drops: number | null = (await listListeners({ netns: "all", unix: true })).listeners[0]?.drops ?? null;
const capacity: number | undefined = (await ownListeners({ signal: AbortSignal.timeout(1) }))[0]?.acceptQueue.capacity;
const sampler = new ListenerSampler({ netns: { pid: 1 }, watchPorts: [80] });
const sample: Sample = sampler.sample();
const one: ListenerSample | undefined = sample.listeners[0];
registerListenerMetrics(register, { scope: "self" }).close();
registerListenerMetrics(new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>()).close();
export const all = [drops, capacity, one, observeListeners];
`;

/** The package as npm would publish it, in an empty folder, with its dependencies and nothing else. */
describe("the package", () => {
  const folder = mkdtempSync(join(tmpdir(), "listenq-package-"));
  const modules = join(folder, "node_modules");
  const link = (name: string): void => {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  };
  beforeAll(() => {
    const packed = execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: root });
    mkdirSync(join(modules, "listenq"), { recursive: true });
    const tarball = join(folder, packed.toString().trim());
    execFileSync("tar", ["-xzf", tarball, "-C", join(modules, "listenq"), "--strip-components=1"]);
    // An optional peer: who imports listenq/prometheus has it.
    for (const name of [...Object.keys(dependencies), "prom-client"]) link(name);
    writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("is imported by each of its names, without OpenTelemetry", () => {
    const code = NAMES.map((name) => `await import("${name}");`).join("\n");
    const { stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
      cwd: folder,
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
  });

  it("has types that a strict project takes, those of the package itself looked at too", () => {
    link("@types/node");
    const imports = NAMES.map((name, place) => `import type * as all${place} from "${name}";`);
    const names = NAMES.map((_, place) => `typeof all${place}`);
    writeFileSync(join(folder, "strict.ts"), STRICT);
    writeFileSync(
      join(folder, "all.ts"),
      `${imports.join("\n")}\nexport type All = [${names.join(", ")}];\n`,
    );
    const options = ["--strict", "--noEmit", "--skipLibCheck", "false", "--exactOptionalPropertyTypes"];
    const more = [
      "--noUncheckedIndexedAccess",
      "--module",
      "nodenext",
      "--target",
      "es2022",
      "--types",
      "node",
    ];
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const { stdout } = spawnSync(process.execPath, [tsc, ...options, ...more, "strict.ts", "all.ts"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(stdout).toBe("");
  });

  it("is a program", () => {
    const main = join(modules, "listenq/dist/cli/main.js");
    expect(spawnSync(process.execPath, [main, "--version"], { encoding: "utf8" }).stdout).toMatch(
      /^\d+\.\d+/,
    );
  });
});
