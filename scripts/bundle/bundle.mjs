/**
 * What the npm package's command and the one-file executable have in common: one bundle of src/ui/cli/main.ts and of the
 * packages it uses, koffi excepted, whose binary is a file of its own.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { rolldown } from "rolldown";
import { commanderWithoutPrograms } from "./commander-plugin.mjs";
import { inkWithoutAwait } from "./ink-plugin.mjs";

export const { version: VERSION } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
);

/** A module that several chunks share, or one that a chunk has beside its own loader. */
const HARMLESS = new Set(["INEFFECTIVE_DYNAMIC_IMPORT"]);

/**
 * Bundles the command.
 *
 * @param form what the code is told it was built as: `bundle` or `executable`
 * @param output rolldown's output options, without those that every form has
 * @param define more constants
 */
export async function bundleCommand(form, output, define = {}) {
  const bundle = await rolldown({
    input: { main: "src/ui/cli/main.ts" },
    platform: "node",
    external: ["koffi"],
    preserveEntrySignatures: false,
    plugins: [inkWithoutAwait(), commanderWithoutPrograms()],
    transform: {
      define: {
        "process.env.NODE_ENV": JSON.stringify("production"),
        LISTENQ_FORM: JSON.stringify(form),
        LISTENQ_VERSION: JSON.stringify(VERSION),
        ...define,
      },
    },
    onLog(level, log, report) {
      if (HARMLESS.has(log.code)) return;
      if (level === "warn") throw new Error(`bundle: ${log.message}`);
      report(level, log);
    },
  });
  // Names are kept: the stack of a bug is to be read.
  const minify = { compress: true, mangle: false, codegen: { removeWhitespace: true } };
  const { output: files } = await bundle.write({ minify, comments: { legal: false }, ...output });
  await bundle.close();
  return files;
}
