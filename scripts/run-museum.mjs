// `npm run museum -- COMMAND`: bundles scripts/museum, which is TypeScript, into build/ and runs it. Needs a build of the
// package, since that is what the guests run.
import { rmSync } from "node:fs";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { build } from "rolldown";

// Several may run at a time, such as the check of the page beside a run.
const FOLDER = `build/museum-${process.pid}`;
const GUEST_PROGRAMS = ["run-jobs", "kernel-facts", "lab-claims", "record-scenarios", "live-commands"];

try {
  await bundle("scripts/museum/main.ts", `${FOLDER}/main.mjs`);
  for (const name of GUEST_PROGRAMS)
    await bundle(`scripts/museum/guest/${name}.ts`, `${FOLDER}/guest/${name}.mjs`);
  const { runMuseum } = await import(pathToFileURL(`${FOLDER}/main.mjs`).href);
  process.exitCode = await runMuseum(process.argv.slice(2), { programs: `${FOLDER}/guest` });
} finally {
  rmSync(FOLDER, { recursive: true, force: true });
}

async function bundle(input, file) {
  await build({
    input,
    platform: "node",
    external: (id) => !/^[./\0]/.test(id) || /node_modules/.test(id),
    output: { file, format: "esm", codeSplitting: false },
    logLevel: "warn",
  });
}
