/**
 * Whether the model says whom it imitates: every predicate, and every event that another file calls, carries `@kernel path
 * function() version` in its comment, and a predicate has at most ten lines. That the form is right is check-docs.mjs's.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";

const FOLDER = "src/core/model";
const MOST_PREDICATE_LINES = 10;
const files = readdirSync(FOLDER, { recursive: true, encoding: "utf8" }).filter((name) =>
  /(^|\/)(predicates|on-[\w-]+)\.ts$/.test(name),
);
const problems = files.flatMap((name) => problemsOf(name, readFileSync(`${FOLDER}/${name}`, "utf8")));
const count = files.reduce(
  (sum, name) => sum + functionsOf(readFileSync(`${FOLDER}/${name}`, "utf8")).length,
  0,
);
for (const problem of problems) console.error(problem);
console.log(`citations: ${count} functions of the model, ${problems.length} problems`);
process.exitCode = problems.length > 0 || count === 0 ? 1 : 0;

function problemsOf(name, text) {
  return functionsOf(text).flatMap(({ title, comment, lines }) => {
    const place = `${FOLDER}/${name}: ${title}()`;
    const uncited = comment.includes("@kernel ")
      ? []
      : [`${place} does not say which kernel function it imitates`];
    const tooLong = name.endsWith("predicates.ts") && lines > MOST_PREDICATE_LINES;
    return tooLong
      ? [...uncited, `${place} has ${lines} lines; a predicate has at most ${MOST_PREDICATE_LINES}`]
      : uncited;
  });
}

/** Exported functions, each with the comment above it and its length. */
function functionsOf(text) {
  const pattern = /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/)?\nexport function (\w+)[\s\S]*?\n\}/g;
  return [...text.matchAll(pattern)].map(([whole, comment = "", title]) => {
    const body = whole.slice(whole.indexOf("export function"));
    return { title, comment, lines: body.split("\n").length };
  });
}
