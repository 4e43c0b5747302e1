// Writes dist/cli/: main.js, which `bin` starts, and the chunks that it loads when they are needed. They are CommonJS, which
// Node loads quicker. What `listenq ls` needs is one chunk, so that the commonest command opens few files.
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundleCommand } from "./bundle/bundle.mjs";
import { bundledPackages, licensePage } from "./bundle/licenses.mjs";

const FOLDER = "dist/cli";
const sourceFile = (path) => fileURLToPath(new URL(`../src/ui/cli/${path}`, import.meta.url));
const [ENTRY, PARSER, LS] = ["main.ts", "run.ts", "commands/ls.ts"].map(sourceFile);

let needed = null;

rmSync(FOLDER, { recursive: true, force: true });
const files = await bundleCommand("bundle", {
  format: "cjs",
  dir: FOLDER,
  chunkFileNames: "[name]-[hash].js",
  codeSplitting: {
    includeDependenciesRecursively: false,
    groups: [{ debugName: "ls", name: (id, graph) => (neededByLs(graph).has(id) ? "ls" : null) }],
  },
});
writeFileSync(`${FOLDER}/package.json`, '{ "type": "commonjs" }\n');
writeFileSync(`${FOLDER}/LICENSES.txt`, licensePage(bundledPackages(files)));
chmodSync(`${FOLDER}/main.js`, 0o755);

/** The parser with every command's own file, and all that `ls` loads when it runs; less what the entry has already. */
function neededByLs(graph) {
  const entry = reachable(graph, ENTRY, () => false);
  needed ??= new Set([...reachable(graph, PARSER, (id) => id === LS)].filter((id) => !entry.has(id)));
  return needed;
}

/** All that a module imports; and from a command on that runs, also what is imported when it runs. */
function reachable(graph, root, isRunning) {
  const found = new Set();
  const visit = (id, runs) => {
    const info = graph.getModuleInfo(id);
    if (found.has(id) || !info || info.isExternal) return;
    found.add(id);
    for (const next of info.importedIds) visit(next, runs || isRunning(next));
    if (runs) for (const next of info.dynamicallyImportedIds) visit(next, true);
  };
  visit(root, false);
  return found;
}
