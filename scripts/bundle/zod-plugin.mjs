/**
 * zod without what a page that only parses never calls: JSON Schema, and code that is compiled at run time, which the page's
 * content security policy forbids. A version of zod that looks different ends the build.
 *
 * @module
 */
import { readFileSync } from "node:fs";

const LEFT_OUT = [
  "/zod/v4/core/json-schema-processors.js",
  "/zod/v4/core/to-json-schema.js",
  "/zod/v4/core/doc.js",
];

/** A plugin of rolldown. */
export function zodThatParses() {
  return {
    name: "zod-that-parses",
    load(id) {
      if (!LEFT_OUT.some((end) => id.endsWith(end))) return null;
      const source = readFileSync(id, "utf8");
      const names = [...source.matchAll(/^export (?:const|function|class) (\w+)/gm)].map(([, name]) => name);
      if (names.length === 0) throw new Error(`${id} does not look as expected: it exports nothing`);
      const exports = names.map((name) => `export const ${name} = leftOut;`).join("\n");
      return `const leftOut = () => { throw new Error("left out"); };\n${exports}`;
    },
  };
}
