/**
 * What the npm package's command and the one-file executable have in common: one bundle of src/ui/cli/main.ts and of the
 * packages it uses, koffi excepted, whose binary is a file of its own.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { rolldown } from "rolldown";
import { lsInOneChunk } from "./chunks.mjs";
import { commanderWithoutPrograms } from "./commander-plugin.mjs";
import { inkWithoutAwait } from "./ink-plugin.mjs";
import { stringWidthWhenNeeded } from "./string-width-plugin.mjs";

export const { version: VERSION } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
);

/** A module that several chunks share, or one that a chunk has beside its own loader. */
const HARMLESS = new Set(["INEFFECTIVE_DYNAMIC_IMPORT"]);

/** The pages of `listenq docs`, by their finding's code. */
function findingPages() {
  const folder = new URL("../../docs/findings/", import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith(".md"));
  return Object.fromEntries(
    names.map((name) => [name.replace(/\.md$/, ""), readFileSync(new URL(name, folder), "utf8")]),
  );
}

/**
 * Bundles the command into CommonJS files and returns them.
 *
 * @param form what the code is told it was built as: `bundle` or `executable`
 * @param folder where main.js and its chunks go
 */
export async function bundleCommand(form, folder) {
  const define = {
    LISTENQ_FORM: form,
    LISTENQ_VERSION: VERSION,
    LISTENQ_PAGES: findingPages(),
    "process.env.NODE_ENV": "production",
  };
  const bundle = await rolldown({
    input: { main: "src/ui/cli/main.ts" },
    platform: "node",
    external: ["koffi"],
    preserveEntrySignatures: false,
    plugins: [inkWithoutAwait(), commanderWithoutPrograms(), stringWidthWhenNeeded()],
    transform: {
      define: Object.fromEntries(
        Object.entries(define).map(([name, value]) => [name, JSON.stringify(value)]),
      ),
    },
    onLog: endAtWarning,
  });
  const { output } = await bundle.write({
    format: "cjs",
    // A script that comes out of the executable cannot import(), not even a module of Node.
    dynamicImportInCjs: false,
    dir: folder,
    chunkFileNames: "[name]-[hash].js",
    codeSplitting: lsInOneChunk(),
    // Names are kept: the stack of a bug is to be read.
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    comments: { legal: false },
  });
  await bundle.close();
  for (const { fileName, code = "" } of output)
    if (/(?<![\w$.])import\(/.test(code)) throw new Error(`bundle: ${fileName} has an import()`);
  return output;
}

function endAtWarning(level, log, report) {
  if (HARMLESS.has(log.code)) return;
  if (level === "warn") throw new Error(`bundle: ${log.message}`);
  report(level, log);
}
