/**
 * Which module goes into which file. What `listenq ls` needs is one chunk, so that the commonest command loads few files; what
 * another command needs beyond that comes in chunks of its own when it runs.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

const sourceFile = (path) => fileURLToPath(new URL(`../../src/ui/cli/${path}`, import.meta.url));
const [ENTRY, PARSER, LS] = ["main.ts", "run.ts", "commands/ls.ts"].map(sourceFile);

/** What meets every packet of a capture: between two files each name would be looked up anew for each packet. */
const EXPLAIN = /\/src\/core\/(explain|wire\/(packet|capture))\//;

/** Rolldown's `codeSplitting`. */
export function lsInOneChunk() {
  let needed = null;
  const name = (id, graph) => {
    needed ??= neededByLs(graph);
    return needed.has(id) ? "ls" : null;
  };
  const explain = (id, graph) => (name(id, graph) === null && EXPLAIN.test(id) ? "explain" : null);
  return {
    includeDependenciesRecursively: false,
    groups: [
      { debugName: "ls", name },
      { debugName: "explain", name: explain },
    ],
  };
}

/** The parser with every command's own file, and all that `ls` loads when it runs; less what the entry has already. */
function neededByLs(graph) {
  const entry = reachable(graph, ENTRY, () => false);
  return new Set([...reachable(graph, PARSER, (id) => id === LS)].filter((id) => !entry.has(id)));
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
